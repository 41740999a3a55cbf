"""The composite types of custom fields, for attributes of one's own subclass of `Opportunity`."""

from __future__ import annotations

import attrs

from twenty_opportunity.records.base import UNSET, Record, Unset


@attrs.frozen(kw_only=True, repr=False)
class FullName(Record):
    """A FULL_NAME field."""

    first_name: str | Unset | None = UNSET
    last_name: str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Emails(Record):
    """An EMAILS field."""

    primary_email: str | Unset | None = UNSET
    additional_emails: tuple[str, ...] | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Phone(Record):
    """One of the additional phones of a PHONES field."""

    number: str | Unset | None = UNSET
    country_code: str | Unset | None = UNSET
    calling_code: str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Phones(Record):
    """A PHONES field."""

    primary_phone_number: str | Unset | None = UNSET
    primary_phone_country_code: str | Unset | None = UNSET
    primary_phone_calling_code: str | Unset | None = UNSET
    additional_phones: tuple[Phone, ...] | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Link(Record):
    """One of the secondary links of a LINKS field."""

    url: str | Unset | None = UNSET
    label: str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Links(Record):
    """A LINKS field."""

    primary_link_label: str | Unset | None = UNSET
    primary_link_url: str | Unset | None = UNSET
    secondary_links: tuple[Link, ...] | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Address(Record):
    """An ADDRESS field."""

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
    """A RICH_TEXT field."""

    blocknote: str | Unset | None = UNSET
    markdown: str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class File(Record):
    """One of the files of a FILES field."""

    file_id: str | Unset | None = UNSET
    label: str | Unset | None = UNSET
    extension: str | Unset | None = UNSET
    url: str | Unset | None = UNSET
