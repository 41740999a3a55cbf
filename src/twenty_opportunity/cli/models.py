"""`models`: a Python module with the typed classes of a workspace."""

from __future__ import annotations

import builtins
import enum
import json
import keyword
import os
import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import attrs
import typer

from twenty_opportunity.cli.options import Status, UnreadableProfileError, read_metadata
from twenty_opportunity.cli.output import OutputOption, file_path, refuse_overwriting, writing
from twenty_opportunity.profiles import Profile
from twenty_opportunity.records import Opportunity, OpportunityCreate, OpportunityUpdate, wire_name
from twenty_opportunity.records.base import camel_case
from twenty_opportunity.schemas.field_types import COMPOSITES, RATINGS
from twenty_opportunity.schemas.metadata_reader import MetadataError, opportunity_fields
from twenty_opportunity.values.formats import NUMERIC_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from twenty_opportunity.records import Record
    from twenty_opportunity.schemas.field_types import Field

EXAMPLES: Final = {
    "twenty-opportunity models metadata.json -o deals.py": "Write the typed classes Deal, DealCreate and DealUpdate.",
    "twenty-opportunity models metadata.json -o deals.py --name Project --load": "Call them Project, and read the "
    "metadata when the module is imported.",
}

LINE_LENGTH: Final = 88
"""The line length of ruff where nothing else is said."""

_is_class_name: Final = re.compile(r"[A-Z][A-Za-z0-9]*").fullmatch
_BASES: Final[Mapping[str, type[Record]]] = {"": Opportunity, "Create": OpportunityCreate, "Update": OpportunityUpdate}
_SUBJECTS: Final = {
    "": "An opportunity of the workspace.",
    "Create": "The body that creates an opportunity. Members left UNSET are not sent.",
    "Update": "The body that updates an opportunity: None clears a member, leaving it out keeps it.",
}
_BASE_NAMES: Final = tuple(cl.__name__ for cl in _BASES.values())
_FROM_PACKAGE: Final = ("UNSET", "Amount", "ActorMetadata", "Profile", "Unset", *_BASE_NAMES)
_RECORDS: Final = (*COMPOSITES, *_FROM_PACKAGE, "WIRE_NAME")
_OTHER_NAMES: Final = ("Any", "Decimal", "Final", "PROFILE", "Path", "Rating")
# What a class says of its attributes, in annotations and beside them, must not be the name of one of them; nor must the
# first argument of the constructor that attrs writes.
_IN_CLASSES: Final = frozenset({"attrs", "bool", "dt", "float", "self", "str", "tuple", "uuid"})
_OF_RECORDS: Final = frozenset(name for cl in (Opportunity, OpportunityCreate, OpportunityUpdate) for name in dir(cl))
_OF_ENUMS: Final = frozenset({*dir(enum.StrEnum), "name", "value", "mro"})


def models(  # noqa: PLR0913 - each is an option of the command line
    metadata: Annotated[
        Path | None,
        typer.Argument(
            metavar="METADATA",
            parser=file_path,
            help="The file with the metadata of the workspace.",
            show_default=False,
        ),
    ] = None,
    *,
    profile: Annotated[
        Path | None,
        typer.Option("--profile", "-p", metavar="FILE", parser=file_path, help="The same file, as in other commands."),
    ] = None,
    output: OutputOption = None,
    name: Annotated[str, typer.Option("--name", "-n", help="The name of the class.")] = "Deal",
    load: Annotated[
        bool,
        typer.Option("--load", help="Read METADATA when the module is imported. Default: the module contains it."),
    ] = False,
    line_length: Annotated[int, typer.Option("--line-length", help="The line length of your formatter.")] = LINE_LENGTH,
) -> Status:
    """
    Write a Python module with typed classes.

    The module has the opportunities of a workspace as classes, and its stages and options as enums. It needs this
    package, passes mypy in strict mode, and is formatted as by ruff.
    """
    metadata = metadata or profile
    if metadata is None or str(metadata) in {"published", "server"}:
        raise typer.BadParameter("give a file with metadata: only a workspace has classes of its own")
    refuse_overwriting({"--output": output}, [metadata])
    folder = Path() if output is None else output.parent
    file = Path(os.path.relpath(metadata, folder)).as_posix() if load else None
    try:
        text = module(read_metadata(str(metadata)), name=name, file=file, line_length=line_length)
    except MetadataError as error:
        raise UnreadableProfileError(f"{metadata}: {error}") from error
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--name") from error
    with writing(output) as written:
        written.write(text.encode())
    return Status.CLEAN


