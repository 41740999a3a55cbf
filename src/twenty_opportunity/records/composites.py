"""The composite types of custom fields, for attributes of your own subclass of `Opportunity`."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Values are JSON of any type, and what isinstance leaves of Any is partially unknown to pyright.

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from twenty_opportunity.records.amounts import ActorMetadata, Amount
from twenty_opportunity.records.base import UNSET, Record, Unset, attributes_of, wire_name
from twenty_opportunity.records.forms import same_json


@attrs.frozen(kw_only=True, repr=False)
class FullName(Record):
    """
    A FULL_NAME field.

    Attributes:
        first_name: The first name.
        last_name: The last name.
    """

    first_name: str | Unset | None = UNSET
    last_name: str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Emails(Record):
    """
    An EMAILS field.

    Attributes:
        primary_email: The address to write to first.
        additional_emails: The others.
    """

    primary_email: str | Unset | None = UNSET
    additional_emails: tuple[str, ...] | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Phone(Record):
    """
    One of the additional phones of a PHONES field.

    Attributes:
        number: The number, without the calling code.
        country_code: The country's ISO 3166-1 code of two letters, `DE`.
        calling_code: The calling code with its plus, `+49`.
    """

    number: str | Unset | None = UNSET
    country_code: str | Unset | None = UNSET
    calling_code: str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Phones(Record):
    """
    A PHONES field.

    Attributes:
        primary_phone_number: The number to call first, without the calling code.
        primary_phone_country_code: Its country's ISO 3166-1 code of two letters, `DE`.
        primary_phone_calling_code: Its calling code with its plus, `+49`.
        additional_phones: The others.
    """

    primary_phone_number: str | Unset | None = UNSET
    primary_phone_country_code: str | Unset | None = UNSET
    primary_phone_calling_code: str | Unset | None = UNSET
    additional_phones: tuple[Phone, ...] | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Link(Record):
    """
    One of the secondary links of a LINKS field.

    Attributes:
        url: The URL.
        label: The text to display.
    """

    url: str | Unset | None = UNSET
    label: str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Links(Record):
    """
    A LINKS field.

    Attributes:
        primary_link_label: The text to display for the first link.
        primary_link_url: The URL of the first link.
        secondary_links: The others.
    """

    primary_link_label: str | Unset | None = UNSET
    primary_link_url: str | Unset | None = UNSET
    secondary_links: tuple[Link, ...] | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Address(Record):
    """
    An ADDRESS field.

    Attributes:
        address_street1: The street and the number.
        address_street2: An addition such as a floor.
        address_city: The city.
        address_state: The state or province.
        address_country: The country.
        address_postcode: The postal code, a text.
        address_lat: The latitude in degrees; some servers write it as text.
        address_lng: The longitude in degrees; some servers write it as text.
    """

    address_street1: str | Unset | None = UNSET
    address_street2: str | Unset | None = UNSET
    address_city: str | Unset | None = UNSET
    address_state: str | Unset | None = UNSET
    address_country: str | Unset | None = UNSET
    address_postcode: str | Unset | None = UNSET
    address_lat: int | float | str | Unset | None = UNSET
    address_lng: int | float | str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class RichText(Record):
    """
    A RICH_TEXT field.

    Attributes:
        blocknote: The text as the blocks of Twenty's editor, JSON in a text.
        markdown: The same text as Markdown.
    """

    blocknote: str | Unset | None = UNSET
    markdown: str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class File(Record):
    """
    One of the files of a FILES field.

    Attributes:
        file_id: The id of the file on the server.
        label: The text to display.
        extension: The ending of its name.
        url: The URL to download it; a server adds it when the file is read.
    """

    file_id: str | Unset | None = UNSET
    label: str | Unset | None = UNSET
    extension: str | Unset | None = UNSET
    url: str | Unset | None = UNSET


_CLEARED: Final[Mapping[type[Record], frozenset[str]]] = {
    Emails: frozenset({"primaryEmail"}),
    Phones: frozenset({"additionalPhones"}),
    Links: frozenset({"primaryLinkLabel", "primaryLinkUrl", "secondaryLinks"}),
}
"""The properties that a server clears if an update of their composite leaves them out; it keeps all others."""
_SENT_WITH_FILES: Final = ("extension", "url")
"""The properties that a server adds to each file of a FILES field, and refuses in bodies."""


def written(value: Any) -> Any:
    """
    Return a value of a record as bodies have it.

    Args:
        value: The value, typed or JSON.

    Returns:
        The value; of files without what a server adds to them.
    """
    if not _are_files(value):
        return value
    return type(value)(
        _with_properties(each, dict.fromkeys(_SENT_WITH_FILES, UNSET))
        if isinstance(each, Record)
        else {name: part for name, part in each.items() if name not in _SENT_WITH_FILES}
        for each in value
    )


def lost(old: Any, new: Any) -> Iterator[tuple[str, str | None]]:
    """
    Yield the parts of a changed composite that a server would not store.

    Args:
        old: The current value, a record or JSON.
        new: The new value.

    Yields:
        The name of a property within, and the reason; None if the change removes it, which an update cannot do.
    """
    cl = _composite(old, new)
    if cl is None:
        return
    wanted = properties_of(new)
    if isinstance(old, (Record, Mapping)):
        # A server generates one text of a rich text from the other, so an update may leave one of them out.
        held = {} if issubclass(cl, RichText) and wanted else properties_of(old)
        yield from ((name, None) for name, value in held.items() if value is not None and name not in wanted)
        for name in sorted(_cleared(cl) - held.keys() - wanted.keys()):
            yield name, "the update would clear it; read it first, and give both records its value"
    if issubclass(cl, Links):
        yield from _lost_links(wanted)


def merged(old: Any, new: Any) -> Any:
    """
    Return a composite as a server stores it after an update.

    Args:
        old: The current value, a record or JSON.
        new: The value in the update.

    Returns:
        The new value with the properties that the server keeps. A value that `lost` finds no fault with is returned
        unchanged. Both texts of a rich text are those of the update, because the server generates a missing one. A file
        keeps what the server added to it.
    """
    if _are_files(new) and isinstance(old, (list, tuple)):
        files = {properties_of(each)["fileId"]: each for each in (*new, *filter(_is_file, old))}
        return type(new)(_with_properties(files[properties_of(each)["fileId"]], properties_of(each)) for each in new)
    cl = _composite(old, new)
    if cl is None or not isinstance(new, (Record, Mapping)):
        return new
    given = properties_of(new)
    changes: dict[str, Any] = {}
    if isinstance(old, (Record, Mapping)) and not issubclass(cl, RichText):
        held, cleared = properties_of(old), _cleared(cl)
        missing = (name for name in {**held, **dict.fromkeys(sorted(cleared))} if name not in given)
        # A property that is null already may stay absent.
        changes = {name: None if name in cleared else held[name] for name in missing if held.get(name, 0) is not None}
    if issubclass(cl, Links) and next(_lost_links({**given, **changes}), None):
        changes |= _stored_links({**given, **changes})
    return _with_properties(new, changes) if changes else new


def unchanged(old: Any, new: Any) -> bool:
    """
    Check whether a server has the same value after an update as before.

    Args:
        old: The current value, typed or JSON; UNSET if it is not known.
        new: The value in the update.

    Returns:
        Whether the two are the same once a composite is merged. Null and empty values are the same: a server stores
        a cleared text as an empty one.
    """
    old, new = written(old), written(new)
    cl = _composite(old, new)
    if old is UNSET or cl is None:
        return _is_stored_alike(old, new)
    if not isinstance(new, (Record, Mapping)):
        return new is None and all(map(_is_empty, properties_of(old).values()))
    held, stored = properties_of(old), properties_of(merged(old, new))
    # A server generates one text of a rich text from the other; it clears both if both are left out.
    names = stored.keys() if stored and issubclass(cl, RichText) else {**held, **stored}.keys()
    return all(_is_stored_alike(held.get(name), stored.get(name)) for name in names)


def _is_stored_alike(old: Any, new: Any) -> bool:
    return same_json(old, new) or (_is_empty(old) and _is_empty(new))


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, (str, list, tuple, Mapping)) and not value)


def _stored_links(links: Mapping[str, Any]) -> dict[str, Any]:
    """Return the links as a server stores them: without those that lack a URL, and the first one as the primary."""
    others = [each for each in links.get("secondaryLinks") or () if properties_of(each).get("url")]
    primary = {"url": links.get("primaryLinkUrl"), "label": links.get("primaryLinkLabel")}
    if not primary["url"]:
        primary = {"url": None, **properties_of(others.pop(0))} if others else {"url": None}
    named = {"primaryLinkUrl": primary["url"], "primaryLinkLabel": primary.get("label")}
    return {**named, "secondaryLinks": type(links.get("secondaryLinks") or others)(others) or None}


def _with_properties(value: Any, changes: Mapping[str, Any]) -> Any:
    """Return a composite with other values of some properties: a record, or JSON."""
    if not isinstance(value, Record):
        return {**value, **changes}
    known = {wire_name(each): each.alias or each.name for each in attributes_of(value.__class__).values()}
    arguments: dict[str, Any] = {known[name]: each for name, each in changes.items() if name in known}
    extra = {name: each for name, each in changes.items() if name not in known}
    return attrs.evolve(value, **arguments, extra={**value.extra, **extra})


def _are_files(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and bool(value) and all(map(_is_file, value))


def _is_file(value: Any) -> bool:
    held = properties_of(value)
    is_known = isinstance(value, File) or held.keys() <= _names_of(File)
    return is_known and isinstance(held.get("fileId"), str)


def _lost_links(links: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    others = links.get("secondaryLinks")
    if not links.get("primaryLinkUrl"):
        if others:
            yield "secondaryLinks", "a server makes the first of them the primary link, because primaryLinkUrl is empty"
        elif links.get("primaryLinkLabel"):
            yield "primaryLinkLabel", "a server drops a label without a URL; set primaryLinkUrl too"
    elif isinstance(others, (list, tuple)) and not all(properties_of(each).get("url") for each in others):
        yield "secondaryLinks", "a server drops a link without a URL"


def properties_of(value: Any) -> Mapping[str, Any]:
    """
    Return the values of a record by the names of their properties.

    Args:
        value: A record, or JSON in `extra`.

    Returns:
        The values, typed or JSON, without those that are UNSET; none if the value is not an object.
    """
    if not isinstance(value, Record):
        return value if isinstance(value, Mapping) else {}
    held = {wire_name(each): getattr(value, each.name) for each in attributes_of(value.__class__).values()}
    return {**value.extra, **{name: each for name, each in held.items() if each is not UNSET}}


def _composite(old: Any, new: Any) -> type[Record] | None:
    """Return the class of a composite. For JSON in `extra`, it is recognized by the names of the properties."""
    if isinstance(new, Record):
        return new.__class__
    names = frozenset({*properties_of(old), *properties_of(new)})
    for cl, known in _names().items():
        # The names of an actor's properties are common words, so that a part of them may be any JSON.
        if names == known or (names and names <= known and cl is not ActorMetadata):
            return cl
    return None


@functools.cache
def _names() -> Mapping[type[Record], frozenset[str]]:
    classes = (Amount, ActorMetadata, Address, Emails, FullName, Links, Phones, RichText)
    return {cl: _names_of(cl) for cl in classes}


@functools.cache
def _names_of(cl: type[Record]) -> frozenset[str]:
    return frozenset(map(wire_name, attributes_of(cl).values()))


def _cleared(cl: type[Record]) -> frozenset[str]:
    return next((names for composite, names in _CLEARED.items() if issubclass(cl, composite)), frozenset[str]())
