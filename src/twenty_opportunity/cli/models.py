"""`models`: a Python module with the typed classes of a workspace."""

from __future__ import annotations

import builtins
import enum
import functools
import itertools
import json
import keyword
import os
import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import attrs
import typer

from twenty_opportunity import records
from twenty_opportunity.bulk.files import Stream
from twenty_opportunity.cli.options import (
    CommandError,
    ObjectOption,
    Status,
    read_metadata,
    whole_number,
)
from twenty_opportunity.cli.output import OutputOption, file_path, refuse_conflicts, writing
from twenty_opportunity.profiles import STANDARD, Profile, Workspace
from twenty_opportunity.records import (
    Create,
    Partial,
    Record,
    Update,
    wire_name,
)
from twenty_opportunity.records.base import attributes_of, related_attributes
from twenty_opportunity.schemas.attributes import attribute_names, is_nullable, related_objects, unique
from twenty_opportunity.schemas.composites import COMPOSITES
from twenty_opportunity.schemas.field_types import FIELD_TYPES, RATINGS, FieldProperty
from twenty_opportunity.schemas.metadata_reader import MetadataError, field_metadata, object_fields, objects_of
from twenty_opportunity.schemas.workspace import RELATIONS, properties
from twenty_opportunity.values.object_names import OPPORTUNITY, camel_case, capitalized, spared

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence

    from twenty_opportunity.schemas.field_types import Field
    from twenty_opportunity.values.object_names import ObjectName

EXAMPLES: Final = {
    "twenty-opportunity models metadata.json -o deals.py": "Write the typed classes Deal, PartialDeal, DealCreate and "
    "DealUpdate.",
    "twenty-opportunity models metadata.json -o deals.py --name Project --load": "Call them Project, and read the "
    "metadata when the module is imported.",
    "twenty-opportunity models metadata.json --all -o workspace.py": "Write the classes of all objects in one module.",
}

LINE_LENGTH: Final = 88
"""The default line length of ruff."""

