"""Profiles: each combines the schemas of its document classes with their validators and the conversion of records."""

# pyright: reportUnnecessaryIsInstance=false
# Arguments are checked at run time too.

from __future__ import annotations

import collections.abc
import copy
import datetime as dt
import functools
import importlib
import os
import typing
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final, Generic, NoReturn, TypeAlias, TypeGuard, TypeVar, cast, overload

import attrs

from twenty_opportunity import records
from twenty_opportunity.conversion.cattrs_hooks import is_record
from twenty_opportunity.errors import SERVER_HINT, ValidationError, Violation, legible
from twenty_opportunity.records import (
    UNSET,
    Create,
    Opportunity,
    OpportunityCreate,
    OpportunityUpdate,
    Partial,
    PartialOpportunity,
    Record,
    Update,
)
from twenty_opportunity.records.base import attributes_of, origin_of, wire_name
from twenty_opportunity.records.forms import made, make_record_class, portable
from twenty_opportunity.schemas import bundled as schemas
from twenty_opportunity.schemas import derived
from twenty_opportunity.schemas.field_types import PATTERNS_IN_WORDS, Field
from twenty_opportunity.validation import Validator
from twenty_opportunity.values.arguments import check_type
from twenty_opportunity.values.json_text import decode, encode, encode_sound, is_plain_json
from twenty_opportunity.values.memo import Memo, cached_property
from twenty_opportunity.values.object_names import OPPORTUNITY, ObjectName
from twenty_opportunity.values.python_json import as_object

RecordT = TypeVar("RecordT", bound=Record)
OpportunityT = TypeVar("OpportunityT", bound=Opportunity)

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import cattrs
    import typing_extensions
    from jsonschema import Draft202012Validator

    from twenty_opportunity.conversion.converter import Conversion
    from twenty_opportunity.conversion.custom_types import HookedConverter
    from twenty_opportunity.conversion.python_types import Codec
    from twenty_opportunity.records import (
        Company,
        Note,
        NoteTarget,
        Person,
        Task,
        TaskTarget,
        WebhookEvent,
        WorkspaceMember,
    )
    from twenty_opportunity.records.responses import Document, DocumentT
    from twenty_opportunity.schemas.diff import Difference

    _OtherStandard: TypeAlias = NoteTarget | TaskTarget | WorkspaceMember
    # The default of a type variable is for type checkers only until Python 3.13 is the lowest version.
    OwnT_co = typing_extensions.TypeVar("OwnT_co", bound=Record, default=Opportunity, covariant=True)
    StandardT = TypeVar("StandardT", bound=Opportunity | Company | Person | Note | Task | _OtherStandard)
else:
    OwnT_co = TypeVar("OwnT_co", bound=Record, covariant=True)
    StandardT = RecordT

__all__ = ["PUBLISHED", "SERVER", "STANDARD", "Profile", "Workspace", "compare"]

_SHOWN: Final = 96  # characters of an argument in a message
_REASONS: Final = 200  # characters of a server's reasons in a hint
_EMBEDDED: Final = (bool, int, float, str, Decimal, uuid.UUID, dt.date, dt.datetime)
"""The scalars that the public converter reads and writes in the profile's style."""


