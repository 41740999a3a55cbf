"""The codec of a union: which member reads a value, and that it is the one that wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from twenty_opportunity.conversion.types import TEXT, Codec, MisfitError
from twenty_opportunity.errors import UnrepresentableError

if TYPE_CHECKING:
    from collections.abc import Iterable

_INSTEAD: Final = {
    "object": "use Mapping[str, Any], or one class with the attributes of both",
    "array": "use one array whose items may be either",
}


def union(codecs: list[Codec]) -> Codec:
    """
    Make the codec of a union: the first member that takes a value reads it.

    Args:
        codecs: The members' codecs. An enum or a format goes before plain text, which takes every string.

    Returns:
        The codec. It writes nothing that another member would read as another value.

    Raises:
        TypeError: Two members read objects, or two read arrays: from outside, one is like the other.
    """
    _refuse_look_alikes(codecs)
    # A text that is an option or of a format is more than text; 2.0 is an integer, but then it is not read as it was.
    ordered = sorted(codecs, key=lambda codec: (codec is TEXT, codec.name == "int"))
    text = [codec for codec in ordered if "string" in codec.reads]
    closed = all(codec.options is not None for codec in text)

    def reader_of(value: Any) -> Codec | None:
        return next((codec for codec in ordered if codec.takes(value)), None)

    def structure(value: Any) -> Any:
        reader = reader_of(value)
        if reader is None:
            raise UnrepresentableError("", f"no {' | '.join(codec.name for codec in codecs)} is made of this value")
        return reader.structure(value)

    def unstructure(value: Any) -> Any:
        writer = next(codec for codec in ordered if codec.holds(value))
        written = writer.unstructure(value)
        if writer.name == "int" and type(written) is str:
            # The text of an integer came from elsewhere: here a text is read as text, or not at all.
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
        parts=tuple([_wary(codec, ordered[:number]) for number, codec in enumerate(ordered)]),
    )


def _refuse_look_alikes(codecs: Iterable[Codec]) -> None:
    for kind, instead in _INSTEAD.items():
        alike = [codec.name for codec in codecs if kind in codec.reads]
        if len(alike) > 1:
            raise TypeError(f"{' and '.join(alike)} cannot be told apart, each may be a JSON {kind}; {instead}")


def _reads_as(reader: Codec, written: Any, value: Any) -> bool:
    """Tell whether a reader makes of what was written a value that is equal to the one that it was written for."""
    try:
        return bool(reader.structure(written) == value)
    except Exception:  # noqa: BLE001 - what a hook raises, or a value that cannot be compared
        return False


def _wary(codec: Codec, before: Iterable[Codec]) -> Codec:
    """Have each value of a member looked at before it is written, where a member before it may read it otherwise."""
    return codec if all(_is_apart(other, codec) for other in before) else attrs.evolve(codec, classes=())


def _is_apart(before: Codec, codec: Codec) -> bool:
    if _kinds(before).isdisjoint(_kinds(codec)):
        return True
    if before.options is not None and codec is TEXT:
        return all(before.structure(option) == option for option in before.options)  # of a StrEnum, as Stage is
    formats = before.text_formats, codec.text_formats
    return all(formats) and formats[0].isdisjoint(formats[1])


def _kinds(codec: Codec) -> frozenset[str]:
    """Name the JSON types that a codec takes as a member of a union: an integer there is never a text."""
    return codec.reads - {"string"} if codec.name == "int" else codec.reads
