"""
Related records: an attribute holds those that are valid, and `extra` holds any other JSON.

A server's schema says little about them, because its metadata does not always name their object, and a role or a
GraphQL selection may leave out any of their properties. So a related record is never a reason to refuse a document.
"""

from __future__ import annotations

import typing
from typing import Any

from twenty_opportunity.conversion.fallback import FAILURES, Relation
from twenty_opportunity.conversion.python_types import MisfitError
from twenty_opportunity.errors import UnrepresentableError
from twenty_opportunity.records import Partial
from twenty_opportunity.records.base import (
    RELATED,
    UNSET,
    Record,
    origin_of,
    related_attributes,
    type_hints_of,
    wire_name,
)
from twenty_opportunity.values.json_pointer import location
from twenty_opportunity.values.memo import cached_property
from twenty_opportunity.values.python_json import as_array, as_object, class_name, unwrapped

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from twenty_opportunity.conversion.converter import Conversion


def relations_of(conversion: Conversion, cl: Any) -> Iterator[Relation]:
    """
    List the properties of a record class that hold related records.

    Args:
        conversion: The conversion that the class is converted with.
        cl: The record class.

    Yields:
        Each property. The classes of its records are looked up when the first one is read or written.
    """
    for name, attribute in related_attributes(origin_of(cl)).items():
        records = _Records(conversion, cl, name, attribute.metadata[RELATED])
        argument = attribute.alias or name
        yield Relation(wire_name(attribute), name, argument, records.types, records.read, records.write)


class _Records:
    """Reads and writes the related records of an attribute."""

    def __init__(self, conversion: Conversion, owner: Any, name: str, object_: str) -> None:
        self._conversion = conversion
        self._owner = owner
        self._name = name
        self._object = object_

    @cached_property
    def _several(self) -> bool:
        return any(typing.get_origin(each) is tuple for each in typing.get_args(self._hint))

    @cached_property
    def _hint(self) -> Any:
        return type_hints_of(self._owner)[self._name]

    @cached_property
    def _class(self) -> Any:
        """The class of the records; None if the workspace does not have the object."""
        if self._conversion.records_of is None:
            return None
        # Opportunities name only the object of their relations, because the other classes are imported late.
        named, own = next(_named_classes(self._hint), None), self._conversion.records_of(self._object)
        found = own if named is None or (own is not None and issubclass(own, named)) else named
        return Partial.for_class(found) if found is not None and self._owner.__form__ == "partial" else found

    @cached_property
    def _connection(self) -> Any:
        from twenty_opportunity.records.responses import Connection  # most programs read no related records

        connection: Any = Connection
        return connection[self._class]

    def types(self) -> tuple[Any, bool]:
        """Return the class of the records, None if their object is unknown, and whether there are several."""
        return self._class, self._several

    def read(self, value: Any) -> Any:
        """Return the records of a JSON value; UNSET if it stays in `extra`."""
        cl = self._class
        if cl is None or (unwrapped(value) is None and self._several):
            return UNSET
        if unwrapped(value) is None:
            return None
        items = as_array(value)
        try:
            if items is not None and self._several:
                records = tuple(self._read_one(cl, item) for item in items)
                return UNSET if any(record is UNSET for record in records) else records
            if self._several and self._owner.__form__ != "partial":
                return UNSET
            return self._read_one(self._connection if self._several else cl, value)
        except UnrepresentableError:
            return UNSET

    def _read_one(self, cl: Any, value: Any) -> Any:
        if not self._conversion.validators[cl].is_valid(value):
            return UNSET
        return self._conversion.of_related.structurers[cl](as_object(value))

    def write(self, value: Any) -> Any:
        """Return the JSON value of records; raise MisfitError for a value that would not be read as itself."""
        if self._class is None:
            related = self._conversion.records_of is None
            reason = "a related record cannot hold any" if related else f"the object {self._object} is unknown"
            raise MisfitError(f"the attribute {self._name} holds related records, but {reason}")
        if self._several and issubclass(type(value), tuple):
            written: list[Any] = []
            for item in value:
                try:
                    written.append(self._write_one(self._class, item))
                except FAILURES as error:
                    raise error.under(str(len(written))) from error.__cause__
            return written
        if value is None and not self._several:
            return None
        is_connection = self._several and self._owner.__form__ == "partial"
        return self._write_one(self._connection if is_connection else self._class, value, several=self._several)

    def _write_one(self, cl: Any, value: Any, *, several: bool = False) -> Any:
        takes = f"tuple[{self._class.__name__}, ...]" if several else cl.__name__
        if not issubclass(type(value), origin_of(cl)):
            raise MisfitError(f"the attribute {self._name} holds {class_name(value)}; it takes {takes}")
        instance = self._conversion.of_related.unstructurers[type(value)](value, [])
        for violation in self._conversion.validators[cl].iter_violations(instance):
            raise MisfitError(violation.message, *map(str, location(violation.pointer, instance)))
        return instance


def _named_classes(annotation: Any) -> Iterator[Any]:
    """List the record classes in an annotation that name their object."""
    if isinstance(annotation, type) and issubclass(annotation, Record) and annotation.__object__:
        yield annotation
    for argument in typing.get_args(annotation):
        yield from _named_classes(argument)