class Profile(Generic[OwnT_co]):
    """
    A set of schemas for one object, one for each document class, with the validators and the converter for them.

    The schemas are JSON Schema Draft 2020-12. Formats are checked exactly, as RFC 3339 and RFC 9562 define them.

    `PUBLISHED` and `SERVER` are built in, and `Profile.from_metadata` builds the profile of a workspace. All of these
    are for opportunities; a `Workspace` has a profile for each object. Threads may share a profile. All profiles
    pickle, without the hooks that were registered with `converter`. Profiles with equal arguments are equal.

    Args:
        name: The profile's name.
        document_schemas: Returns the self-contained schema of each document class. It is called when one is first
            needed, possibly more than once if several threads need it at the same time.
        milliseconds: Write instants as servers do, in UTC with at least three digits of a second.
        complete: The schemas for writing describe every property, so a record class must not add one.
        merges: An update is merged as servers merge it: null for a composite changes nothing, so None is written as the
            composite with null for each of its properties.
        fields: Returns the fields of the object; called when they are first needed.
        record: The class of the object's complete records.
        workspace: The workspace, which has the objects of related records. Default: the standard objects.

    Attributes:
        name: The profile's name.
        record: The class of the object's complete records, and the default document class.
    """

    name: str
    record: type[OwnT_co]

    def __init__(  # noqa: PLR0913 - most are keywords with a default, each a way in which profiles differ
        self,
        name: str,
        document_schemas: Callable[[], Mapping[type[Record], Mapping[str, Any]]],
        *,
        milliseconds: bool = False,
        complete: bool = False,
        merges: bool = False,
        fields: Callable[[], tuple[Field, ...]] = tuple,
        record: type[OwnT_co] = Opportunity,  # type: ignore[assignment]
        workspace: Workspace | None = None,
    ) -> None:
        self.name = name
        self.record = record
        self._arguments = (name, document_schemas, milliseconds, complete, merges, fields, record)
        self._merges = merges
        self._milliseconds = milliseconds
        self._load = document_schemas
        self._load_fields = fields
        self._complete = complete
        self._workspace = workspace
        self._structurers: Memo[Any] = Memo(lambda cl: self._conversion.structurers[self._class_or_record(cl)])
        self._described: Memo[dict[str, Any]] = Memo(self._describe)
        self._validators: Memo[Validator] = Memo(
            lambda cl: self._validators[record] if cl is None else self._validator_of(cl)
        )
        self._checks: Memo[Callable[[object], bool]] = Memo(lambda cl: self._validators[cl].check)
        self._loaders: Memo[Callable[[Any], Any]] = Memo(self._loader_of)
        self._readers: Memo[Callable[[Any], Any]] = Memo(self._reader_of)
        self._writers: Memo[Callable[[Any], bytes]] = Memo(self._writer_of)
        self._part_validators: Memo[Validator] = Memo(self._validator_of_part)
        self._parts: Memo[Validator] = Memo(lambda cl: Validator(self._field_schema(cl), PATTERNS_IN_WORDS))

    def __repr__(self) -> str:
        return f"<Profile {self.name}>"

    def __eq__(self, other: object) -> bool:
        return self.__class__ is other.__class__ and self._arguments == vars(other)["_arguments"]

    def __hash__(self) -> int:
        return hash(self._arguments)

    def __reduce__(self) -> str | tuple[Any, ...]:
        if self is PUBLISHED or self is SERVER:
            return self.name
        name, document_schemas, milliseconds, complete, merges, fields, record = self._arguments
        options: dict[str, Any] = {
            "milliseconds": milliseconds,
            "complete": complete,
            "merges": merges,
            "fields": fields,
            "record": portable(record),
            "workspace": self._workspace,
        }
        return functools.partial(self.__class__, name, document_schemas, **options), ()

    # The modules that convert are imported on first use, because they would take half of the time of the import.
    @cached_property
    def _conversion(self) -> Conversion:
        from twenty_opportunity.conversion.converter import Conversion

        return Conversion(
            lambda: self.converter,
            milliseconds=self._milliseconds,
            records_of=self._records_of,
            object_=self.object_name,
            validators=self._part_validators,
        )

    @cached_property
    def converter(self) -> HookedConverter:
        """
        A cattrs converter for classes that contain records.

        Hooks registered with it also convert attributes of types that this package does not know.
        """
        from twenty_opportunity.conversion.custom_types import HookedConverter  # cattrs takes long to import

        # JSON has neither sets nor tuples, and cattrs would leave both unchanged.
        lists: dict[Any, Any] = {collections.abc.Set: list, tuple: list}
        converter = HookedConverter(detailed_validation=False, unstruct_collection_overrides=lists)
        _register(converter, self._conversion, self._validate_part, self._unstructured)
        return converter

    @cached_property
    def _schemas(self) -> Mapping[type[Record], Mapping[str, Any]]:
        found: dict[type[Record], Mapping[str, Any]] = {}
        for cl, schema in self._load().items():
            found[cl] = schema
            if cl is Opportunity:
                found.setdefault(PartialOpportunity, derived.partial_schema(schema))
        return found

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The fields of the object, which determine its models, tables and samples."""
        return self._load_fields()

    @property
    def object_name(self) -> ObjectName:
        """The name of the object, singular and plural."""
        return self.record.__object__ or OPPORTUNITY

    @property
    def partial(self) -> Any:
        """The class of records that may lack any property."""
        return Partial.for_class(self.record)

    @property
    def create(self) -> Any:
        """The class of the bodies that create a record."""
        return Create.for_class(self.record)

    @property
    def update(self) -> Any:
        """The class of the bodies that update a record."""
        return Update.for_class(self.record)

    @property
    def page(self) -> Any:
        """The class of a page of records in REST."""
        return _of(records.Page, self.record)

    @property
    def answer(self) -> Any:
        """The class of the REST answer about one record."""
        return _of(records.Answer, self.record)

    @property
    def batch_answer(self) -> Any:
        """The class of the REST answer about several records."""
        return _of(records.BatchAnswer, self.record)

    @property
    def graphql_page(self) -> Any:
        """The class of a page of records in GraphQL, which may lack any property."""
        return _of(records.GraphQLPage, self.partial)

    @property
    def event(self) -> Any:
        """The class of a webhook event."""
        return _of(records.WebhookEvent, self.record)

    @property
    def document_classes(self) -> tuple[type[Record], ...]:
        """The document classes for which the profile has a schema."""
        return tuple(self._schemas)

    @overload
    @classmethod
    def from_metadata(
        cls, metadata: object, *, name: str = "workspace", open_options: bool = False
    ) -> Profile[Opportunity]: ...
    @overload
    @classmethod
    def from_metadata(
        cls, metadata: object, *, name: str = "workspace", record: type[OpportunityT], open_options: bool = False
    ) -> Profile[OpportunityT]: ...
    @classmethod
    def from_metadata(
        cls, metadata: object, *, name: str = "workspace", record: Any = Opportunity, open_options: bool = False
    ) -> Profile[Any]:
        """
        Build the profile of a workspace, with its stages and its custom fields.

        Args:
            metadata: The decoded metadata of the opportunity object, in any form of Twenty's metadata API, REST or
                GraphQL.
            name: A name for the profile.
            record: Your class of complete opportunities. `loads` returns records of it. If the type of an attribute
                does not fit its field, the first use raises TypeError; the message names both.
            open_options: Read any text for a field with options, such as a stage that the workspace adds later.
                Writing accepts only the options in the metadata. Default: reading accepts only these, too.

        Returns:
            The profile. It refuses to write properties that the metadata does not have.

        Raises:
            MetadataError: The form of the metadata is unknown; the message lists the accepted forms. Or the type of
                a standard field does not fit its attribute; the message names both.
            TypeError: `record` is not a class of complete opportunities.
        """
        if _record_object(record) != OPPORTUNITY:
            raise TypeError(f"record must be a subclass of Opportunity, not {_title(record)}")
        own = None if record is Opportunity else record
        return cls.of_object(metadata, OPPORTUNITY, name, open_options=open_options, record=own)

    @classmethod
    def of_object(  # noqa: PLR0913 - most are keywords with a default
        cls,
        metadata: object,
        object_: ObjectName,
        name: str,
        *,
        open_options: bool = False,
        complete: bool = True,
        workspace: Workspace | None = None,
        record: Any = None,
    ) -> Profile[Any]:
        """
        Build the profile of an object, as a `Workspace` does.

        Args:
            metadata: The decoded metadata of the object, as for `from_metadata`.
            object_: The name of the object.
            name: A name for the profile.
            open_options: As for `from_metadata`.
            complete: The metadata has every field and every option of the object. Otherwise bodies may have any legal
                value for a field with options, and a record class may add a property.
            workspace: The workspace that has the object.
            record: The class of the complete records; None for the one of this package, or one that is built.

        Returns:
            The profile.

        Raises:
            MetadataError: As for `from_metadata`.
        """
        from twenty_opportunity.schemas import workspace as schemas_  # most programs do not read metadata

        fields = schemas_.fields(metadata, object_, open_options=open_options)
        fields = fields if complete else schemas_.without_options(fields)
        own = _record_class(object_, fields, workspace) if record is None else record
        profile: Profile[Any] = cls(
            name,
            _Schemas(fields, own),
            milliseconds=True,
            complete=complete,
            merges=True,
            fields=_Fields(fields),
            record=own,
            workspace=workspace,
        )
        if record is not None:
            return profile  # the names in its annotations may be defined later
        try:
            for document in (own, profile.create, profile.update):
                profile._described[document]  # here, and not when the first record is read
        except TypeError as error:
            raise schemas_.MetadataError(f"the metadata gives a standard field another type: {error}") from None
        return profile

    def schema(self, cl: Any = None) -> dict[str, Any]:
        """
        Return the schema of a document class.

        Args:
            cl: A document class that the profile offers, a subclass of one, or a generic one with its argument; None
                for `record`.

        Returns:
            A self-contained copy for any Draft 2020-12 validator.

        Raises:
            TypeError: The profile does not offer the class, or one of its attributes does not fit the schema.
        """
        self._refuse_unhashable(cl)
        return copy.deepcopy(self._described[self._class_or_record(cl)])

    def validator(self, cl: Any = None) -> Draft202012Validator:
        """
        Build a jsonschema validator, for programs that use jsonschema directly.

        It reaches the same verdicts about decoded JSON as this profile, but takes about two hundred times as long. It
        checks formats exactly (`schemas.FORMAT_CHECKER`), reads patterns as ECMA-262 defines them, and resolves
        references offline (`schemas.REGISTRY`). It cannot be pickled, as no validator of jsonschema can: build one in
        each process.

        Args:
            cl: A document class that the profile offers, a subclass of one, or a generic one with its argument; None
                for `record`.

        Returns:
            A new `jsonschema.Draft202012Validator`. In its schema, patterns are translated to those of Python.

        Raises:
            TypeError: The profile does not offer the class.
            UnsupportedSchemaError: Validators would interpret a part of the schema differently.
        """
        from jsonschema import Draft202012Validator  # few programs need it

        from twenty_opportunity.validation.compile import for_python

        schema = self.schema(cl)
        self._validators[cl]  # checks the schema
        return Draft202012Validator(
            for_python(schema), registry=schemas.REGISTRY, format_checker=schemas.FORMAT_CHECKER
        )

    def is_valid(self, instance: object, cl: Any = None) -> bool:
        """
        Check whether an instance is valid.

        Args:
            instance: Decoded JSON.
            cl: The document class; None for `record`.

        Returns:
            True if the schema accepts it, formats included.

        Raises:
            TypeError: The profile does not offer the class.
        """
        try:  # inlines `Validator.is_valid`, because the check takes one microsecond
            return self._checks[cl](instance)
        except ValueError:
            return self._validators[cl].is_valid(instance)
        except TypeError:
            self._refuse_unhashable(cl)
            raise

    def iter_violations(self, instance: object, cl: Any = None) -> Iterator[Violation]:
        """
        Find everything that is wrong with an instance.

        Args:
            instance: Decoded JSON.
            cl: The document class; None for `record`.

        Returns:
            The violations in the order of the schema, each with its JSON Pointer (RFC 6901); none if the instance is
            valid.

        Raises:
            TypeError: The profile does not offer the class.
        """
        return iter(()) if self.is_valid(instance, cl) else self._explain(instance, cl)

    def validate(self, instance: object, cl: Any = None) -> None:
        """
        Raise an error if an instance is not valid.

        Args:
            instance: Decoded JSON.
            cl: The document class; None for `record`.

        Raises:
            ValidationError: The instance is not valid. The error has every violation.
            TypeError: The profile does not offer the class.
        """
        if not self.is_valid(instance, cl):
            self._refuse(instance, cl)

    @overload
    def structure(self, instance: object) -> OwnT_co: ...
    @overload
    def structure(self, instance: object, cl: type[DocumentT]) -> DocumentT: ...
    @overload
    def structure(self, instance: object, cl: type[RecordT]) -> RecordT: ...
    def structure(self, instance: object, cl: Any = None) -> Any:
        """
        Validate an instance and build a record from it.

        Args:
            instance: Decoded JSON; it is not changed.
            cl: The document class; None for `record`.

        Returns:
            The record.

        Raises:
            ValidationError: The instance is not valid. The error has every violation.
            UnrepresentableError: Python cannot represent a part of it: a leap second, the year 0000, more than six
                digits of a second. The error has the place.
            TypeError: The profile does not offer the class.
        """
        try:
            read = self._readers[cl]
        except TypeError:
            self._refuse_unhashable(cl)
            raise
        return read(instance)

    def unstructure(self, record: Record) -> dict[str, Any]:
        """
        Build the instance of a record, in the profile's canonical form, without validating it.

        Args:
            record: The record.

        Returns:
            A new dict; a new list for a `GroupByAnswer`, whose document is an array.

        Raises:
            ValidationError: An attribute holds a value that its type does not allow.
            UnrepresentableError: A value cannot be written as JSON. The error has the place.
            TypeError: The argument is not a record.
        """
        if not isinstance(record, Record):
            raise TypeError(f"unstructure takes a record, not {type(record).__name__}")
        return self._unstructured(record)

    @overload
    def loads(self, data: bytes | bytearray | memoryview | str) -> OwnT_co: ...
    @overload
    def loads(self, data: bytes | bytearray | memoryview | str, cl: type[DocumentT]) -> DocumentT: ...
    @overload
    def loads(self, data: bytes | bytearray | memoryview | str, cl: type[RecordT]) -> RecordT: ...
    def loads(self, data: bytes | bytearray | memoryview | str, cl: Any = None) -> Any:
        """
        Decode a JSON text (RFC 8259), validate it, and build a record from it.

        Args:
            data: The text; bytes are UTF-8. If a property occurs twice, the last one counts.
            cl: The document class; None for `record`.

        Returns:
            The record.

        Raises:
            DecodeError: The text is not JSON, or has a value that Python cannot hold.
            ValidationError: The instance is not valid. The error has every violation.
            UnrepresentableError: Python cannot represent a part of it. The error has the place.
            TypeError: The data is neither bytes nor str, or the profile does not offer the class.
        """
        try:
            load = self._loaders[cl]
        except TypeError:
            self._refuse_unhashable(cl)
            raise
        return load(data)

    def _loader_of(self, cl: Any) -> Callable[[Any], Any]:
        """Return the fastest function that reads documents of a class."""

        def slowly(data: Any) -> Any:
            instance = decode(data)
            # A decoder makes no tuples and no subclasses, so the compiled check alone is enough.
            if not self._validators[cl].accepts(instance):
                self._refuse(instance, cl)
            return self._structurers[cl](instance)

        return self._fastest(self._class_or_record(cl), slowly, decoded=False)

    def _reader_of(self, cl: Any) -> Callable[[Any], Any]:
        """Return the fastest function that structures instances of a class."""

        def slowly(instance: Any) -> Any:
            try:  # inlines `is_valid`
                is_valid = self._checks[cl](instance)
            except (TypeError, ValueError):
                is_valid = self.is_valid(instance, cl)
            if not is_valid:
                self._refuse(instance, cl)
            plain = None if type(instance) is dict else as_object(instance)
            return self._structurers[cl](instance if plain is None else plain)

        return self._fastest(self._class_or_record(cl), slowly, decoded=True)

    def _fastest(self, cl: Any, slowly: Callable[[Any], Any], *, decoded: bool) -> Callable[[Any], Any]:
        if self._found_base_of(cl) is None:
            return slowly
        from twenty_opportunity.conversion import codegen

        known = codegen.Schemas(self._described[cl], _compiled)
        return codegen.reader(cl, known, self._conversion.properties, slowly, decoded=decoded)

    def dumps(self, record: Record) -> bytes:
        """
        Write a record as JSON (RFC 8259), if it is valid.

        Args:
            record: The record.

        Returns:
            The JSON text in UTF-8, without white space.

        Raises:
            ValidationError: The record is not a valid document, or a value in it is not JSON.
            UnrepresentableError: A value cannot be written as JSON. The error has the place.
            TypeError: The argument is not a record of a class that the profile offers.
        """
        return self._writers[type(record)](record)

    def _writer_of(self, cl: Any) -> Callable[[Any], bytes]:
        """Return the fastest function that writes records of a class; it refuses objects of other classes."""
        written = self._conversion.written_classes[cl]
        is_document = issubclass(cl, Record) and self._found_base_of(written) is not None
        # A composite that an update clears is not written as null: see `_unstructured`.
        if not is_document or (self._merges and cl.__form__ == "update"):
            return self._dumps_slowly
        from twenty_opportunity.conversion import codegen

        conversion = self._conversion
        known = codegen.Schemas(self._described[written], _compiled)
        return codegen.writer(written, known, conversion.properties, conversion.relations, self._dumps_slowly)

    def _dumps_slowly(self, record: Record) -> bytes:
        if not isinstance(record, Record):
            raise TypeError(f"dumps takes a record, not {type(record).__name__}")
        undescribed: list[Any] = []
        instance = self._unstructured(record, undescribed)
        cl = self._conversion.written_classes[record.__class__]
        if not self.is_valid(instance, cl):
            self._refuse(instance, cl)
        # The schema has checked the rest. A search of the whole instance takes a fifth of the time of `dumps`.
        return encode_sound(instance) if all(map(is_plain_json, undescribed)) else encode(instance)

    def configure(self, converter: cattrs.BaseConverter) -> None:
        """
        Register hooks for every record class in your own cattrs converter.

        The converter can then structure and unstructure classes that contain records. With detailed validation, it
        reports one exception for each violation; `cattrs.transform_error` and
        `twenty_opportunity.errors.violations_of` list them.

        Args:
            converter: The converter, such as `cattrs.Converter()` or one of `cattrs.preconf`.

        Raises:
            TypeError: The argument is not a converter.
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

        Raises:
            TypeError: The template is not a str.
            ValueError: The template does not have exactly one `{}`.
        """
        documents = {cl.__name__: self.schema(cl) for cl in self.document_classes}
        return derived.components(documents, ref_template)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Return the schema with which pydantic uses this profile for `Annotated[Opportunity, profile]`."""
        from twenty_opportunity.conversion import pydantic_fields

        def structure(instance: Any, cl: Any) -> Any:
            if self._found_base_of(self._class_or_record(cl)):
                return self.structure(instance, cl)
            self._parts[cl].validate(instance)
            return self._conversion.structurers[cl](as_object(instance) or {})

        def unstructure(record: Record) -> Any:  # as plain dicts and lists
            if self._found_base_of(self._conversion.written_classes[record.__class__]):
                return decode(self.dumps(record))
            instance = self._conversion.unstructure(record)
            self._parts[record.__class__].validate(instance)
            return decode(encode(instance))

        field = pydantic_fields.FieldFunctions(
            structure, unstructure, lambda cl: derived.inlined(self._field_schema(cl))
        )
        return pydantic_fields.core_schema_of(source, handler, field)

    def _field_schema(self, cl: Any) -> dict[str, Any]:
        """Return the schema of a document class, or of a part of records such as `Amount`."""
        if self._found_base_of(self._class_or_record(cl)):
            return self.schema(cl)
        from twenty_opportunity.conversion.class_schema import describe

        classes: tuple[Any, ...] = getattr(cl, "__mro__", ())
        for base in classes:
            described = self._definition_of(base) if base.__module__.startswith(f"{__package__}.records.") else None
            if described is not None:
                return {**describe(self._conversion, cl, base, described), "type": "object"}
        return self.schema(cl)  # which refuses it

    def _definition_of(self, cl: Any) -> dict[str, Any] | None:
        """Return the schema of the records of a class within documents."""
        from twenty_opportunity.schemas.composites import definitions

        own = self._schemas[self.record]
        for each in self._conversion.properties(self.record):
            fragment = own["properties"].get(each.name, {})
            inline = next((branch for branch in fragment.get("oneOf", ()) if "properties" in branch), None)
            if inline and any(codec.record is cl for codec in each.codec.branches):
                return {**inline, "$defs": own.get("$defs", {})}
        known = (*(schema.get("$defs", {}) for schema in self._schemas.values()), definitions(writing=False))
        found = next((each for each in known if cl.__name__ in each), None)
        return None if found is None else {**found[cl.__name__], "$defs": found}

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> Any:
        """Leave the JSON Schema to the fields of the record classes in the annotated type."""
        return handler(core_schema)

    def base_of(self, cl: Any) -> type[Record]:
        """
        Return the document class that a class is or extends.

        Args:
            cl: A class, or a generic one with its argument.

        Returns:
            The document class that the profile has a schema for.

        Raises:
            TypeError: The profile does not have one; the message lists its document classes.
        """
        cl = self._class_or_record(cl)
        base = self._found_base_of(cl)
        if base is None:
            origin = origin_of(cl)
            offered = ", ".join(offered.__name__ for offered in self.document_classes)
            asked = getattr(origin, "__name__", None) or legible(repr(origin), _SHOWN)
            message = f"{self.name} does not have a schema for {asked}; it has {offered}"
            for name in _objects_of(cl) - {self.object_name}:
                known = "STANDARD" if name.singular in _standard() else "workspace"
                message += f'. For {name.plural}, use a profile such as {known}["{name.singular}"]'
            raise TypeError(message)
        return base

    def _explain(self, instance: object, cl: Any) -> Iterator[Violation]:
        """Yield everything that is wrong with an instance that is not valid."""
        return name_way_out(self._validators[cl].explain(instance), self.base_of(cl), self.record)

    def _refuse(self, instance: object, cl: Any) -> NoReturn:
        """Raise the error of an instance that is not valid."""
        raise ValidationError(self._explain(instance, cl), self._hint(instance, self.base_of(cl)))

    def _hint(self, instance: object, base: type[Record]) -> str:
        """Return what to read an invalid instance as, if it is a record, a response or an error of a server."""
        if self is PUBLISHED and base is Opportunity and SERVER.is_valid(instance):
            return f"{SERVER_HINT}, in Python SERVER"
        if type(instance) is not dict:  # any other mapping may run code of its own
            return ""
        answer = cast("Any", instance)
        failed: tuple[tuple[Any, str], ...]
        failed = ((records.ErrorAnswer, "statusCode"), (records.GraphQLErrorAnswer, "errors"))
        for cl, key in failed:
            if base is not cl and key in answer and SERVER.is_valid(answer, cl):
                error: Any = SERVER.structure(answer, cl)
                reasons = legible("; ".join(error.reasons), _REASONS)
                return f"hint: the server answered with an error: {reasons}; read it as {cl.__name__}"
        around = {"Answer": self.answer, "Page": self.page} if "data" in answer and base.__form__ == "record" else {}
        known = {name: cl for name, cl in around.items() if self._found_base_of(cl)}
        found = next((name for name, cl in known.items() if self.is_valid(answer, cl)), None)
        return f"hint: the record is in a response; read it as {found}[{self.record.__name__}]" if found else ""

    def _unstructured(self, record: Record, undescribed: list[Any] | None = None) -> dict[str, Any]:
        instance = self._conversion.unstructure(record, undescribed)
        if self._merges and record.__form__ == "update":
            cleared = {name: dict(self._clearing[name]) for name in self._clearing if instance.get(name, UNSET) is None}
            instance.update(cleared)
        return instance

    @cached_property
    def _clearing(self) -> Mapping[str, Mapping[str, None]]:
        """The value that clears each field of a composite type, but `createdBy`, which a server never clears."""
        from twenty_opportunity.schemas.field_types import FIELD_TYPES

        types = ((field.name, FIELD_TYPES[field.type].composite) for field in self.fields if field.type in FIELD_TYPES)
        found = {name: dict.fromkeys(cl.properties) for name, cl in types if cl is not None and not cl.item}
        # None for any other field stays null, so that its refusal names the field, and not properties within.
        return {name: value for name, value in found.items() if self.is_valid({name: value}, self.update)}

    def _class_or_record(self, cl: Any) -> Any:
        """Return the document class for an argument: `record` for None, and this object's class for `WebhookEvent`."""
        if cl is None:
            return self.record
        is_open = self.record is not Opportunity and getattr(cl, "__parameters__", None) and cl in self._schemas
        return cl[self.partial if _is_selection(cl) else self.record] if is_open else cl

    def _found_base_of(self, cl: Any) -> type[Record] | None:
        origin = origin_of(cl)
        if not isinstance(origin, type) or not issubclass(origin, Record):
            return None
        named = _objects_of(cl)
        if any(name != self.object_name for name in named):
            return None
        by_form = (base for base in self._schemas if named and _form_of(base) == _form_of(origin))
        return next((base for base in origin.__mro__ if base in self._schemas), None) or next(by_form, None)

    def _refuse_unhashable(self, cl: Any) -> None:
        """Raise the usual TypeError for an argument that is not a class and cannot be looked up."""
        try:
            hash(cl)
        except TypeError:
            self.base_of(cl)

    def _describe(self, cl: Any) -> dict[str, Any]:
        from twenty_opportunity.conversion.class_schema import describe

        cl = self._class_or_record(cl)
        base = self.base_of(cl)
        try:
            return describe(self._conversion, cl, base, self._schemas[base], complete=self._complete)
        except (AttributeError, TypeError):
            Validator(self._schemas[base])  # raises the error of a schema that is not supported
            raise

    def related(self, cl: Any = None) -> dict[str, Related]:
        """
        Find the related records that the records of a class hold at depth 1.

        Args:
            cl: The document class; None for `record`.

        Returns:
            The related records by the name of their property. Those of an unknown object are left out.
        """
        found: dict[str, Related] = {}
        for each in self._conversion.relations(self._class_or_record(cl)):
            record, several = each.types()
            profile = None if record is None else self.profile_of(record.__object__.singular)
            if profile is not None:
                found[each.name] = Related(record, profile, several)
        return found

    def _records_of(self, object_: str) -> Any:
        """Return the class of the complete records of an object; None if the workspace does not have the object."""
        profile = self.profile_of(object_)
        return None if profile is None else profile.record

    def profile_of(self, object_: str) -> Profile[Any] | None:
        """
        Return the profile of another object of the workspace.

        Args:
            object_: The name of the object.

        Returns:
            The profile, from `STANDARD` if the workspace is unknown; None if the object is unknown.
        """
        known: tuple[Workspace, ...] = (_standard(),) if self._workspace is None else (self._workspace, _standard())
        return next((workspace[object_] for workspace in known if object_ in workspace), None)

    def _validator_of(self, cl: Any) -> Validator:
        base = self.base_of(cl)
        whole = self._found_base_of(self.record) if base.__form__ in derived.BODIES else None
        record: Mapping[str, Any] = self._schemas[whole] if whole else {}
        return Validator(self._described[cl], PATTERNS_IN_WORDS, derived.read_only(record, self._schemas[base]))

    def _validator_of_part(self, cl: Any) -> Validator:
        from twenty_opportunity.conversion.class_schema import describe
        from twenty_opportunity.schemas.responses import DEFINITIONS  # here, because few programs need it

        own = [self.object_name] if getattr(cl, "__parameters__", ()) else []  # a generic class without its argument
        for object_ in _objects_of(cl) or own:
            profile = self.profile_of(object_.singular)
            described = profile._part_schema(cl) if profile else None  # noqa: SLF001 - of the same class
            if described:
                return Validator(describe(self._conversion, cl, *described), PATTERNS_IN_WORDS)
        name = getattr(origin_of(cl), "__name__", "")
        known = (schema.get("$defs", {}) for schema in self._schemas.values()) if name in DEFINITIONS else ()
        found = next(({**each[name], "$defs": each} for each in known if name in each), {"type": "object"})
        return Validator(describe(self._conversion, cl, cl, found), PATTERNS_IN_WORDS)

    def _part_schema(self, cl: Any) -> tuple[Any, Mapping[str, Any]] | None:
        """Return the document class and the schema for related records: for one record, or for a GraphQL connection."""
        base = self._found_base_of(cl)
        if base is not None:
            return base, self._schemas[base]
        if origin_of(cl).__name__ != "Connection":
            return None
        page = self._schemas[self.base_of(self.graphql_page)]
        return cl, {**page["properties"]["data"]["properties"][self.object_name.plural], "$defs": page["$defs"]}

    def _validate_part(self, instance: object, cl: Any) -> None:
        """Raise an error if an instance is not valid for any record class, documents and parts of documents."""
        if self._found_base_of(cl):
            self.validate(instance, cl)
        else:
            self._part_validators[cl].validate(instance)