_OPENED: Final = ("    open_options=True,",)
_is_class_name: Final = re.compile(r"[A-Z][A-Za-z0-9]*").fullmatch
# The classes of a module by the form of their names, for an object without classes in this package.
_FORMS: Final[Mapping[str, type[Record]]] = {"{}": Record, "Partial{}": Partial, "{}Create": Create, "{}Update": Update}
_KEYS: Final = {"{}": "record", "Partial{}": "partial", "{}Create": "create", "{}Update": "update"}
_SUBJECTS: Final = {
    "{}": "An opportunity of the workspace.",
    "Partial{}": "Any part of an opportunity, such as a GraphQL selection.",
    "{}Create": "The body that creates an opportunity. Properties left UNSET are not sent.",
    "{}Update": "The body that updates an opportunity: None clears a property, UNSET keeps it.",
}
_BODIES: Final = ("{}Create", "{}Update")
_MADE_FORMS: Final = ("Partial{}", "{}Create", "{}Update")
_BASE_NAMES: Final = ("Opportunity", "PartialOpportunity", "OpportunityCreate", "OpportunityUpdate")
_FROM_PACKAGE: Final = ("UNSET", "Amount", "ActorMetadata", "Profile", "Unset", "Workspace", *_BASE_NAMES)
_RECORDS: Final = (*COMPOSITES, *_FROM_PACKAGE, "READ_ONLY", "WIRE_NAME", "Connection", "forms_of", "related")
_OTHER_NAMES: Final = ("Any", "Decimal", "Final", "PROFILE", "Path", "Rating", "TYPE_CHECKING", "WORKSPACE")
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
        typer.Option("--profile", "-p", metavar="FILE", parser=file_path, help="Another way to give METADATA."),
    ] = None,
    output: OutputOption = None,
    object_: ObjectOption = OPPORTUNITY.singular,
    objects: Annotated[
        list[str] | None,
        typer.Option(
            "--objects",
            metavar="NAMES",
            help="Write one module for several objects, separated by commas. Repeatable.",
            show_default=False,
        ),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Write one module for all objects of the workspace.")] = False,
    name: Annotated[
        str | None,
        typer.Option("--name", "-n", help="The name of the class. Default: Deal, or the name of another object."),
    ] = None,
    load: Annotated[
        bool,
        typer.Option("--load", help="Read METADATA when the module is imported. Default: the module contains it."),
    ] = False,
    open_options: Annotated[
        bool,
        typer.Option(
            "--open-options",
            help="Read any text for a field with options, such as a stage that the workspace adds later. "
            "Default: only the options in METADATA.",
        ),
    ] = False,
    line_length: Annotated[
        int,
        typer.Option("--line-length", parser=whole_number(1), metavar="N", help="The line length of your formatter."),
    ] = LINE_LENGTH,
) -> Status:
    """
    Write a Python module with typed classes.

    The module has the opportunities of a workspace as classes, and its stages and options as enums. It needs this
    package, passes mypy in strict mode, and is formatted as by ruff. With --objects or --all, it has the classes of
    several objects.
    """
    if metadata and profile:
        raise typer.BadParameter("METADATA is given already; it is the same file", param_hint="--profile")
    metadata = metadata or profile
    if metadata is None or str(metadata) in {"published", "server"}:
        raise typer.BadParameter("give a file with metadata: models are written for a workspace")
    refuse_conflicts({"--output": output}, [metadata])
    folder = Path() if output is None else output.parent
    file = Path(os.path.relpath(metadata, folder)).as_posix() if load else None
    if load and not _is_plain_file(metadata):
        reason = "the module reads the file when it is imported; give a file that is neither a stream nor compressed"
        raise typer.BadParameter(reason, param_hint="--load")
    if (object_ != OPPORTUNITY.singular) + (objects is not None) + all_ > 1:
        raise typer.BadParameter("give only one of --object, --objects and --all")
    several = bool(objects) or all_
    if several and name is not None:
        raise typer.BadParameter("with --objects or --all, each class has the name of its object", param_hint="--name")
    listed = None if all_ else [each.strip() for part in objects or () for each in part.split(",")]
    try:
        content = read_metadata(str(metadata))
        if several:
            text = workspace_module(content, listed, file=file, line_length=line_length, open_options=open_options)
        else:
            text = module(
                content,
                object_=object_,
                name=name,
                file=file,
                line_length=line_length,
                open_options=open_options,
            )
    except MetadataError as error:
        raise CommandError(f"{metadata}: {error}") from error
    except KeyError as error:
        raise CommandError(f"{metadata}: {error.args[0]}") from error
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--name") from error
    with writing(output) as written:
        written.write(text.encode())
    return Status.CLEAN


def _is_plain_file(path: Path) -> bool:
    """Check whether the module that is written can read a file; a missing one is reported when it is read."""
    with Stream(str(path)) as stream:
        return stream.can_be_shared or bool(stream.fault)


def module(  # noqa: PLR0913 - each is an option of the command line
    metadata: object,
    *,
    object_: str = OPPORTUNITY.singular,
    name: str | None = None,
    file: str | None = None,
    line_length: int = LINE_LENGTH,
    open_options: bool = False,
) -> str:
    """
    Write the Python module of a workspace.

    The module has a subclass of `Opportunity` with the workspace's custom fields, typed; the same of
    `PartialOpportunity`, `OpportunityCreate` and `OpportunityUpdate`; an enum for each field with options; and
    `PROFILE`, which reads and writes them. Properties that only a server sets, such as related records, stay in
    `extra`. For another object, the classes are subclasses of those of the object.

    Args:
        metadata: The decoded metadata of the object, in any form that servers send.
        object_: The name of the object.
        name: The name of the class; None for `Deal`, or for the name of another object.
        file: The path of a file with the metadata, relative to the module. The module reads it when it is imported.
            None to write the metadata into the module.
        line_length: The line length of ruff. It matters for long names and descriptions only.
        open_options: The records may have other options than the metadata, as strings. The bodies may not.

    Returns:
        The text of the module, formatted as by ruff.

    Raises:
        MetadataError: The form of the metadata is unknown.
        KeyError: The metadata does not have such an object.
        ValueError: A class cannot have the name.
    """
    is_opportunity = object_ == OPPORTUNITY.singular
    workspace = functools.partial(Workspace.from_metadata, metadata, open_options=open_options)
    profile = Profile.from_metadata(metadata, open_options=open_options) if is_opportunity else workspace()[object_]
    if name is None:
        own = profile.object_name.class_name
        name = "Deal" if is_opportunity else f"Workspace{own}" if own in records.OBJECT_CLASSES else own
    bases = {base.__name__ for base in _bases(profile).values()}
    if not _is_class_name(name) or keyword.iskeyword(name) or name in (*_RECORDS, *_OTHER_NAMES, *bases):
        message = f"a class cannot have the name {name!r}; use a name in CamelCase that the module does not import"
        raise ValueError(message)
    fields = object_fields(metadata, profile.object_name)
    return _Module(profile, name).text(fields, file, line_length, open_options=open_options)