def module(metadata: object, *, name: str = "Deal", file: str | None = None, line_length: int = LINE_LENGTH) -> str:
    """
    Write the Python module of a workspace.

    The module has a subclass of `Opportunity` with the workspace's custom fields, typed; the same of
    `OpportunityCreate` and `OpportunityUpdate`; an enum for each field with options; and `PROFILE`, which reads and
    writes them. Members that only a server sets, such as related records, stay in `extra`.

    Args:
        metadata: The decoded metadata of the opportunity object, in any of the forms in which servers give it.
        name: The name of the class.
        file: The path of a file with the metadata, from the module's folder, to be read when the module is imported.
            Without it what is needed of the metadata stands in the module.
        line_length: The line length that ruff is set to. Only long names need it, and long descriptions.

    Returns:
        The module's text, as ruff formats it.

    Raises:
        MetadataError: The metadata is in no form that is known.
        ValueError: The name is none that a class can have.
    """
    if not _is_class_name(name) or keyword.iskeyword(name) or name in (*_RECORDS, *_OTHER_NAMES):
        message = f"a class cannot have the name {name!r}: take one in CamelCase that the module does not import"
        raise ValueError(message)
    fields = opportunity_fields(metadata)
    return _Module(Profile.from_metadata(metadata), name, line_length).text(fields, file)


@attrs.frozen
class _Member:
    """A member of a class: its names, its type but for Unset, and its description."""

    wire: str
    attribute: str
    annotation: str
    nullable: bool
    description: str

    @property
    def is_renamed(self) -> bool:
        return camel_case(self.attribute) != self.wire

    def words(self) -> Iterator[str]:
        """List the names that the attribute needs in its module."""
        yield from re.findall(r"\w+", self.annotation)
        yield from ["WIRE_NAME"] * self.is_renamed

    def lines(self, width: int) -> Iterator[str]:
        """Write the attribute as ruff would at a line length; most lines are the same at any."""
        annotation = f"{self.annotation} | Unset{' | None' if self.nullable else ''}"
        options = ["        hash=False,"] if self.annotation == "Any" else []  # JSON has often none
        if self.is_renamed:
            options += ["        metadata={", f'            WIRE_NAME: "{self.wire}",', "        },"]
        end = "attrs.field(" if options else "UNSET"
        if len(f"    {self.attribute}: {annotation} = {end}") <= width:
            yield f"    {self.attribute}: {annotation} = {end}"
        else:
            whole = len(f"        {annotation}") <= width
            yield from (f"    {self.attribute}: (", *_apart(annotation, whole=whole), f"    ) = {end}")
        yield from ["        default=UNSET,", *options, "    )"] if options else []


def _apart(annotation: str, *, whole: bool) -> list[str]:
    first, *others = [annotation] if whole else annotation.split(" | ")
    return [f"        {first}", *(f"        | {other}" for other in others)]