class Related(typing.NamedTuple):
    """
    The related records that a property holds at depth 1.

    Attributes:
        record: The class of each record.
        profile: The profile of their object.
        several: Whether the property holds an array of them, or a connection of GraphQL.
    """

    record: Any
    profile: Profile[Any]
    several: bool


def compare(before: Profile[Any], after: Profile[Any], cl: Any = None) -> tuple[Difference, ...]:
    """
    Compare two profiles.

    Args:
        before: The first profile.
        after: The second profile.
        cl: The document class to compare; None for the complete records of each profile. Both must have a schema for
            it.

    Returns:
        The differences, grouped by property, in the order of the first profile and then of the second. A property that
        only one of them describes is one difference. Descriptions are not compared.

    Raises:
        TypeError: One of the profiles lacks a schema for the class.
    """
    from twenty_opportunity.schemas import diff

    # A record class keeps its attribute for a field that was removed, so its schema describes it still.
    old, new = (
        each._schemas[each.base_of(cl)]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - of this module
        for each in (before, after)
    )
    return diff.differences(before.schema(cl), after.schema(cl), without_class=(old, new))


def name_way_out(
    violations: Iterable[Violation], cl: type[Record], record: Any = Opportunity, way_out: str | None = None
) -> Iterator[Violation]:
    """
    Add a hint at `PartialOpportunity` to the first violation of an incomplete record.

    Args:
        violations: The violations.
        cl: The document class.
        record: The class of the complete records.
        way_out: Another hint; None for the class of partial records.

    Yields:
        The violations; all others are unchanged.
    """
    named = cl.__form__ in ("create", "update")
    hint = way_out or f"; use {Partial.for_class(record).__name__} for records without it"
    for violation in violations:
        if named or violation.keyword != "required" or not violation.pointer.endswith(_incomplete(record)):
            yield violation
            continue
        named = True
        yield attrs.evolve(
            violation,
            message=violation.message + hint,
            message_without_value=violation.message_without_value + hint,
        )