def workspace_module(
    metadata: object,
    objects: Iterable[str] | None = None,
    *,
    file: str | None = None,
    line_length: int = LINE_LENGTH,
    open_options: bool = False,
) -> str:
    """
    Write one Python module for several objects of a workspace.

    The module has the record class of each object, with an enum for each field with options, in the alphabetical order
    of the classes, so that a change of the metadata changes few lines. Its `WORKSPACE` reads and writes them. Type
    checkers see the partial records and the bodies of every object, too; when the module runs, each of these classes is
    made when it is first used.

    Args:
        metadata: The decoded metadata of the objects, in any form that servers send, or a list of pages.
        objects: The names of the objects; None for all.
        file: As for `module`.
        line_length: As for `module`.
        open_options: As for `module`.

    Returns:
        The text of the module, formatted as by ruff.

    Raises:
        MetadataError: The form of the metadata is unknown.
        KeyError: The metadata does not have such an object.
    """
    workspace = Workspace.from_metadata(metadata, open_options=open_options)
    profiles = [workspace[name] for name in dict.fromkeys(workspace if objects is None else objects)]
    names = _class_names([profile.object_name for profile in profiles])
    taken = {form.format(name) for form in _FORMS for name in names.values()}
    standard = {name: capitalized(name) for name in STANDARD}
    modules: list[_Module] = []
    for singular, name in sorted(names.items(), key=lambda item: item[1]):
        # With the name of the class in them, the names of enums do not depend on other objects.
        modules.append(_Module(workspace[singular], name, prefix=name, taken=taken))
        modules[-1].add_relations(workspace, standard | names, own=names)
        taken |= modules[-1].enums.keys()
    rating = {name: found for each in modules for name, found in each.enums.items() if name == "Rating"}
    lines = [line for name, (wire, options) in rating.items() for line in _enum(name, wire, options)]
    lines += [line for each in modules for line in each.record_lines(line_length)]
    lines += ["", "", "if TYPE_CHECKING:"]
    for each, form in itertools.product(modules, _MADE_FORMS):
        lines += (f"    {line}" if line else "" for line in [*each.class_lines(form, line_length - 4)][1:])
    lines += [
        "else:  # made when first used, because that takes a millisecond for each",
        "    __getattr__ = forms_of(globals())",
    ]
    used = {word for each in modules for word in each.words()} | {"forms_of", "TYPE_CHECKING"}
    head = _head(
        "The objects of a workspace as typed classes, with the bodies that create and update each.",
        used | {"Workspace"},
        [*taken, "WORKSPACE"],
        has_file=file is not None,
    )
    by_name = {each.name.singular: each.metadata for each in objects_of(metadata)}
    rows = [
        (each.object_name, each.name, object_fields(by_name[each.object_name.singular], each.object_name))
        for each in modules
    ]
    return "\n".join([*head, *lines, *_workspace(rows, file, open_options=open_options), ""])


