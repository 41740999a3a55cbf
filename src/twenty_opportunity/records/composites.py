"""The composite types of custom fields, for attributes of one's own subclass of `Opportunity`."""

from __future__ import annotations

import attrs

from twenty_opportunity.records.base import UNSET, Record, Unset


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
        address_lat: The latitude in degrees; some servers spell it as text.
        address_lng: The longitude in degrees; some servers spell it as text.
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