@functools.cache
def _incomplete(record: Any) -> tuple[str, ...]:
    """Return the ends of the pointers to the properties that every complete record has."""
    attributes = attributes_of(record).values()
    return tuple(f"/{wire_name(attribute)}" for attribute in attributes if attribute.default is attrs.NOTHING)


def _register(
    converter: cattrs.Converter,
    conversion: Conversion,
    validate: Callable[[object, Any], None],
    unstructure: Callable[[Record], dict[str, Any]],
) -> None:
    """Register the records and scalars with a cattrs converter, without the coercion of cattrs."""

    def structure_record(instance: Any, cl: Any) -> Any:
        validate(instance, cl)
        return conversion.structurers[cl](as_object(instance) or {})

    converter.register_structure_hook_func(is_record, structure_record)
    converter.register_unstructure_hook_func(is_record, unstructure)
    for cl in _EMBEDDED:
        converter.register_structure_hook(cl, _strictly(cl, conversion.scalars[cl]))
        converter.register_unstructure_hook(cl, functools.partial(_written, conversion.scalars[cl]))


def _written(codec: Codec, value: Any) -> Any:
    from twenty_opportunity.conversion.python_types import MisfitError

    try:
        return codec.unstructure(value)
    except MisfitError as error:
        raise ValidationError([Violation("", "type", "/type", error.reason)]) from None