def _class_names(objects: Sequence[ObjectName]) -> dict[str, str]:
    """Return the name of the record class of each object, by the name of the object."""
    own = {each.singular: "Deal" if each == OPPORTUNITY else each.class_name for each in objects}
    titles = [*own.values()]
    others = {form.format(title) for form in _MADE_FORMS for title in titles}
    taken = {*records.__all__, *_RECORDS, *_OTHER_NAMES, *keyword.kwlist, *others}
    names = {singular: title for singular, title in own.items() if title not in taken and titles.count(title) == 1}
    taken |= {form.format(name) for form in _FORMS for name in names.values()}
    for singular in sorted(own.keys() - names.keys()):
        candidates = (f"Workspace{capitalized(singular)}{number}" for number in ("", *range(2, len(taken))))
        names[singular] = next(n for n in candidates if taken.isdisjoint(form.format(n) for form in _FORMS))
        taken |= {form.format(names[singular]) for form in _FORMS}
    return names


@attrs.frozen
class _Attribute:
    """An attribute of a written class: its property, its name, its type without Unset, and its description."""

    wire: str
    name: str
    annotation: str
    nullable: bool
    description: str
    required: bool = False
    read_only: bool = False
    related: str = ""
    imported: str = ""

    @property
    def is_renamed(self) -> bool:
        return camel_case(self.name) != self.wire

    @property
    def metadata(self) -> dict[str, str]:
        """The entries of its metadata, as Python code."""
        renamed = {"WIRE_NAME": f'"{self.wire}"'} if self.is_renamed else {}
        return renamed | ({"READ_ONLY": "True"} if self.read_only else {})

    def words(self) -> Iterator[str]:
        """List the names that the attribute needs in its module."""
        yield from re.findall(r"\w+", self.annotation)
        yield from ["related"] if self.related else self.metadata
        yield from [f"records.{self.imported}"] if self.imported else []

    def whole(self, *, absent: bool = False) -> str:
        """Return the type with Unset, which a required attribute has only if it may be absent, and None."""
        unset = " | Unset" if absent or not self.required else ""
        return f"{self.annotation}{unset}{' | None' if self.nullable else ''}"

    def lines(self, width: int) -> Iterator[str]:
        """Write the attribute as ruff formats it. Most lines are the same for any line length."""
        annotation = self.whole()
        options = ["        hash=False,"] if self.annotation == "Any" else []  # most JSON is not hashable
        if self.metadata and not self.related:
            entries = (f"            {name}: {value}," for name, value in self.metadata.items())
            options += ["        metadata={", *entries, "        },"]
        name = f', name="{self.wire}"' if self.is_renamed else ""
        default = f'related("{self.related}"{name})' if self.related else "attrs.field()" if self.required else "UNSET"
        end = "attrs.field(" if options else default
        start = f"    {self.name}: {annotation} = "
        if len(start + end) <= width:
            yield start + end
        elif self.related and len(f"{start}related(") <= width:
            yield from (f"{start}related(", f"        {default[len('related(') : -1]}", "    )")
        elif not options and len(f"{start}(") <= width:
            yield from (f"{start}(", f"        {default}", "    )")
        else:
            fits = len(f"        {annotation}") <= width
            first, *others = [annotation] if fits else re.split(r" \| (?![^\[]*\])", annotation)  # not within a tuple
            wrapped = [f"        {first}", *(f"        | {other}" for other in others)]
            yield from (f"    {self.name}: (", *wrapped, f"    ) = {end}")
        unset = [] if self.required else ["        default=UNSET,"]
        yield from [*unset, *options, "    )"] if options else []


def _bases(profile: Profile[Any]) -> dict[str, type[Record]]:
    """Return the class of each form that this package has for the object, or the one for every object."""
    return {form: profile.record.__written__.get(key, _FORMS[form]) for form, key in _KEYS.items()}


