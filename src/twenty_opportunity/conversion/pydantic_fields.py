"""Records as fields of pydantic models and FastAPI endpoints: `Annotated[Opportunity, SERVER]`."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import attrs

from twenty_opportunity.conversion.cattrs_hooks import is_record
from twenty_opportunity.errors import UnrepresentableError, ValidationError, Violation
from twenty_opportunity.records.base import origin_of
from twenty_opportunity.values.json_pointer import location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

_UNIONS: Final = frozenset({typing.Union, types.UnionType})


@attrs.frozen
class FieldFunctions:
    """
    The functions of a profile that its fields call.

    Attributes:
        structure: Builds a record from an instance and a document class.
        unstructure: Builds the instance of a record, of dicts and lists that any serializer takes.
        schema: Returns the schema of a document class, without references.
    """

    structure: Callable[[Any, Any], Any]
    unstructure: Callable[[Any], Any]
    schema: Callable[[Any], dict[str, Any]]


def core_schema_of(source: Any, handler: GetCoreSchemaHandler, functions: FieldFunctions) -> CoreSchema:
    """
    Build the pydantic-core schema of a type that names record classes.

    Args:
        source: The annotated type: a record class, or a list, union or other generic type of them.
        handler: The handler that pydantic passes.
        functions: The functions of the profile.

    Returns:
        A schema in which each record class is a field of the profile; everything else is pydantic's own.
    """
    return handler(_with_fields(functions, source))


def record_classes(annotation: Any) -> Iterator[Any]:
    """
    List the record classes that a type names.

    Args:
        annotation: The type.

    Yields:
        Each class, without the arguments of a generic one.
    """
    if is_record(annotation):
        yield origin_of(annotation)
    else:
        for argument in typing.get_args(annotation):
            yield from record_classes(argument)


def _with_fields(functions: FieldFunctions, annotation: Any) -> Any:
    """Annotate every record class in a type with its field."""
    if is_record(annotation):
        from pydantic import Tag  # within a union, pydantic names the type in the places of errors by it

        name = origin_of(annotation).__name__
        return typing.Annotated[annotation, _Field(functions, annotation), Tag(name)]
    arguments = typing.get_args(annotation)
    origin: Any = typing.get_origin(annotation)
    if not arguments or origin is typing.Literal:
        return annotation
    if origin is typing.Annotated:
        return typing.Annotated[(_with_fields(functions, arguments[0]), *arguments[1:])]
    changed = tuple(_with_fields(functions, argument) for argument in arguments)
    return typing.Union[changed] if origin in _UNIONS else origin[changed]  # noqa: UP007 - made at run time


class _Field:
    """One document class of one profile, as pydantic sees it."""

    def __init__(self, functions: FieldFunctions, cl: Any) -> None:
        self._functions = functions
        self._class = cl
        self._origin: type = origin_of(cl)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        self._functions.schema(self._class)  # refuses a class that the profile does not offer, at definition

        def validate(value: object) -> Any:
            return self._validate(value)

        validate.__name__ = self._origin.__name__  # the title of an error has it
        return core_schema.no_info_plain_validator_function(
            validate,
            serialization=core_schema.plain_serializer_function_ser_schema(self._functions.unstructure),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return self._functions.schema(self._class)

    def _validate(self, value: object) -> Any:
        if isinstance(value, self._origin):
            return value
        violations: Iterable[Violation]
        try:
            if not is_record(type(value)):
                return self._functions.structure(value, self._class)
            expected = f"the field takes records of the class {self._origin.__name__} or decoded JSON"
            violations = [Violation("", "type", "/type", f"{expected}, not {type(value).__name__}")]
        except ValidationError as error:
            violations = error.violations
        except UnrepresentableError as error:
            violations = [Violation(error.pointer, "unrepresentable", "", error.reason)]
        raise _error_of(self._origin.__name__, violations, value)


def _error_of(title: str, violations: Iterable[Violation], instance: object) -> Exception:
    """Build pydantic's error, with one entry for each violation."""
    from pydantic_core import InitErrorDetails, PydanticCustomError
    from pydantic_core import ValidationError as PydanticValidationError

    def kind(violation: Violation) -> Any:  # pydantic asks for a literal string
        return violation.keyword or "invalid"

    entries = [
        InitErrorDetails(
            type=PydanticCustomError(
                kind(violation),
                "{message}",
                {"message": violation.message_without_value, **violation.to_dict().get("params", {})},
            ),
            loc=location(violation.pointer, instance),
            input=None,  # an answer of status 422 repeats the input, which may hold personal data
        )
        for violation in violations
    ]
    return PydanticValidationError.from_exception_data(title, entries)
