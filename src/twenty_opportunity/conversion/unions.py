"""The codec of a union: which of its types reads a value, and whether that is the type that wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from twenty_opportunity.conversion.python_types import TEXT, Codec, MisfitError
from twenty_opportunity.errors import UnrepresentableError

if TYPE_CHECKING:
    from collections.abc import Iterable

_INSTEAD: Final = {
    "object": "use Mapping[str, Any], or one class with the attributes of both",
    "array": "use one array whose items may be either",
}


def union(codecs: list[Codec]) -> Codec:
    """
    Build the codec of a union: the first type that takes a value reads it.

    Args:
        codecs: The codecs of its types.

    Returns:
        The codec. It refuses to write a value that would be read back as another one.

    Raises:
        TypeError: Two types read objects, or two read arrays: nothing in the JSON says which of the two is meant.
    """
    for json_type, instead in _INSTEAD.items():
        alike = [codec.name for codec in codecs if json_type in codec.reads]
        if len(alike) > 1:
            message = f"{' and '.join(alike)} are indistinguishable: each may be a JSON {json_type}; {instead}"
            raise TypeError(message)
    # An enum or a format is more specific than text, so it comes first. 2.0 counts as an integer in JSON Schema, but an
    # int would not be written as 2.0, so int comes last.
    ordered = sorted(codecs, key=lambda codec: (codec is TEXT, codec.name == "int"))
    text = [codec for codec in ordered if "string" in codec.reads]
    closed = all(codec.options is not None for codec in text)

    def reader_of(value: Any) -> Codec | None:
        return next((codec for codec in ordered if codec.takes(value)), None)

    def structure(value: Any) -> Any:
        reader = reader_of(value)
        if reader is None:
            raise UnrepresentableError("", f"cannot be read as {' | '.join(codec.name for codec in codecs)}")
        return reader.structure(value)

    def unstructure(value: Any) -> Any:
        writer = next(codec for codec in ordered if codec.holds(value))
        written = writer.unstructure(value)
        if writer.name == "int" and type(written) is str:
            # In a union, text is read as text or not at all: an integer from elsewhere loses its spelling.
            written = int(value)
        reader = reader_of(written)
        if reader is not None and reader is not writer and not _reads_as(reader, written, value):
            raise MisfitError(f"the {writer.name} would be read back as {reader.name}, another value")
        return written

    return Codec(
        name=" | ".join(codec.name for codec in codecs),
        takes=lambda value: any(codec.takes(value) for codec in ordered),
        holds=lambda value: any(codec.holds(value) for codec in ordered),
        structure=structure,
        unstructure=unstructure,
        fragment={},
        reads=frozenset[str]().union(*(codec.reads for codec in ordered)),
        text_formats=frozenset() if TEXT in ordered else frozenset[str]().union(*(c.text_formats for c in text)),
        options=frozenset[str]().union(*(c.options or () for c in text)) if text and closed else None,
        alternatives=tuple([_checked_after(ordered[:number], codec) for number, codec in enumerate(ordered)]),
    )


def _reads_as(reader: Codec, written: Any, value: Any) -> bool:
    try:
        return bool(reader.structure(written) == value)
    except Exception:  # noqa: BLE001 - a hook may raise anything, and so may a comparison
        return False


def _checked_after(earlier: Iterable[Codec], codec: Codec) -> Codec:
    """Return the codec, without its shortcuts if an earlier one may read what it writes."""
    return codec if all(_never_reads(other, codec) for other in earlier) else attrs.evolve(codec, classes=())


def _never_reads(earlier: Codec, codec: Codec) -> bool:
    """Check whether the earlier codec reads no value that the other one wrote, or reads it as an equal value."""
    if _json_types(earlier).isdisjoint(_json_types(codec)):
        return True
    if earlier.options is not None and codec is TEXT:
        return all(earlier.structure(option) == option for option in earlier.options)  # true of a StrEnum
    formats = earlier.text_formats, codec.text_formats
    return all(formats) and formats[0].isdisjoint(formats[1])


def _json_types(codec: Codec) -> frozenset[str]:
    """Return the JSON types that a codec takes in a union, where an integer is never read from text."""
    return codec.reads - {"string"} if codec.name == "int" else codec.reads