class _Module:
    """The classes of one object."""

    def __init__(self, profile: Profile[Any], name: str, *, prefix: str = "", taken: Collection[str] = ()) -> None:
        self.name = name
        self.object_name = profile.object_name
        self._bases = _bases(profile)
        self._properties = {each.name: each for field in profile.fields for each in properties(field)}
        schemas = {form: profile.schema(getattr(profile, key)) for form, key in _KEYS.items()}
        self._fragments = {form: schema["properties"] for form, schema in schemas.items()}
        required: list[str] = schemas["{}"]["required"] if self._bases["{}"] is Record else []
        self._required = frozenset(required)
        self._custom = {form: self._custom_properties(form) for form in _FORMS}
        custom = [name for name in self._properties if any(name in names for names in self._custom.values())]
        self._reserved = frozenset(name for base in self._bases.values() for name in dir(base))
        # A body that this package does not have is made of its record class, so that their attributes share names.
        inherited = {
            wire_name(each): name for base in self._bases.values() for name, each in attributes_of(base).items()
        }
        self._own_names = attribute_names([wire for wire in custom if wire not in inherited], self._reserved)
        self._names = inherited | self._own_names
        self._profile = profile
        self._enums = self._named_enums(custom, prefix, taken)
        self.enums = {name: (wire, options) for wire, (name, options) in self._enums.items()}
        self._attributes = {
            form: [self._attribute(form, wire, self._names[wire]) for wire in self._custom[form]] for form in _FORMS
        }

    def add_relations(self, workspace: Workspace, classes: Mapping[str, str], own: Collection[str]) -> None:
        """
        Add the attributes that hold related records.

        Args:
            workspace: The workspace.
            classes: The names of the record classes that the module can use, by the name of their object.
            own: The names of the objects that the module has classes for. Base classes have attributes for the others.
        """
        found = dict(related_objects(self._profile.fields, [each.name for each in workspace.objects]))
        inherited = {wire_name(each): name for name, each in related_attributes(self._bases["{}"]).items()}
        for wire, each in self._profile.related().items():
            if wire in self._properties:  # not a relation of the base class that the metadata lacks
                found[wire] = (each.record.__object__.singular, each.several)
        names = attribute_names([*self._own_names, *(wire for wire in found if wire not in inherited)], self._reserved)
        for wire, (target, several) in found.items():
            cl = classes.get(target) if wire not in inherited or target in own else None
            for form in ("{}", "Partial{}") if cl else ():
                record = form.format(cl)
                annotation = f"tuple[{record}, ...]" if several else record
                annotation += f" | Connection[{record}]" if several and form != "{}" else ""
                name, text = inherited.get(wire) or names[wire], self._properties[wire].description
                imported = "" if target in own else record
                attribute = _Attribute(wire, name, annotation, not several, text, related=target, imported=imported)
                self._attributes[form].append(attribute)

    def text(self, fields: Iterable[Field], file: str | None, width: int, *, open_options: bool) -> str:
        """Write a module with the classes of this object alone."""
        lines = [line for name, (wire, options) in self.enums.items() for line in _enum(name, wire, options)]
        lines += [line for form in _FORMS for line in self.class_lines(form, width)]
        names = [*self.enums, *(form.format(self.name) for form in _FORMS), "PROFILE"]
        opportunities = "The opportunities of a workspace as typed classes"
        subject = (
            f"{self.object_name.renamed(opportunities)}: `{self.name}`, and the bodies that create and update one."
        )
        used = {*self.words(), "Profile" if self.object_name == OPPORTUNITY else "Workspace"}
        head = _head(subject, used, names, has_file=file is not None)
        profile = _profile(fields, self.object_name, self.name, file, open_options=open_options)
        return "\n".join([*head, *lines, *profile, ""])

    def words(self) -> set[str]:
        """List the names that the classes need in their module."""
        used = {word for each in self._attributes.values() for attribute in each for word in attribute.words()}
        used |= {"enum"} if self.enums else set()
        used |= {"Unset", "UNSET"} if used else set()
        used |= {"__body_types__"} if [*self._body_types()] else set()
        return used | {f"records.{base.__name__}" for base in self._bases.values()}

    def record_lines(self, width: int) -> Iterator[str]:
        """Write the class of the records, after the enums of its fields."""
        for name, (wire, options) in self.enums.items():
            yield from _enum(name, wire, options) if name != "Rating" else ()
        yield from self.class_lines("{}", width)

    def _custom_properties(self, form: str) -> list[str]:
        """List the properties that a class has beyond those of its base, except indexes and related records."""
        known = {wire_name(attribute) for attribute in attrs.fields(self._bases[form]) if attribute.name != "extra"}
        return [name for name in self._fragments[form] if name not in known and _has_value(self._properties[name])]

    def _named_enums(
        self, wires: list[str], prefix: str, others: Collection[str]
    ) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Return the name of an enum for each property with options."""
        found = {wire: options for wire in wires if (options := self._options(wire))}
        taken = {
            *others,
            *_RECORDS,
            *_OTHER_NAMES,
            *dir(builtins),
            *(base.__name__ for base in self._bases.values()),
            *(form.format(self.name) for form in _FORMS),
        }
        stage = self._options("stage") if self.object_name == OPPORTUNITY else ()
        stages = {"stage": (f"{self.name}Stage", stage)} if stage else {}
        wanted = [wire for wire, options in found.items() if options != RATINGS]
        taken |= {f"{self.name}Stage"} if stages else set()
        titles = unique((f"{prefix}{capitalized(wire)}" for wire in wanted), taken=taken, joint="")
        names = dict(zip(wanted, titles, strict=True))
        return stages | {wire: (names.get(wire, "Rating"), options) for wire, options in found.items()}

    def _options(self, wire: str) -> tuple[str, ...]:
        found = self._properties.get(wire)
        return tuple(dict.fromkeys(found.field.options or ())) if found and found.type.options else ()

    def class_lines(self, form: str, width: int) -> Iterator[str]:
        """Write one of the classes."""
        attributes = self._attributes[form]
        yield from ("", "", "@attrs.frozen(kw_only=True)")
        yield from self._header(form, width)
        described = {} if form != "{}" else {attribute.name: attribute.description for attribute in attributes}
        yield from _docstring(self.object_name.renamed(_SUBJECTS[form]), described, width)
        has_stage = self.object_name == OPPORTUNITY and "stage" in self._enums  # which the base classes have, too
        yield from [""] if attributes or has_stage else []
        if has_stage:
            stage = self._option_type(form, "stage")
            yield f"    stage: {stage} = attrs.field()" if form == "{}" else f"    stage: {stage} | Unset = UNSET"
        for attribute in attributes:
            yield from attribute.lines(width)
        if form == "{}":
            yield from self._body_types()

    def _body_types(self) -> Iterator[str]:
        """Write the types that attributes have in bodies only, for the classes that are made at run time."""
        records = {attribute.name: attribute.whole(absent=True) for attribute in self._attributes["{}"]}
        bodies = {attribute.name: attribute.whole() for form in _BODIES for attribute in self._attributes[form]}
        stated = {name: annotation for name, annotation in bodies.items() if records.get(name) != annotation}
        if self.object_name == OPPORTUNITY and "stage" in self._enums and self._properties["stage"].field.open_options:
            stated["stage"] = self._option_type("{}Update", "stage")
        if stated:
            yield from (
                "",
                "    __body_types__ = {",
                *(f'        "{name}": "{stated[name]}",' for name in stated),
                "    }",
            )
        elif self._bases["{}"] is Record:  # otherwise the bodies could clear every property
            yield from ("", "    __body_types__ = {}")

    def _header(self, form: str, width: int) -> Iterator[str]:
        """Write the first line of a class, which names the object if its base does not."""
        base, name = self._bases[form], form.format(self.name)
        if base.__object__:
            yield f"class {name}({base.__name__}):"
            return
        updated = (self.name, f"Partial{self.name}") if base is Update else ()
        union = " | ".join(updated)
        argument = f"[{union}]" if union else ""
        parts = (
            f"{base.__name__}{argument}",
            f'object="{self.object_name.singular}"',
            f'plural="{self.object_name.plural}"',
        )
        joined = ", ".join(parts)
        if len(f"class {name}({joined}):") <= width:
            yield f"class {name}({joined}):"
        else:
            lines = [joined] if len(f"    {joined}") <= width else [f"{part}," for part in parts]
            if updated and len(f"    {lines[0]}") > width:
                inner = [union] if len(f"        {union}") <= width else [updated[0], f"| {updated[1]}"]
                lines[:1] = [f"{base.__name__}[", *(f"    {line}" for line in inner), "],"]
            yield from (f"class {name}(", *(f"    {line}" for line in lines), "):")

    def _attribute(self, form: str, wire: str, name: str) -> _Attribute:
        fragment, row = self._fragments[form][wire], self._properties[wire].type
        annotation = (row.body_annotation if form in _BODIES else None) or row.annotation
        if wire in self._enums:
            annotation = annotation.replace("str", self._option_type(form, wire))
        nullable = is_nullable(fragment)
        required = form == "{}" and wire in self._required
        description, read_only = self._properties[wire].description, row.write is None
        return _Attribute(wire, name, annotation, nullable, description, required=required, read_only=read_only)

    def _option_type(self, form: str, wire: str) -> str:
        """Return the type of an option: the enum or, in records that may have other options, also text."""
        is_open = self._properties[wire].field.open_options and form not in _BODIES
        return f"{self._enums[wire][0]} | str" if is_open else self._enums[wire][0]


def _has_value(each: FieldProperty) -> bool:
    """Check whether a property holds a value that a client or the server wrote."""
    row = FIELD_TYPES.get(each.field.type)
    is_set_by_server = row is not None and row.write is not None and each.field.type not in RELATIONS
    return each.type.write is not None or is_set_by_server


def _enum(name: str, wire: str, options: Iterable[str]) -> Iterator[str]:
    subject = "A rating." if name == "Rating" else f"The options of `{wire}`."
    yield from ("", "", f"class {name}(enum.StrEnum):", f'    """{subject}"""', "")
    for option, attribute in option_names(options).items():
        yield f"    {attribute} = {_literal(option)}"


def _literal(text: str) -> str:
    """Write a string with the quotes that ruff prefers, and everything invisible escaped."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    visible = (ch if ch.isprintable() else ch.encode("unicode_escape").decode("ascii") for ch in escaped)
    return f"{quote}{''.join(visible)}{quote}"


