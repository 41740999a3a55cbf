"""Every exception of the package, `Violation`, and the JSON Pointers that both contain."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from datetime import timedelta

__all__ = [
    "DecodeError",
    "MissingExtraError",
    "TwentyOpportunityError",
    "UnrelatedEventError",
    "UnrepresentableError",
    "UnsupportedSchemaError",
    "ValidationError",
    "Violation",
    "violations_of",
]

POINTER_LIMIT: Final = 96  # characters of a pointer that a message shows; property names can be megabytes long
SERVER_HINT: Final = "hint: these look like answers of a Twenty server; try --profile server"
"""A hint for records that PUBLISHED refuses and SERVER accepts: PUBLISHED does not describe the data of servers."""
_BITS: Final = 64  # some encoders take no integer that does not fit in as many, with its sign
_SHOWN: Final = 20  # violations that the text of an error lists
_FRAGMENT_CHARACTERS: Final = "/?:@!$&'()*+,;=-._~"  # RFC 3986, section 3.5: these need no percent-encoding


def pointer(*tokens: str | int) -> str:
    """
    Build the JSON Pointer (RFC 6901) from reference tokens.

    Args:
        tokens: Property names and array indices, from the root down.

    Returns:
        The pointer; without tokens the empty string, which is the root.
    """
    return "".join(["/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens])


def legible(text: str, limit: int) -> str:
    """
    Show a text of any size on one line of bounded length.

    Args:
        text: Any string, lone surrogates and control characters included.
        limit: How many characters the result may have.

    Returns:
        The text with everything unprintable escaped. If it is too long, its middle is cut out.
    """
    if len(text) <= limit and text.isprintable():
        return text
    head, tail = (limit - 1) // 2, limit // 2
    if len(text) <= limit:
        shown = _escaped(text)
        return shown if len(shown) <= limit else f"{shown[:head]}…{shown[-tail:]}"
    return f"{_escaped(text[:head])[:head]}…{_escaped(text[-tail:])[-tail:]}"


def listed(names: Sequence[str], most: int) -> str:
    """Return the first of some names, with dots if there are more."""
    return ", ".join([*names[:most], *(["..."] if len(names) > most else [])])


def _escaped(text: str) -> str:
    return "".join([ch if ch.isprintable() else ch.encode("unicode_escape").decode("ascii") for ch in text])


class TwentyOpportunityError(Exception):
    """Base class of every exception of this package."""


_NO_DETAILS: Final[Mapping[str, Any]] = MappingProxyType({})


def _frozen(value: Any) -> Any:
    """Return a copy of JSON data that cannot be changed."""
    if isinstance(value, str):  # most are, and the other checks are slow
        return value
    if isinstance(value, Mapping):
        return MappingProxyType({name: _frozen(part) for name, part in cast("Mapping[str, Any]", value).items()})
    return tuple(map(_frozen, cast("Iterable[Any]", value))) if isinstance(value, (list, tuple)) else value


def _frozen_mapping(value: Mapping[str, Any]) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", _frozen(value)) if value else _NO_DETAILS


def _thawed(value: Any, scalar: Callable[[Any], Any]) -> Any:
    """Return frozen data as dicts and lists, with a function applied to each name and scalar."""
    if isinstance(value, Mapping):
        return {scalar(name): _thawed(part, scalar) for name, part in cast("Mapping[str, Any]", value).items()}
    return [_thawed(part, scalar) for part in cast("Any", value)] if isinstance(value, tuple) else scalar(value)


def _encodable(value: Any) -> Any:
    """Return a scalar that every JSON encoder takes: no lone surrogate, and an integer of up to 64 bits."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    is_plain = value is None or isinstance(value, float) or (isinstance(value, int) and value.bit_length() < _BITS)
    return value if is_plain else str(value)


