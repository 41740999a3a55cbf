"""Profiles: each ties the schemas of its document classes to their validators and to the records they become."""

# pyright: reportUnnecessaryIsInstance=false
# What callers may pass is checked at run time, too.

from __future__ import annotations

import collections.abc
import copy
import datetime as dt
import functools
import typing
import uuid
from decimal import Decimal
from typing import Any, Final, NoReturn, TypeVar, overload

from twenty_opportunity import records
from twenty_opportunity.conversion.class_schema import describe
from twenty_opportunity.conversion.converter import Conversion
from twenty_opportunity.conversion.custom_types import HookedConverter
from twenty_opportunity.conversion.python_types import MisfitError
from twenty_opportunity.errors import SERVER_HINT, ValidationError, Violation
from twenty_opportunity.records import Opportunity, OpportunityCreate, OpportunityUpdate, Record
from twenty_opportunity.schemas import bundled as schemas
from twenty_opportunity.validation import Validator
from twenty_opportunity.validation.patterns import for_python
from twenty_opportunity.values.json_text import decode, encode, encode_sound, is_plain_json
from twenty_opportunity.values.memo import Memo
from twenty_opportunity.values.python_json import as_object

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import cattrs
    from jsonschema import Draft202012Validator

    from twenty_opportunity.conversion.python_types import Codec
    from twenty_opportunity.records.responses import DocumentT
    from twenty_opportunity.schemas.diff import Difference
    from twenty_opportunity.schemas.field_types import Field

__all__ = ["PUBLISHED", "SERVER", "Profile", "compare"]

RecordT = TypeVar("RecordT", bound=Record)

_EMBEDDED: Final = (bool, int, float, str, Decimal, uuid.UUID, dt.date, dt.datetime)
"""The scalars that the public converter reads and writes in the profile's style."""