def _strictly(cl: type, codec: Codec) -> Any:
    validator = Validator(codec.fragment, PATTERNS_IN_WORDS)

    def structure(value: Any, asked_for: Any) -> Any:
        validator.validate(value)
        structured = codec.structure(value)
        # cattrs also calls a hook for subclasses of its class: a StrEnum is a str.
        return structured if asked_for is cl else asked_for(structured)

    return structure


def _compiled(schema: Mapping[str, Any]) -> Callable[[Any], bool]:
    return Validator(schema).accepts


def _published() -> Mapping[type[Record], Mapping[str, Any]]:
    schema = schemas.published()
    return {
        Opportunity: schema,
        OpportunityCreate: derived.create_schema(schema),
        OpportunityUpdate: derived.update_schema(schema),
    }


def _of(generic: Any, record: Any) -> Any:
    """Return the class of a document with records of a class that is known at run time only."""
    return generic[record]


def _objects_of(cl: Any) -> set[ObjectName]:
    """Return the object of a class, or of a generic class with its argument: a set of at most one."""
    parts = (origin_of(cl), *typing.get_args(cl))
    return {name for part in parts if (name := getattr(part, "__object__", None))}


def _record_object(cl: Any) -> ObjectName | None:
    """Return the object of a class of complete records; None for anything else."""
    return cl.__object__ if _is_record_class(cl) and cl.__form__ == "record" else None