class _Module:
    """What a module is made of, for one profile."""

    def __init__(self, profile: Profile, name: str, width: int) -> None:
        self._name = name
        self._width = width
        self._schemas = {suffix: profile.schema(cl) for suffix, cl in _BASES.items()}
        wires = {wire for suffix in _BASES for wire in self._custom(suffix)}
        ordered = [wire for wire in self._schemas[""]["properties"] if wire in wires]
        self._attributes = attribute_names([*ordered, *sorted(wires.difference(ordered))])
        self._enums = self._named_enums([*ordered])

    def text(self, fields: Iterable[Field], file: str | None) -> str:
        enums = {name: (wire, options) for wire, (name, options) in self._enums.items()}
        members = {suffix: [self._member(suffix, wire) for wire in self._custom(suffix)] for suffix in _BASES}
        lines = [line for name, (wire, options) in enums.items() for line in _enum(name, wire, options)]
        lines += [line for suffix in _BASES for line in self._class(suffix, members[suffix])]
        names = [*enums, *(f"{self._name}{suffix}" for suffix in _BASES), "PROFILE"]
        used = {word for each in members.values() for member in each for word in member.words()}
        used |= {"enum"} if enums else set()
        used |= {"Unset", "UNSET"} if used else set()
        head = _head(self._name, used, names, has_file=file is not None)
        return "\n".join([*head, *lines, *_profile(fields, file), ""])

    def _custom(self, suffix: str) -> Iterator[str]:
        """List the members that a class has beyond those of its base, but for what only a server sets."""
        known = {wire_name(attribute) for attribute in attrs.fields(_BASES[suffix]) if attribute.name != "extra"}
        for wire, fragment in self._schemas[suffix]["properties"].items():
            if wire not in known and fragment.get("readOnly") is not True:
                yield wire

    def _named_enums(self, wires: list[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Name an enum for each member with options."""
        properties = self._schemas[""]["properties"]
        found = {wire: tuple(options) for wire in wires if (options := _options(properties[wire]))}
        taken = {*_RECORDS, *_OTHER_NAMES, *dir(builtins), *(f"{self._name}{suffix}" for suffix in (*_BASES, "Stage"))}
        wanted = [wire for wire, options in found.items() if options != RATINGS]
        names = dict(zip(wanted, unique(map(class_name, wanted), taken=taken, joint=""), strict=True))
        stage = tuple(_options(properties.get("stage", {})))
        stages = {"stage": (f"{self._name}Stage", stage)} if stage else {}
        return stages | {wire: (names.get(wire, "Rating"), options) for wire, options in found.items()}

    def _class(self, suffix: str, members: list[_Member]) -> Iterator[str]:
        yield from ("", "", "@attrs.frozen(kw_only=True)")
        yield f"class {self._name}{suffix}({_BASES[suffix].__name__}):"
        described = {} if suffix else {member.attribute: member.description for member in members}
        yield from _docstring(_SUBJECTS[suffix], described, self._width)
        yield from [""] if members or "stage" in self._enums else []
        if "stage" in self._enums:
            yield f"    stage: {self._enums['stage'][0]} | Unset = UNSET"
        for member in members:
            yield from member.lines(self._width)

    def _member(self, suffix: str, wire: str) -> _Member:
        fragment = self._schemas[suffix]["properties"][wire]
        annotation = self._annotation(wire, fragment)
        if annotation is None:  # a composite that a body may not have as null is described in its place
            annotation = self._annotation(wire, self._schemas[""]["properties"][wire]) or "Any"
        nullable = "$ref" in fragment or "null" in fragment.get("type", ["null"])
        return _Member(wire, self._attributes[wire], annotation, nullable, fragment.get("description", ""))

    def _annotation(self, wire: str, fragment: Mapping[str, Any]) -> str | None:
        if "$ref" in fragment:
            return str(fragment["$ref"].rpartition("/")[2])
        if wire in self._enums and _options(fragment) and "items" not in fragment:
            return self._enums[wire][0]
        types = _types(fragment)
        if types == {"array"} and "items" in fragment:
            return f"tuple[{self._annotation(wire, fragment['items'])}, ...]"
        if types == {"string"}:
            return _text_annotation(fragment)
        if types == {"number", "string"}:
            return "Decimal" if fragment.get("pattern") == NUMERIC_PATTERN else "float | str"
        if "properties" in fragment:
            return None
        return _TYPES.get("".join(types), "Any")


_FORMATS: Final = {"date": "dt.date", "date-time": "dt.datetime", "uuid": "uuid.UUID"}
_TYPES: Final = {"boolean": "bool", "number": "float"}


def _text_annotation(fragment: Mapping[str, Any]) -> str:
    formats = {part["format"] for part in (fragment, *fragment.get("anyOf", ())) if "format" in part}
    return " | ".join(annotation for form, annotation in _FORMATS.items() if form in formats) or "str"


def _types(fragment: Mapping[str, Any]) -> set[str]:
    named = fragment.get("type", ())
    return {*([named] if isinstance(named, str) else named)} - {"null"}


def _options(fragment: Mapping[str, Any]) -> list[str]:
    if "items" in fragment:
        return _options(fragment["items"])
    return [option for option in fragment.get("enum", ()) if option is not None]


def _enum(name: str, wire: str, options: Iterable[str]) -> Iterator[str]:
    subject = "A rating." if name == "Rating" else f"The options of `{wire}`."
    yield from ("", "", f"class {name}(enum.StrEnum):", f'    """{subject}"""', "")
    for option, member in option_names(options).items():
        yield f"    {member} = {_literal(option)}"


def _literal(text: str) -> str:
    return json.dumps(text)


def _docstring(subject: str, attributes: Mapping[str, str], width: int) -> Iterator[str]:
    said = {attribute: described for attribute, text in attributes.items() if (described := _plain(text))}
    if not said:
        yield f'    """{subject}"""'
        return
    yield from ('    """', f"    {subject}", "", "    Attributes:")
    for attribute, text in said.items():
        yield from textwrap.wrap(
            f"{attribute}: {text}",
            width,
            initial_indent=" " * 8,
            subsequent_indent=" " * 12,
            break_long_words=False,
            break_on_hyphens=False,
        )
    yield '    """'


def _plain(text: str) -> str:
    """Give a text as a docstring can hold it: in one line, with nothing in it that ends it or that nobody sees."""
    visible = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(visible.split()).replace("\\", "\\\\").replace('"""', "'''")


def _profile(fields: Iterable[Field], file: str | None) -> Iterator[str]:
    yield from ("", "")
    if file is None:
        rows = ",\n".join(json.dumps(_row(field)) for field in fields)
        # No JSON has three quotes in a row.
        yield f'_METADATA: Final = r"""{{"nameSingular": "opportunity", "fields": [\n{rows}\n]}}"""'
        yield ""
        yield "PROFILE: Final = Profile.from_metadata(json.loads(_METADATA))"
    else:
        yield f"_METADATA: Final = Path(__file__).parent / {_literal(file)}"
        yield ""
        yield "PROFILE: Final = Profile.from_metadata(json.loads(_METADATA.read_bytes()))"
    yield '"""The profile that reads and writes these classes."""'


def _row(field: Field) -> dict[str, Any]:
    """Give what is known of a field in the form in which servers give it."""
    settings = {"relationType": field.relation_type, "joinColumnName": field.join_column}
    morphs = [
        {"targetObjectMetadata": {"nameSingular": target.singular, "namePlural": target.plural}}
        for target in field.targets
    ]
    row = {
        "name": field.name,
        "type": field.type,
        "description": field.description,
        "isNullable": field.nullable,
        "options": field.options,
        "settings": {key: value for key, value in settings.items() if value},
        "morphRelations": morphs,
    }
    return {key: value for key, value in row.items() if value is False or value}


def _head(name: str, used: set[str], names: list[str], *, has_file: bool) -> Iterator[str]:
    yield '"""'
    yield f"The opportunities of a workspace, typed: `{name}`, and the bodies that create and update one."
    yield from ("", "Made by `twenty-opportunity models`: make it again when the workspace's fields change.", '"""')
    yield from [] if has_file else ["# ruff: noqa: E501 - the metadata has long lines"]
    yield from ("", "from __future__ import annotations", "")
    typing_names = "Any, Final" if "Any" in used else "Final"
    used = used | {"json", *(["Path"] if has_file else [])}
    yield from (line for name, line in _STANDARD_LIBRARY.items() if name in used)
    yield from (f"from typing import {typing_names}", "", "import attrs")
    used |= {"Profile", *_BASE_NAMES}
    yield from _imports("twenty_opportunity", used.intersection(_FROM_PACKAGE))
    yield from _imports("twenty_opportunity.records", used.intersection(_RECORDS).difference(_FROM_PACKAGE))
    yield from ("", "__all__ = [", *(f'    "{each}",' for each in sorted(names, key=_in_order)), "]")


_STANDARD_LIBRARY: Final = {
    "dt": "import datetime as dt",
    "enum": "import enum",
    "json": "import json",
    "uuid": "import uuid",
    "Decimal": "from decimal import Decimal",
    "Path": "from pathlib import Path",
}


def _imports(package: str, names: Iterable[str]) -> Iterator[str]:
    """Import one name a line, which a formatter leaves alone whatever its width."""
    listed = sorted(names, key=_in_order)
    if listed:
        yield from (f"from {package} import (", *(f"    {name}," for name in listed), ")")


def _in_order(name: str) -> tuple[bool, str]:
    """Sort constants before classes."""
    return not name.isupper(), name


def attribute_names(members: Iterable[str]) -> dict[str, str]:
    """
    Name the attributes that stand for members.

    Args:
        members: The members' names on the wire.

    Returns:
        The attribute's name by that of the member: snake_case, no keyword, no two alike. One that camelCase would turn
        into the member's name again is never given to another member.
    """
    wanted = {member: _spared(snake_case(member), _IN_CLASSES | _OF_RECORDS) for member in members}
    first = sorted(wanted, key=lambda member: camel_case(wanted[member]) != member)
    return dict(zip(first, unique((wanted[member] for member in first), taken=()), strict=True))


def option_names(options: Iterable[str]) -> dict[str, str]:
    """
    Name the members of an enum.

    Args:
        options: The values.

    Returns:
        The member's name by its value: the value itself where Python takes it, and no two alike.
    """
    values = [*options]
    wanted = (_spared(_identifier(value), _OF_ENUMS) for value in values)
    return dict(zip(values, unique(wanted, taken=()), strict=True))


def class_name(member: str) -> str:
    """
    Name a class after a member: LeadSource for leadSource.

    Args:
        member: The member's name on the wire.

    Returns:
        The name.
    """
    return f"{member[0].upper()}{member[1:]}"


def snake_case(name: str) -> str:
    """
    Spell a member's camelCase name as an attribute's snake_case, an acronym as one word: annual_url for annualURL.

    Args:
        name: The member's name on the wire.

    Returns:
        The attribute's name.
    """
    apart = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", apart).lower()


def unique(names: Iterable[str], *, taken: Iterable[str], joint: str = "_") -> list[str]:
    """
    Tell names apart that are alike.

    Args:
        names: The names.
        taken: Names that none of them may be.
        joint: What stands between a name and its number.

    Returns:
        The names in their order; of those alike all but the first have a number.
    """
    given = [*names]
    used = {*taken}
    result: list[str] = []
    for name in given:
        # A number must not make a name that a later one has by itself.
        candidates = (f"{name.rstrip('_')}{joint}{number}" for number in range(2, len(given) + len(used) + 3))
        found = name if name not in used else next(n for n in candidates if n not in used and n not in given)
        used.add(found)
        result.append(found)
    return result


def _identifier(value: str) -> str:
    name = re.sub(r"[^0-9A-Za-z]+", "_", value).strip("_")
    return name if name[:1].isalpha() else f"OPTION_{name}".rstrip("_")


def _spared(name: str, reserved: frozenset[str]) -> str:
    return f"{name}_" if name in reserved or keyword.iskeyword(name) else name
