"""From the fields of an object to the attributes of its record class: their names and their types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twenty_opportunity.schemas import workspace
from twenty_opportunity.values.object_names import camel_case, capitalized, snake_case, spared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from twenty_opportunity.schemas.field_types import Field
    from twenty_opportunity.values.object_names import ObjectName

# Names that a written class uses in its body, and the first argument of its constructor: no attribute can have them.
_IN_CLASSES: Final = frozenset({"attrs", "bool", "dt", "float", "self", "str", "tuple", "uuid"})


def attributes_of(
    fields: Sequence[Field], name: ObjectName, reserved: frozenset[str], objects: Sequence[ObjectName] = ()
) -> Iterator[tuple[str, str, str, bool, str]]:
    """
    List the attributes of the class of an object's complete records.

    Args:
        fields: The fields of the object.
        name: The name of the object.
        reserved: Names that no attribute can have.
        objects: The objects of the workspace.

    Yields:
        The name of each attribute, the name of its property, its type as Python code, whether clients write it, and the
        name of the object that its related records are of.
    """
    described = workspace.schemas_of(fields, name)["Opportunity"]
    found = {each.name: each for field in fields for each in workspace.properties(field) if not each.is_related}
    relations = dict(related_objects(fields, objects))
    names = attribute_names([*found, *relations], reserved)
    for wire, each in found.items():
        absent = "" if wire in described["required"] else " | Unset"
        null = " | None" if is_nullable(described["properties"][wire]) else ""
        yield names[wire], wire, f"{each.type.annotation}{absent}{null}", each.type.write is not None, ""
    for wire, (target, several) in relations.items():
        annotation = "tuple[Record, ...] | Unset" if several else "Record | Unset | None"
        yield names[wire], wire, annotation, False, target


def related_objects(fields: Iterable[Field], objects: Sequence[ObjectName]) -> Iterator[tuple[str, tuple[str, bool]]]:
    """
    Find the objects that relations lead to.

    Metadata from GraphQL names them. In metadata from REST, the name of the property often contains the name of the
    object, as Twenty proposes it; a relation with another name is left out.

    Args:
        fields: The fields of an object.
        objects: The objects of the workspace.

    Yields:
        The name of each property of related records, the name of their object, and whether it holds several of them.
    """
    for field in fields:
        several = field.relation_type == "ONE_TO_MANY"
        for each in workspace.properties(field) if field.relation_type else ():
            named = [*field.targets] if field.type == "RELATION" else []
            ends = field.type == "MORPH_RELATION"  # Twenty appends the name of the object to that of the relation
            found = named or [name for name in objects if _names(each.name, name, several=several, ends=ends)]
            if each.is_related and found:
                yield each.name, (max(found, key=lambda name: len(name.singular)).singular, several)


def _names(property_name: str, name: ObjectName, *, several: bool, ends: bool) -> bool:
    """Check whether a property has the name of an object, or may end in it, as `targetCompany` does."""
    own = name.plural if several else name.singular
    return property_name == own or (ends and property_name.endswith(capitalized(own)))


def is_nullable(fragment: Mapping[str, Any]) -> bool:
    """
    Check whether a fragment accepts null. The fragment of a composite is a reference, and always does.

    Args:
        fragment: The fragment of a property in a schema of `workspace`.

    Returns:
        True if it does.
    """
    return "$ref" in fragment or "null" in fragment.get("type", ["null"])


def attribute_names(wires: Iterable[str], reserved: frozenset[str]) -> dict[str, str]:
    """
    Name the attributes of properties.

    Args:
        wires: The names of the properties in JSON.
        reserved: Names that no attribute can have.

    Returns:
        The name of each attribute by that of its property: unique, snake_case, and not a keyword. If the camelCase of
        an attribute name is a property, that property has the attribute.
    """
    wanted = {wire: spared(snake_case(wire), _IN_CLASSES | reserved) for wire in wires}
    first = sorted(wanted, key=lambda wire: camel_case(wanted[wire]) != wire)
    return dict(zip(first, unique((wanted[wire] for wire in first), taken=()), strict=True))


def unique(names: Iterable[str], *, taken: Iterable[str], joint: str = "_") -> list[str]:
    """
    Number names that occur more than once.

    Args:
        names: The names.
        taken: Names that none of them may have.
        joint: The text between a name and its number.

    Returns:
        The names in the same order, each one unique.
    """
    given = [*names]
    used = {*taken}
    result: list[str] = []
    for name in given:
        # A numbered name must not be one that comes later without a number.
        candidates = (f"{name.rstrip('_')}{joint}{number}" for number in range(2, len(given) + len(used) + 3))
        found = name if name not in used else next(n for n in candidates if n not in used and n not in given)
        used.add(found)
        result.append(found)
    return result