def _is_record_class(cl: object) -> TypeGuard[type[Record]]:
    return isinstance(cl, type) and issubclass(cl, Record)


def _title(cl: Any) -> str:
    return getattr(cl, "__name__", None) or legible(repr(cl), _SHOWN)


def _object_of(cl: Any) -> str:
    """Return the name of the object of a class of records or documents; empty if there is none."""
    from twenty_opportunity.records.responses import Document  # most programs name the object

    origin = origin_of(cl)
    # A class of documents that does not name an object is that of opportunities.
    is_document = isinstance(origin, type) and issubclass(origin, Document)
    return next((name.singular for name in _objects_of(cl)), OPPORTUNITY.singular if is_document else "")


def like_opportunity(cl: type[Record]) -> Any:
    """
    Return the class for opportunities that corresponds to the document class of another object.

    Args:
        cl: The document class, one of a profile.

    Returns:
        The class; the argument itself if it is for opportunities or for every object.
    """
    classes = [getattr(records, name) for name in records.DOCUMENT_CLASSES]
    if cl.__object__ is None or cl in classes:
        return cl
    return next(own for own in classes if _form_of(own) == _form_of(cl))


def refuse_other_types(profile: object) -> None:
    """
    Raise an error if an argument is not a profile, such as the name of a profile.

    Args:
        profile: The argument.

    Raises:
        TypeError: The argument is not a profile.
    """
    if not isinstance(profile, Profile):
        raise TypeError(f"a profile such as SERVER is needed, not {type(profile).__name__}")