class Profile:
    """
    A set of schemas, one per document class, with everything that works by them.

    The schemas are JSON Schema Draft 2020-12, and formats are checked to the letter of RFC 3339 and RFC 9562.

    Made by `Profile.from_metadata`; `PUBLISHED` and `SERVER` are ready. Threads may share one.

    Args:
        name: The profile's name.
        document_schemas: Gives the schema of each document class, self-contained; called when one is first needed,
            and more than once only where threads ask at the same time.
        milliseconds: Write instants as servers do, in UTC with at least three digits of a second.
        complete: The schemas for writing have every member there is: a record class may not add one.
        fields: Returns the fields of an opportunity; called when they are first needed.

    Attributes:
        name: The profile's name.
        converter: The cattrs converter in its style, for classes that embed records; hooks registered with it are used
            for attributes of types that this package does not know.
    """

    name: str
    converter: cattrs.Converter

    def __init__(
        self,
        name: str,
        document_schemas: Callable[[], Mapping[type[Record], Mapping[str, Any]]],
        *,
        milliseconds: bool = False,
        complete: bool = False,
        fields: Callable[[], tuple[Field, ...]] = tuple,
    ) -> None:
        self.name = name
        self._load = document_schemas
        self._load_fields = fields
        self._complete = complete
        # JSON has neither sets nor tuples; cattrs would write both as they are.
        lists: dict[Any, Any] = {collections.abc.Set: list, tuple: list}
        converter = HookedConverter(detailed_validation=False, unstruct_collection_overrides=lists)
        self.converter = converter
        self._conversion = Conversion(converter, milliseconds=milliseconds)
        self._structurers = self._conversion.structurers
        self._validators: Memo[Validator] = Memo(lambda cl: Validator(self._described(cl)))
        self._checks: Memo[Callable[[object], bool]] = Memo(lambda cl: self._validators[cl].check)
        # What a decoder has just made holds no tuple, no subclass and no surrogate to look for.
        self._decoded_checks: Memo[Callable[[object], bool]] = Memo(lambda cl: self._validators[cl].accepts)
        _register(self.converter, self._conversion, Memo(self._validator_of_any))

    def __repr__(self) -> str:
        return f"<Profile {self.name}>"

    @functools.cached_property
    def _schemas(self) -> Mapping[type[Record], Mapping[str, Any]]:
        return self._load()

    @functools.cached_property
    def fields(self) -> tuple[Field, ...]:
        """The fields of an opportunity. Models, tables and samples are made from their types."""
        return self._load_fields()

    @property
    def document_classes(self) -> tuple[type[Record], ...]:
        """The classes of the documents that the profile has schemas for."""
        return tuple(self._schemas)

    @classmethod
    def from_metadata(cls, metadata: object, *, name: str = "workspace") -> Profile:
        """
        Make the profile of a workspace: its own stages, its custom fields, nothing else written.

        Args:
            metadata: The decoded metadata of the opportunity object, in any of the forms in which Twenty's metadata
                API gives it, REST or GraphQL.
            name: A name for the profile.

        Returns:
            The profile.

        Raises:
            MetadataError: The metadata is in no form that is known; says what was looked for. Or it gives a field that
                every workspace has a type which the attribute of that name cannot hold; names both.
        """
        from twenty_opportunity.schemas import workspace  # most programs have no metadata to read

        fields = workspace.fields(metadata)
        by_name = workspace.schemas_of(fields)
        found = {getattr(records, document): by_name[document] for document in records.DOCUMENTS}
        profile = cls(name, lambda: found, milliseconds=True, complete=True, fields=lambda: fields)
        try:
            for document in (Opportunity, OpportunityCreate, OpportunityUpdate):
                profile._described(document)  # otherwise the first record would tell, in some other place
        except TypeError as error:
            message = f"the metadata gives a standard field another type: {error}"
            raise workspace.MetadataError(message) from None
        return profile

    def schema(self, cl: Any = Opportunity) -> dict[str, Any]:
        """
        Give the schema of a document class.

        Args:
            cl: A document class that the profile offers, a subclass of one, or a generic one with its argument.

        Returns:
            A copy, self-contained: any Draft 2020-12 validator can use it.

        Raises:
            TypeError: The profile offers no such class, or one of its attributes does not fit the schema.
        """
        return copy.deepcopy(self._described(cl))

    def validator(self, cl: Any = Opportunity) -> Draft202012Validator:
        """
        Build a validator of jsonschema, for programs that use jsonschema directly.

        It comes to the same verdicts about decoded JSON as this profile, a hundred times slower. Formats are exact
        (`schemas.FORMAT_CHECKER`), patterns mean what ECMA-262 says, and references are resolved offline
        (`schemas.REGISTRY`).

        Args:
            cl: A document class that the profile offers, a subclass of one, or a generic one with its argument.

        Returns:
            A new `jsonschema.Draft202012Validator`. In its schema, patterns are translated to those of Python.

        Raises:
            TypeError: The profile offers no such class.
            UnsupportedSchemaError: The schema has something that validators would read differently.
        """
        from jsonschema import Draft202012Validator  # few programs need it

        self._validator(cl)  # checks the schema
        schema = for_python(self.schema(cl))
        return Draft202012Validator(schema, registry=schemas.REGISTRY, format_checker=schemas.FORMAT_CHECKER)

    def is_valid(self, instance: object, cl: Any = Opportunity) -> bool:
        """
        Tell whether an instance is valid.

        Args:
            instance: Decoded JSON.
            cl: The document class to hold it against.

        Returns:
            Whether the schema accepts it, formats included.

        Raises:
            TypeError: The profile offers no such class.
        """
        try:  # what `Validator.is_valid` does, without the call around it: the check takes one microsecond
            return self._checks[cl](instance)
        except ValueError:
            return self._validators[cl].is_valid(instance)
        except TypeError:
            self._refuse_unhashable(cl)
            raise

    def iter_violations(self, instance: object, cl: Any = Opportunity) -> Iterator[Violation]:
        """
        Find everything that is wrong with an instance.

        Args:
            instance: Decoded JSON.
            cl: The document class to hold it against.

        Returns:
            The violations in the order of the schema, each with its JSON Pointer (RFC 6901); none where the instance is
            valid.

        Raises:
            TypeError: The profile offers no such class.
        """
        return self._validator(cl).iter_violations(instance)

    def validate(self, instance: object, cl: Any = Opportunity) -> None:
        """
        Refuse an instance that is not valid.

        Args:
            instance: Decoded JSON.
            cl: The document class to hold it against.

        Raises:
            ValidationError: It is not; has every violation.
            TypeError: The profile offers no such class.
        """
        if not self.is_valid(instance, cl):
            self._refuse(instance, cl)

    @overload
    def structure(self, instance: object) -> Opportunity: ...
    @overload
    def structure(self, instance: object, cl: type[DocumentT]) -> DocumentT: ...
    @overload
    def structure(self, instance: object, cl: type[RecordT]) -> RecordT: ...
    def structure(self, instance: object, cl: Any = Opportunity) -> Any:
        """
        Make a typed record of an instance.

        Args:
            instance: Decoded JSON; it is not changed.
            cl: The document class to make.

        Returns:
            The record.

        Raises:
            ValidationError: The instance is not valid; has every violation.
            UnrepresentableError: It is valid, but Python cannot hold a value of it: a leap second, the year 0000, more
                than six digits of a second. Says where.
            TypeError: The profile offers no such class.
        """
        if not self.is_valid(instance, cl):
            self._refuse(instance, cl)
        return self._structurers[cl](instance if instance.__class__ is dict else as_object(instance))

    def unstructure(self, record: Record) -> dict[str, Any]:
        """
        Make the instance that a record stands for, in the canonical form of the profile; it is not validated.

        Args:
            record: The record.

        Returns:
            A new dict.

        Raises:
            ValidationError: An attribute holds something that its type does not allow.
            UnrepresentableError: A value has no form in JSON. Says where.
            TypeError: It is no record.
        """
        if not isinstance(record, Record):
            message = f"unstructure takes a record, not {type(record).__name__}"
            raise TypeError(message)
        return self._conversion.unstructure(record)

    @overload
    def loads(self, data: bytes | bytearray | memoryview | str) -> Opportunity: ...
    @overload
    def loads(self, data: bytes | bytearray | memoryview | str, cl: type[DocumentT]) -> DocumentT: ...
    @overload
    def loads(self, data: bytes | bytearray | memoryview | str, cl: type[RecordT]) -> RecordT: ...
    def loads(self, data: bytes | bytearray | memoryview | str, cl: Any = Opportunity) -> Any:
        """
        Decode a JSON text (RFC 8259), validate it, and make a typed record of it.

        Args:
            data: The text, UTF-8 where it is bytes. Of duplicate member names the last one wins.
            cl: The document class to make.

        Returns:
            The record.

        Raises:
            DecodeError: The text is no JSON, or holds what Python cannot.
            ValidationError: The instance is not valid.
            UnrepresentableError: Python cannot hold a value of it.
            TypeError: The data is neither bytes nor str, or the profile offers no such class.
        """
        instance = decode(data)
        try:
            is_valid = self._decoded_checks[cl](instance)
        except TypeError:
            self._refuse_unhashable(cl)
            raise
        if not is_valid:
            self._refuse(instance, cl)
        return self._structurers[cl](instance)

    def dumps(self, record: Record) -> bytes:
        """
        Write a record as JSON (RFC 8259), after making sure that it is valid.

        Args:
            record: The record.

        Returns:
            The JSON text in UTF-8, without white space.

        Raises:
            ValidationError: The record is not a valid document, or something in it is no JSON.
            UnrepresentableError: A value has no form in JSON.
            TypeError: It is no record of a class that the profile offers.
        """
        if not isinstance(record, Record):
            raise TypeError(f"dumps takes a record, not {type(record).__name__}")
        undescribed: list[Any] = []
        instance = self._conversion.unstructure(record, undescribed)
        if not self.is_valid(instance, record.__class__):
            self._refuse(instance, record.__class__)
        # The schema has checked the rest. A search of the whole instance takes a fifth of the time of `dumps`.
        return encode_sound(instance) if all(map(is_plain_json, undescribed)) else encode(instance)

    def configure(self, converter: cattrs.BaseConverter) -> None:
        """
        Register hooks for every record class in a cattrs converter of your own.

        Classes that hold records then structure and unstructure through that converter. A converter with detailed
        validation reports one exception for each violation; `cattrs.transform_error` and
        `twenty_opportunity.errors.violations_of` list them.

        Args:
            converter: The converter, such as `cattrs.Converter()` or one of `cattrs.preconf`.
        """
        from twenty_opportunity.conversion import cattrs_hooks

        cattrs_hooks.register(converter, self.converter.structure, self.unstructure)

    def components(self, *, ref_template: str = "#/components/schemas/{}") -> dict[str, dict[str, Any]]:
        """
        Return the schemas of all document classes as components of an OpenAPI 3.1 document.

        Args:
            ref_template: The reference to a component, with `{}` for its name.

        Returns:
            Schemas by name: the document classes under their class names, and the objects within them. References
            follow the template, so the schemas can be pasted into `components.schemas`.
        """
        from twenty_opportunity.schemas import openapi

        documents = {cl.__name__: self._described(cl) for cl in self.document_classes}
        return openapi.components(documents, ref_template)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Let pydantic validate, build and write `Annotated[Opportunity, profile]` by this profile."""
        from twenty_opportunity.conversion import pydantic_fields
        from twenty_opportunity.schemas import openapi

        field = pydantic_fields.FieldFunctions(
            structure=self.structure,
            unstructure=lambda record: decode(self.dumps(record)),  # validated, and of plain dicts and lists
            schema=lambda cl: openapi.inlined(self._described(cl)),
        )
        return pydantic_fields.core_schema_of(source, handler, field)

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> Any:
        """Leave the JSON Schema to the fields of the record classes in the annotated type."""
        return handler(core_schema)

    def base_of(self, cl: Any) -> type[Record]:
        """
        Find the document class that a class is or extends.

        Args:
            cl: A class, or a generic one with its argument.

        Returns:
            The document class that the profile has a schema for.

        Raises:
            TypeError: There is none; says which there are.
        """
        base = self._found_base_of(cl)
        if base is None:
            origin = typing.get_origin(cl) or cl
            offered = ", ".join(offered.__name__ for offered in self.document_classes)
            message = f"{self.name} has no schema for {getattr(origin, '__name__', repr(origin))}; it has {offered}"
            raise TypeError(message)
        return base

    def _refuse(self, instance: object, cl: Any) -> NoReturn:
        """Raise the error of an instance that is not valid."""
        violations = [*self._validators[cl].iter_violations(instance)]
        is_answer = self is PUBLISHED and self.base_of(cl) is Opportunity and SERVER.is_valid(instance)
        raise ValidationError(violations, f"{SERVER_HINT}, in Python SERVER" if is_answer else "")

    def _validator(self, cl: Any) -> Validator:
        self._refuse_unhashable(cl)
        return self._validators[cl]

    def _refuse_unhashable(self, cl: Any) -> None:
        """Say what is wrong with what stands in place of a class, where it cannot even be looked up."""
        try:
            hash(cl)
        except TypeError:
            self.base_of(cl)

    def _found_base_of(self, cl: Any) -> type[Record] | None:
        origin = typing.get_origin(cl) or cl
        bases = origin.__mro__ if isinstance(origin, type) else ()
        return next((base for base in bases if base in self._schemas), None)

    def _validator_of_any(self, cl: Any) -> Validator:
        """Make the validator of any record class, those included that are no documents but parts of them."""
        if self._found_base_of(cl):
            return self._validators[cl]
        return Validator(describe(self._conversion, cl, cl, {"type": "object"}))

    def _described(self, cl: Any) -> dict[str, Any]:
        base = self.base_of(cl)
        return describe(self._conversion, cl, base, self._schemas[base], complete=self._complete)


def compare(before: Profile, after: Profile, cl: Any = Opportunity) -> tuple[Difference, ...]:
    """
    Compare two profiles.

    Args:
        before: The first profile.
        after: The second profile.
        cl: The document class to compare. Both profiles must have a schema for it.

    Returns:
        The differences, grouped by property, in the order of the first profile and then of the second. A property that
        only one of them describes is one difference. Descriptions are not compared.

    Raises:
        TypeError: One of the profiles has no schema for the class.
    """
    from twenty_opportunity.schemas import diff

    return diff.differences(before.schema(cl), after.schema(cl))


def _register(converter: cattrs.Converter, conversion: Conversion, validators: Memo[Validator]) -> None:
    """Teach a cattrs converter the records and scalars, for classes that embed them; it coerces nothing either."""

    def is_record(cl: Any) -> bool:
        cl = typing.get_origin(cl) or cl
        return isinstance(cl, type) and issubclass(cl, Record)

    def structure_record(instance: Any, cl: Any) -> Any:
        validators[cl].validate(instance)
        return conversion.structurers[cl](as_object(instance) or {})

    converter.register_structure_hook_func(is_record, structure_record)
    converter.register_unstructure_hook_func(is_record, conversion.unstructure)
    for cl in _EMBEDDED:
        converter.register_structure_hook(cl, _strictly(cl, conversion.scalars[cl]))
        converter.register_unstructure_hook(cl, functools.partial(_written, conversion.scalars[cl]))


def _written(codec: Codec, value: Any) -> Any:
    try:
        return codec.unstructure(value)
    except MisfitError as error:
        raise ValidationError([Violation("", "type", "/type", error.reason)]) from None


def _strictly(cl: type, codec: Codec) -> Any:
    validator = Validator(codec.fragment)

    def structure(value: Any, asked_for: Any) -> Any:
        validator.validate(value)
        structured = codec.structure(value)
        # What is registered for a class is asked for its subclasses, too: a StrEnum is a str.
        return structured if asked_for is cl else asked_for(structured)

    return structure


def _published() -> Mapping[type[Record], Mapping[str, Any]]:
    schema = schemas.published()
    return {
        Opportunity: schema,
        OpportunityCreate: schemas.create_schema(schema),
        OpportunityUpdate: schemas.update_schema(schema),
    }


PUBLISHED: Final = Profile("PUBLISHED", _published, fields=lambda: schemas.PUBLISHED_FIELDS)
"""The published schema, to the letter."""


def _server() -> Mapping[type[Record], Mapping[str, Any]]:
    return {getattr(records, document): schemas.read_json(f"server/{document}.json") for document in records.DOCUMENTS}


def _server_fields() -> tuple[Field, ...]:
    from twenty_opportunity.schemas import workspace  # most programs do not need the fields

    return workspace.fields(workspace.STANDARD, open_options=True)


SERVER: Final = Profile("SERVER", _server, milliseconds=True, fields=_server_fields)
"""What a Twenty server really sends and takes, for a workspace that nothing else is known of."""