def _docstring(subject: str, attributes: Mapping[str, str], width: int) -> Iterator[str]:
    described = {attribute: line for attribute, text in attributes.items() if (line := _one_line(text))}
    if not described:
        yield f'    """{subject}"""'
        return
    yield from ('    """', f"    {subject}", "", "    Attributes:")
    for attribute, text in described.items():
        yield from textwrap.wrap(
            f"{attribute}: {text}",
            width,
            initial_indent=" " * 8,
            subsequent_indent=" " * 12,
            break_long_words=False,
            break_on_hyphens=False,
        )
    yield '    """'


def _one_line(text: str) -> str:
    """Return a description as one line for a docstring, without quotes that end it or invisible characters."""
    visible = "".join(ch if ch.isprintable() else " " for ch in text)
    return " ".join(visible.split()).replace("\\", "\\\\").replace('"""', "'''")


def _profile(
    fields: Iterable[Field], name: ObjectName, cl: str, file: str | None, *, open_options: bool
) -> Iterator[str]:
    loaded = yield from _metadata(_object(name, fields, plural=name != OPPORTUNITY), file)
    opened = _OPENED if open_options else ()
    if name == OPPORTUNITY:
        yield from ("PROFILE: Final = Profile.from_metadata(", f"    {loaded},", f"    record={cl},", *opened, ")")
    else:
        first, *others = ("(", f"    {loaded},", *opened, ")") if open_options else (f"({loaded})",)
        yield from (
            f"_WORKSPACE: Final = Workspace.from_metadata{first}",
            *others,
            f"PROFILE: Final = _WORKSPACE[{cl}]",
        )
    yield '"""The profile that reads and writes these classes."""'