@attrs.frozen
class Violation:
    """
    One thing that is wrong with an instance: the place, the violated keyword of the schema, and how to fix it.

    Attributes:
        pointer: The JSON Pointer (RFC 6901) of the wrong value; that of a missing or an unexpected property, too.
        keyword: The schema keyword that is violated; empty for an object that is not JSON, if no keyword refuses it.
        schema_pointer: The JSON Pointer of that keyword in the schema, with every `$ref` followed.
        message: One sentence of bounded length: the fault and the allowed values. It may quote the value, shortened.
        message_without_value: The same sentence without any content of the value, to keep personal data out of logs.
        keyword_location: The path to the keyword through every `$ref`, as in the standard's output format.
        schema_id: The `$id` of the schema; empty if it does not have one.
        params: Details of the keyword for programs, only from the schema and never from the value: `allowed` (the
            values of `enum` and `const`), `limit` (`minimum`, `maxLength`, ...), `expected` (the names of `type`),
            `format`, `pattern`, and for an unexpected property `known` and perhaps a `suggestion`. If the schema allows
            several forms with different keywords, `alternatives` has the details of each.
    """

    pointer: str
    keyword: str
    schema_pointer: str
    message: str
    message_without_value: str = attrs.field(
        default=attrs.Factory(lambda violation: violation.message, takes_self=True),
        repr=False,
    )
    keyword_location: str = attrs.field(
        default=attrs.Factory(lambda violation: violation.schema_pointer, takes_self=True),
        repr=False,
    )
    schema_id: str = attrs.field(default="", repr=False)
    params: Mapping[str, Any] = attrs.field(factory=dict[str, Any], converter=_frozen_mapping, repr=False, hash=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the violation. A `MappingProxyType` cannot be pickled."""
        *texts, params = attrs.astuple(self, recurse=False)
        return type(self), (*texts, _thawed(params, lambda value: value))

    def __str__(self) -> str:
        """Return the pointer, shortened if it is long, and the message."""
        return f"{_place(self.pointer)}: {self.message}"

    def redacted(self) -> Violation:
        """Return this violation with a message without any content of the value."""
        is_redacted = self.message == self.message_without_value
        return self if is_redacted else attrs.evolve(self, message=self.message_without_value)

    def to_dict(self) -> dict[str, Any]:
        """
        Return the violation as a unit of the "basic" output of JSON Schema 2020-12, section 12.4.2.

        Returns:
            `keywordLocation`, `absoluteKeywordLocation` if the schema has an `$id`, `instanceLocation` (the `pointer`),
            `error` (the `message`), and in addition `keyword` and `params`. Every JSON encoder accepts it: lone
            surrogates are written as escapes, and integers of more than 64 bits as strings.
        """
        unit = {"keywordLocation": self.keyword_location}
        if self.schema_id:
            from urllib.parse import quote  # takes two milliseconds to import

            fragment = quote(self.schema_pointer, safe=_FRAGMENT_CHARACTERS, errors="backslashreplace")
            unit["absoluteKeywordLocation"] = f"{self.schema_id.rstrip('#')}#{fragment}"
        unit |= {"instanceLocation": self.pointer, "error": self.message, "keyword": self.keyword}
        return {name: _encodable(text) for name, text in unit.items()} | {"params": _thawed(self.params, _encodable)}


def _place(of: str) -> str:
    return legible(of, POINTER_LIMIT) or "(root)"


class ValidationError(TwentyOpportunityError, ValueError):
    """
    An instance is not valid.

    Attributes:
        violations: Everything that is wrong with it, in the order of the schema.
        hint: A suggestion, such as another profile or document class; may be empty.
    """

    violations: tuple[Violation, ...]
    hint: str

    def __init__(self, violations: Iterable[Violation], hint: str = "") -> None:
        """Create an error with everything that is wrong."""
        self.violations = tuple(violations)
        self.hint = hint
        super().__init__(self.violations, *([hint] if hint else []))

    def __str__(self) -> str:
        """Return the first 20 violations, one per line. If there are several, the first line is their number."""
        lines = [str(violation) for violation in self.violations[:_SHOWN]]
        number = len(self.violations)
        more = [f"... and {number - _SHOWN:,} more"] if number > _SHOWN else []
        listed = lines if number == 1 else [f"{number:,} violations:", *lines, *more]
        return "\n".join([*listed, *([self.hint] if self.hint else [])])

    def to_dict(self) -> dict[str, Any]:
        """
        Return the violations as the "basic" output of JSON Schema 2020-12, section 12.4.2.

        A missing or an unexpected property has an error with its own `instanceLocation`, as in `violations`.
        """
        return {"valid": False, "errors": [violation.to_dict() for violation in self.violations]}


class DecodeError(TwentyOpportunityError, ValueError):
    """
    A text is not JSON (RFC 8259), or has a value that Python cannot hold.

    Attributes:
        reason: The fault.
        offset: The byte at which it occurs, counted from 0; None if that is unknown.
    """

    reason: str
    offset: int | None

    def __init__(self, reason: str, offset: int | None = None) -> None:
        """Create an error for a reason, at a byte."""
        self.reason = reason
        self.offset = offset
        super().__init__(reason, offset)

    def __str__(self) -> str:
        """Return the reason, and where it applies."""
        return self.reason if self.offset is None else f"{self.reason} (byte {self.offset})"


class _PlacedError(TwentyOpportunityError, ValueError):
    """An error at one place of a JSON value."""

    pointer: str
    reason: str

    def __init__(self, pointer: str, reason: str) -> None:
        """Create an error for a reason, at a place."""
        self.pointer = pointer
        self.reason = reason
        super().__init__(pointer, reason)

    def __str__(self) -> str:
        """Return the pointer, shortened if it is long, and the reason."""
        return f"{_place(self.pointer)}: {self.reason}"


class UnrepresentableError(_PlacedError):
    """
    A JSON value that Python cannot represent, such as a leap second, or the reverse, such as a naive datetime.

    Attributes:
        pointer: The JSON Pointer of the value; empty for the root.
        reason: Why the other side cannot represent it.
    """

    def under(self, token: str | int) -> UnrepresentableError:
        """
        Return this error for the value one level up.

        Args:
            token: The property name or array index of the value.

        Returns:
            An error for the same reason, its pointer beginning with the token.
        """
        return UnrepresentableError(pointer(token) + self.pointer, self.reason)


class UnsupportedSchemaError(_PlacedError):
    """
    A schema uses something that is not supported, so it is refused before any instance is validated.

    Attributes:
        pointer: The JSON Pointer of the unsupported part of the schema.
        reason: The fault, and the supported alternative.
    """


class WebhookError(TwentyOpportunityError):
    """
    A webhook delivery is refused. The error does not contain secrets, the expected signature or the body.

    Attributes:
        reason: Why it is refused.
    """

    reason: str

    def __init__(self, reason: str) -> None:
        """Create an error for a reason."""
        self.reason = reason
        super().__init__(reason)


class HeaderError(WebhookError):
    """
    A header that is needed to verify the signature is missing or occurs more than once.

    Attributes:
        header: The header's name.
        reason: Why the delivery is refused.
    """

    header: str

    def __init__(self, header: str, reason: str) -> None:
        """Create an error for a reason, about a header."""
        super().__init__(reason)
        self.header = header
        self.args: tuple[Any, ...] = (header, reason)

    def __str__(self) -> str:
        """Return the header's name and the reason."""
        return f"{self.header}: {self.reason}"


class MissingHeaderError(HeaderError):
    """A header that is needed to verify the signature is missing, usually because the webhook lacks a secret."""


class SignatureError(WebhookError):
    """The delivery was not signed with any of the given secrets, or its bytes or timestamp were changed."""


class TimestampError(WebhookError):
    """
    A delivery was signed too long ago, or too far ahead of the receiver's clock, or its timestamp cannot be read.

    Attributes:
        age: The time since the sender signed it; negative if it is ahead of the receiver's clock. None if the timestamp
            cannot be read. An age is given only if the signature is correct.
        reason: Why the delivery is refused.
    """

    age: timedelta | None

    def __init__(self, reason: str, age: timedelta | None = None) -> None:
        """Create an error for a reason, about a delivery of an age."""
        super().__init__(reason)
        self.age = age
        self.args: tuple[Any, ...] = (reason, age)

    def __str__(self) -> str:
        """Return the reason."""
        return self.reason


class ReplayError(WebhookError):
    """An authentic delivery was received before."""


class ReplayMemoryFullError(WebhookError):
    """An authentic delivery is refused because the replay memory is full and cannot remember it."""


class UnrelatedEventError(TwentyOpportunityError):
    """
    A delivery is authentic, but its event is about another object, or about metadata. Acknowledge it and ignore it.

    A webhook subscribes to the events of every object by default.

    Attributes:
        event_name: The name of the event: `company.created`, `metadata.fieldMetadata.updated`.
        body: The decoded body of the delivery.
        expected: The objects that the receiver knows, in words.
    """

    event_name: str
    body: Any
    expected: str

    def __init__(self, event_name: str, body: Any, expected: str = "an opportunity") -> None:
        """Create an error for an event."""
        super().__init__(event_name, body, expected)
        self.event_name = event_name
        self.body = body
        self.expected = expected

    def __str__(self) -> str:
        """Return the name of the event, shortened, and the objects that the receiver knows."""
        return f"{legible(self.event_name, POINTER_LIMIT)} is not an event of {self.expected}"


_OWN: Final = __name__.partition(".")[0]


class MissingExtraError(TwentyOpportunityError, ImportError):
    """
    A feature needs an extra that is not installed. The message has the command that installs it.

    Attributes:
        extra: The name of the extra.
    """

    extra: str

    def __init__(self, extra: str, purpose: str) -> None:
        """
        Build the message.

        Args:
            extra: The name of the extra.
            purpose: The subject of the message: the feature that needs the extra.
        """
        self.extra = extra
        super().__init__(f'{purpose} needs the extra "{extra}": pip install "twenty-opportunity[{extra}]"')


@contextmanager
def required(extra: str, purpose: str) -> Generator[None]:
    """
    Raise MissingExtraError if the imports in the `with` block fail because an extra is not installed.

    Args:
        extra: The extra that installs the imported packages.
        purpose: The subject of the message: the feature that needs the extra.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == _OWN:
            raise  # a missing module of this package is a bug
        raise MissingExtraError(extra, purpose) from error


def violations_of(error: BaseException) -> tuple[Violation, ...]:
    """
    List the violations in an error of a cattrs converter, with pointers from the root of the whole.

    Args:
        error: A `ValidationError`, or the group that a converter with detailed validation raises.

    Returns:
        The violations of the records, and one without a keyword for each other exception. A pointer names the
        attributes and indices that lead to a record, and below it the properties of its JSON.
    """
    return tuple(_violations(error, ""))


def _violations(error: BaseException, prefix: str) -> Iterator[Violation]:
    if isinstance(error, BaseExceptionGroup):
        for inner in cast("BaseExceptionGroup[BaseException]", error).exceptions:
            yield from _violations(inner, prefix + _noted(inner))
    elif isinstance(error, ValidationError):
        # The note of such an error, and of the next one, repeats what its pointer says.
        yield from (attrs.evolve(violation, pointer=prefix + violation.pointer) for violation in error.violations)
    elif isinstance(error, UnrepresentableError):
        yield Violation(prefix + error.pointer, "", "", error.reason)
    else:
        yield Violation(prefix, "", "", str(error) or type(error).__name__)


def _noted(error: BaseException) -> str:
    """Return the pointer of the attribute or index that cattrs noted on an exception."""
    if isinstance(error, (ValidationError, UnrepresentableError)):
        return ""
    for note in getattr(error, "__notes__", ()):
        place = getattr(note, "name", getattr(note, "index", None))
        if isinstance(place, str | int):  # every text has a method `index`
            return pointer(place)
    return ""