def profile_for(cl: Any, profile: Profile[Any]) -> Profile[Any]:
    """
    Return the profile for a class: not the given one if the class is for another object.

    Args:
        cl: The document class.
        profile: The profile to use otherwise.

    Returns:
        The profile of the object in the workspace of the profile, or else in `STANDARD`; the given profile if neither
        has the object.

    Raises:
        TypeError: The second argument is not a profile.
    """
    refuse_other_types(profile)
    others = _objects_of(cl) - {profile.object_name}
    found = (profile.profile_of(name.singular) for name in others)
    return next(found, None) or profile


def _form_of(cl: type[Record]) -> Any:
    """Return the property by which the classes of a form are one, although they do not inherit from each other."""
    return getattr(cl, "__template__", None) or cl.__form__ or cl


PUBLISHED: Final[Profile[Opportunity]] = Profile("PUBLISHED", _published, fields=lambda: schemas.PUBLISHED_FIELDS)
"""The profile of the published schema, unchanged."""


@attrs.frozen
class _Fields:
    """Returns fields that were read already. It equals another one with the same fields, as its profile does."""

    fields: tuple[Field, ...]

    def __call__(self) -> tuple[Field, ...]:
        return self.fields


@attrs.frozen
class _Schemas:
    """Returns the schemas of an object's document classes."""

    fields: tuple[Field, ...]
    record: type[Record]

    def __call__(self) -> Mapping[type[Record], Mapping[str, Any]]:
        from twenty_opportunity.schemas import workspace

        by_name = workspace.schemas_of(self.fields, self.record.__object__ or OPPORTUNITY)
        return {_document_class(name, self.record): by_name[name] for name in records.DOCUMENT_CLASSES}

    def __reduce__(self) -> tuple[Any, ...]:
        return _Schemas, (self.fields, portable(self.record))


def _document_class(name: str, record: Any) -> Any:
    """Return the class of an object's documents that corresponds to one of the classes for opportunities."""
    own = getattr(records, name)
    form = {"record": None, "partial": Partial, "create": Create, "update": Update, None: own}[own.__form__]
    if form is None:
        return record
    if own.__form__:
        return form.for_class(record)
    if not getattr(own, "__parameters__", ()):
        return own
    found = own[Partial.for_class(record) if _is_selection(own) else record]
    return origin_of(found)


def _is_selection(cl: Any) -> bool:
    """Check whether a generic class holds what a GraphQL query selects."""
    return any(getattr(each, "__default__", None) is PartialOpportunity for each in cl.__parameters__)


def _record_class(name: ObjectName, fields: tuple[Field, ...], workspace: Workspace | None) -> Any:
    """Return the class of an object's complete records: the one that this package has, or one that is made."""
    written = getattr(records, name.class_name) if name.class_name in records.OBJECT_CLASSES else None
    if written is not None and written.__object__ == name:
        return written
    from twenty_opportunity.schemas import attributes

    reserved = frozenset(dir(Update))
    objects = [each.name for each in workspace.objects] if workspace else []
    return made(make_record_class, name, tuple(attributes.attributes_of(fields, name, reserved, objects)))


def _server_fields() -> tuple[Field, ...]:
    from twenty_opportunity.schemas import workspace  # most programs do not need the fields

    return workspace.without_options(workspace.fields(workspace.STANDARD))


def _server() -> Mapping[type[Record], Mapping[str, Any]]:
    return _Schemas(SERVER.fields, Opportunity)()


SERVER: Final[Profile[Opportunity]] = Profile("SERVER", _server, milliseconds=True, merges=True, fields=_server_fields)
"""The profile for any Twenty server, if nothing is known about its workspace."""


@attrs.frozen
class WorkspaceObject:
    """
    An object of a workspace.

    Attributes:
        singular: The name of one record in the API: `person`.
        plural: The name of several: `people`.
        metadata: The object's metadata as the server sent it, with its fields.
    """

    singular: str
    plural: str
    metadata: Mapping[str, Any] = attrs.field(hash=False, repr=False)

    @property
    def name(self) -> ObjectName:
        """Both names of the object."""
        return ObjectName(self.singular, self.plural)