def _workspace(
    rows: Iterable[tuple[ObjectName, str, Iterable[Field]]], file: str | None, *, open_options: bool
) -> Iterator[str]:
    named = [*rows]
    objects = ",\n".join(_object(name, fields) for name, _, fields in named)
    loaded = yield from _metadata(f"[\n{objects}\n]", file)
    yield from ("WORKSPACE: Final = Workspace.from_metadata(", f"    {loaded},", "    records=[")
    yield from (f"        {cl}," for _, cl, _ in named)
    yield from ("    ],", *(_OPENED if open_options else ()), ")")
    yield '"""The profiles that read and write these classes: `WORKSPACE[Deal]` is the one for deals."""'


def _object(name: ObjectName, fields: Iterable[Field], *, plural: bool = True) -> str:
    """Write the metadata of an object, a field a line."""
    rows = ",\n".join(json.dumps(field_metadata(field)) for field in fields)
    named = f' "namePlural": "{name.plural}",' if plural else ""
    return f'{{"nameSingular": "{name.singular}",{named} "fields": [\n{rows}\n]}}'


def _metadata(text: str, file: str | None) -> Generator[str, None, str]:
    """Write the metadata or the path of its file; return the code that decodes it."""
    yield from ("", "")
    # JSON never has three quotes in a row, since quotes in strings are escaped.
    literal = f"Path(__file__).parent / {_literal(file)}" if file is not None else f'r"""{text}"""'
    yield from (f"_METADATA: Final = {literal}", "")
    return f"json.loads(_METADATA{'' if file is None else '.read_bytes()'})"


def _head(subject: str, used: set[str], names: list[str], *, has_file: bool) -> Iterator[str]:
    yield from ('"""', subject)
    yield from (
        "",
        "Generated by `twenty-opportunity models`. Generate it again if the fields of the workspace change.",
        '"""',
    )
    codes = [*(["RUF009"] if "related" in used else []), *(["RUF012"] if "__body_types__" in used else [])]
    codes += [] if has_file else ["E501"]
    reason = "relations and types are not defaults, and the metadata has long lines"
    yield from [f"# ruff: noqa: {', '.join(codes)} - {reason}"] * bool(codes)
    yield from ("", "from __future__ import annotations", "")
    typing_names = [name for name in ("TYPE_CHECKING", "Any", "Final") if name in {*used, "Final"}]
    used = used | {"json", *(["Path"] if has_file else [])}
    yield from (line for name, line in _STANDARD_LIBRARY.items() if name in used)
    yield from (f"from typing import {', '.join(typing_names)}", "", "import attrs")
    bases = {word.removeprefix("records.") for word in used if word.startswith("records.")}
    used = used.intersection(_RECORDS) | bases
    yield from _imports("twenty_opportunity", used.intersection(_FROM_PACKAGE))
    yield from _imports("twenty_opportunity.records", used.difference(_FROM_PACKAGE))
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
    """Import one name per line, which is the same for any line length."""
    listed = sorted(names, key=_in_order)
    if listed:
        yield from (f"from {package} import (", *(f"    {name}," for name in listed), ")")


def _in_order(name: str) -> tuple[bool, bool, str]:
    """Sort constants before classes, and functions last."""
    return not name.isupper(), name[:1].islower(), name


def option_names(options: Iterable[str]) -> dict[str, str]:
    """
    Return a unique name in an enum for each of its values.

    Args:
        options: The values.

    Returns:
        The names by value. A value that Python accepts as a name is its own name.
    """
    values = [*options]
    wanted = (spared(_identifier(value), _OF_ENUMS) for value in values)
    return dict(zip(values, unique(wanted, taken=()), strict=True))


def _identifier(value: str) -> str:
    name = re.sub(r"[^0-9A-Za-z]+", "_", value).strip("_")
    return name if name[:1].isalpha() else f"OPTION_{name}".rstrip("_")