class Workspace(Mapping[str, Profile[Any]]):
    """
    The objects of a workspace: a mapping from the name of each object to its profile.

    Each profile is built on first use, so a workspace with forty objects does not slow down the start of a program.
    Threads may share a workspace, and it pickles.

    Args:
        objects: The objects.
        name: The name of the profiles.
        records: The program's own classes of complete records, at most one for each object. The profiles, and so the
            webhook events and related records, have records of these classes.
        open_options: The profiles read any text for a field with options.

    Attributes:
        objects: The active objects of the workspace, each with its metadata.

    Raises:
        TypeError: `records` has anything other than classes of complete records, or two for one object, or one for an
            object that the workspace does not have.
    """

    objects: tuple[WorkspaceObject, ...]
    _complete: ClassVar[bool] = True

    def __init__(
        self,
        objects: Iterable[WorkspaceObject],
        *,
        name: str = "workspace",
        records: Iterable[type[Record]] = (),
        open_options: bool = False,
    ) -> None:
        self.objects = tuple(objects)
        self._name = name
        self._open_options = open_options
        self._by_name = {each.singular: each for each in self.objects}
        self._records: dict[str, type[Record]] = {}
        check_type("records", records, collections.abc.Iterable, "a list of classes such as [Opportunity]")
        for record in records:
            self._add_record_class(record)
        self._profiles: Memo[Profile[Any]] = Memo(lambda name: self._make_profile(name, self._records.get(name)))
        # Profiles for classes that the workspace was not told.
        self._others: Memo[Profile[Any]] = Memo(lambda cl: self._make_profile(cl.__object__.singular, cl))

    def _add_record_class(self, cl: type[Record]) -> None:
        name = _record_object(cl)
        if name is None:
            raise TypeError(f"records must be classes of complete records such as Opportunity, not {_title(cl)}")
        if name.singular not in self._by_name:
            raise TypeError(f"records has {_title(cl)}, but the workspace does not have the object {name.singular}")
        other = self._records.setdefault(name.singular, cl)
        if other is not cl:
            raise TypeError(f"records has two classes for the object {name.singular}: {_title(other)} and {_title(cl)}")

    @classmethod
    def from_metadata(
        cls,
        metadata: object,
        *,
        name: str = "workspace",
        records: Iterable[type[Record]] = (),
        open_options: bool = False,
    ) -> Workspace:
        """
        Build the profiles of all objects of a workspace.

        Args:
            metadata: The decoded metadata of all objects, in any form of Twenty's metadata API, REST or GraphQL; or a
                list of such responses, if the objects are on several pages.
            name: A name for the profiles.
            records: The program's own classes of complete records, at most one for each object.
            open_options: Read any text for a field with options, such as a stage that the workspace adds later.
                Writing accepts only the options in the metadata. Default: reading accepts only these, too.

        Returns:
            The workspace.

        Raises:
            MetadataError: The form of the metadata is unknown, or a page of it is missing.
            TypeError: `records` has anything other than classes of complete records of the workspace's objects.
        """
        from twenty_opportunity.schemas.metadata_reader import objects_of

        objects = (WorkspaceObject(*found.name, found.metadata) for found in objects_of(metadata))
        return cls(objects, name=name, records=records, open_options=open_options)

    @property
    def opportunity(self) -> Profile[Opportunity]:
        """The profile for opportunities, equal to the one of `Profile.from_metadata` with the same class."""
        return self["opportunity"]

    @overload
    def __getitem__(self, key: str) -> Profile[Any]: ...
    @overload
    def __getitem__(self, key: type[StandardT]) -> Profile[StandardT]: ...
    @overload
    def __getitem__(self, key: type[Partial | Create | Update[Any] | Document | WebhookEvent[Any]]) -> Profile[Any]: ...
    @overload
    def __getitem__(self, key: type[RecordT]) -> Profile[RecordT]: ...
    def __getitem__(self, key: Any) -> Profile[Any]:
        """
        Return the profile of an object.

        Args:
            key: The name of the object in the singular, or a class of its records or of documents that hold them.

        Returns:
            The profile; the same one each time. For a class of complete records, the profile has records of this class.

        Raises:
            KeyError: The workspace does not have the object.
            MetadataError: The object's metadata cannot be read.
        """
        name = key if isinstance(key, str) else _object_of(key)
        if name not in self._by_name:
            asked = legible(repr(name or key), _SHOWN)
            raise KeyError(f"unknown object {asked}; the workspace has {', '.join(self._by_name)}")
        profile = self._profiles[name]
        if isinstance(key, str) or _record_object(key) is None or issubclass(profile.record, key):
            return profile
        return self._others[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __repr__(self) -> str:
        return f"<Workspace {self._name}: {', '.join(self._by_name)}>"

    def __reduce__(self) -> Any:
        records = tuple(map(portable, self._records.values()))
        options: dict[str, Any] = {"name": self._name, "records": records, "open_options": self._open_options}
        return functools.partial(self.__class__, self.objects, **options), ()

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> NoReturn:
        """Raise an error with the annotation that pydantic needs: a workspace is not a profile."""
        from twenty_opportunity.conversion.pydantic_fields import record_classes

        named = {
            cl.__name__: f"WORKSPACE[{cl.__name__}]" if _object_of(cl) else "WORKSPACE.opportunity"
            for cl in record_classes(source)
        }
        fields = " | ".join(f"Annotated[{name}, {profile}]" for name, profile in named.items())
        message = "a workspace is not a field of pydantic, but each of its profiles is; write"
        raise TypeError(f"{message} {fields or 'Annotated[Deal, WORKSPACE[Deal]]'}")

    def _make_profile(self, singular: str, record: Any) -> Profile[Any]:
        found = self._by_name[singular]
        name = self._name if found.name == OPPORTUNITY else f"{self._name} {singular}"
        return Profile.of_object(
            found.metadata,
            found.name,
            name,
            open_options=self._open_options,
            complete=self._complete,
            workspace=self,
            record=record,
        )


class _Standard(Workspace):
    """The standard objects, which every new workspace has, with any options."""

    _complete = False

    def __reduce__(self) -> Any:
        return "STANDARD"

    def _make_profile(self, singular: str, record: Any) -> Profile[Any]:
        is_server = singular == OPPORTUNITY.singular and record is None
        return SERVER if is_server else super()._make_profile(singular, record)


@functools.cache
def _standard() -> Workspace:
    # Late, because most programs do not read metadata.
    from twenty_opportunity.schemas import workspace

    return _Standard.from_metadata(workspace.standard_objects(), name="SERVER")


if typing.TYPE_CHECKING:
    STANDARD: Workspace
    """The standard objects, if nothing is known about the workspace: `STANDARD.opportunity` is `SERVER`."""
else:

    def __getattr__(name: str) -> Any:
        if name == "STANDARD":
            return _standard()
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


_LATE: Final = (
    *("calendar", "jsonschema_rs", "urllib.parse"),
    *(f"{__package__}.conversion.{name}" for name in ("codegen", "class_schema", "converter", "fallback", "relations")),
    *(f"{__package__}.records.{name}" for name in ("amounts", "composites", "responses", "standard")),
    *(f"{__package__}.schemas.{name}" for name in ("metadata_reader", "responses", "workspace")),
    *(f"{__package__}.validation.{name}" for name in ("compile", "explain")),
)
"""The modules that are imported on first use."""


def _import_before_fork() -> None:
    """Import everything: a fork copies the lock of a module that another thread is importing, and would wait for it."""
    import threading

    if threading.active_count() > 1:
        for name in _LATE:
            importlib.import_module(name)
        # jsonschema-rs prepares its errors when the first one occurs, and holds a lock meanwhile.
        tuple(Validator({"required": ["a"]}).iter_violations({}))


if hasattr(os, "register_at_fork"):  # pragma: no branch - not on Windows
    os.register_at_fork(before=_import_before_fork)
