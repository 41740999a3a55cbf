"""
Written values as a server stores and sends them: refusals, normalization and read-back.

A stored value is what the database has: None for an empty text or list, a number of microseconds for an instant, a
dict with every property for a composite.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import math
import re
import uuid
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from twenty_opportunity.schemas.phone_numbers import CALLING_CODES, COUNTRIES_BY_CODE, country_of
from twenty_opportunity.testing.server.errors import data_refusal, refusal
from twenty_opportunity.testing.server.javascript import inspect, number_of, numbers, parse, sound, text_of
from twenty_opportunity.values.python_json import is_dict, is_list

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twenty_opportunity.testing.server.objects import Column

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[^\s@\"]{1,64}@[^\s@]{1,255}")  # Zod's unicodeEmail
_INSTANT: Final = re.compile(
    r"(?P<year>[0-9]{4}|[+-][0-9]{6})(?:-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})|(?P<month2>[0-9]{2})(?P<day2>[0-9]{2}))"
    r"(?:[Tt ](?P<hour>[01][0-9]|2[0-3])(?::?(?P<minute>[0-5][0-9])(?::?(?P<second>[0-5][0-9]|60)"
    r"(?:[.,](?P<fraction>[0-9]{1,9}))?)?)?"
    r"(?P<offset>[Zz]|(?P<sign>[+-])(?P<hours>[01][0-9]|2[0-4])"
    r"(?::?(?P<minutes>[0-5][0-9])(?::?(?P<seconds>[0-5][0-9]))?)?)?"
    r")?(\[[A-Za-z_/+-]+\])?"
)
_DAY: Final = re.compile(
    r"(?P<year>[0-9]{4})[-/]?(?P<month>[0-9]{1,2})[-/]?(?P<day>[0-9]{1,2})"
    r"(?:[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(\.[0-9]+)?Z?)? *|"
    r"(?P<month2>[0-9]{1,2})/(?P<day2>[0-9]{1,2})/(?P<year2>[0-9]{4})|"
    r"(?P<word>[A-Z][a-z]+) (?P<day3>[0-9]{1,2}), (?P<year3>[0-9]{4})"
)
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_HOST: Final = re.compile(
    r"localhost|[1-9][0-9]{0,2}(\.[0-9]{1,3}){3}|([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
)
EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)
_YEAR_10000: Final = 253402300800_000000  # microseconds since 1970; a fraction at the end of 9999 rounds up to it
_NULL_IN_ANSWERS: Final = ("currencyCode", "blocknote")  # texts that are not sent as "" when they are null
_LISTS: Final = frozenset({"MULTI_SELECT", "ARRAY"})


def write(column: Column, value: Any, before: Any, *, creating: bool) -> Any:
    """
    Return the value of a column in a body in stored form, or refuse it.

    A composite is merged with the stored value before, and the creator of a new record gets its own rules.
    """
    if column.subfields:
        return _composite(column, value, before, creating=creating)
    if column.type == "POSITION":
        is_end = column.name == "position" and value in ("first", "last")
        if not is_end and not _is_number(value):
            raise refusal(f'Invalid position value {inspect(value)} for field "{column.name}"')
        return value
    if column.type == "TS_VECTOR":
        raise refusal(f"{column.name} TS_VECTOR-typed field does not support write operations")
    return None if value is None else _WRITERS.get(column.type, _raw_json)(column, value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _text(column: Column, value: Any) -> str | None:
    if not isinstance(value, str):
        raise refusal(f'Invalid string value {inspect(value)} for text field "{column.name}"')
    if "\0" in value:
        raise data_refusal()
    return sound(value) or None


def _number(column: Column, value: Any) -> float:
    if not _is_number(value):
        raise refusal(f'Invalid number value {inspect(value)} for field "{column.name}"')
    return value or 0  # the database has only one zero


def _numeric(column: Column, value: Any) -> float:
    found = number_of(value)
    if not _is_number(found):
        raise refusal(f'Invalid number value {inspect(found)} for field "{column.name}"')
    if column.name.endswith(".amountMicros") and isinstance(found, float) and abs(found) < 2**53:
        found = int(found)  # a fraction of a micro is cut off
    return found or 0


def _boolean(column: Column, value: Any) -> bool:
    if not isinstance(value, bool):
        raise refusal(f'Invalid boolean value {inspect(value)} for field "{column.name}"')
    return value


def is_written_uuid(value: Any) -> bool:
    """Check whether a server accepts a value as an id: a uuid of version 1 to 5."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def _uuid(column: Column, value: Any) -> str:
    if not is_written_uuid(value):
        raise refusal(f'Invalid UUID value {inspect(value)} for field "{column.name}"')
    return str(value).lower()


def _date(column: Column, value: Any) -> str:
    match = _DAY.fullmatch(value) if isinstance(value, str) else None
    if match:
        with contextlib.suppress(ValueError):
            month = match["month"] or match["month2"] or _MONTHS.index(match["word"]) + 1
            year, day = (
                match["year"] or match["year2"] or match["year3"],
                match["day"] or match["day2"] or match["day3"],
            )
            return dt.date(int(year), int(month), int(day)).isoformat()
    if isinstance(value, str) and re.fullmatch(r"[0-9]{2}-[0-9]{2}-[0-9]{2}", value):
        raise data_refusal()
    raise refusal(f"Invalid value {inspect(value)} for date field \"{column.name}\". Expected format: 'YYYY-MM-DD'")


def _date_time(column: Column, value: Any) -> int:
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            return instant(value)
    raise refusal(
        f"Invalid value {inspect(value)} for date-time field \"{column.name}\". Expected format: 'YYYY-MM-DDTHH:mm:ssZ'"
    )


def instant(text: str) -> int:
    """
    Parse an instant in any of the forms that a server accepts, into microseconds since 1970.

    Text that is not an instant raises ValueError. The server refuses an instant that the database cannot hold.
    """
    match = _INSTANT.fullmatch(text)
    if match is None or match["year"] == "-000000":
        raise ValueError(text)
    year = int(match["year"])
    # Python lacks some years. A leap year replaces them, because only the day is checked.
    day = dt.datetime(
        year if 1 <= year <= dt.MAXYEAR else 2000,
        int(match["month"] or match["month2"]),
        int(match["day"] or match["day2"]),
        int(match["hour"] or 0),
        int(match["minute"] or 0),
        min(int(match["second"] or 0), 59),
        tzinfo=dt.UTC,  # the offset follows
    )
    if not 1 <= year <= dt.MAXYEAR:
        raise data_refusal()
    micros = (day - EPOCH) // _MICROSECOND
    hours = int(match["hours"] or 0) % 24
    offset = (hours * 60 + int(match["minutes"] or 0)) * 60 + int(match["seconds"] or 0)
    micros -= (-offset if match["sign"] == "-" else offset) * 1_000_000
    if not _FIRST <= micros < _YEAR_10000:
        raise data_refusal()
    return micros + (int((match["fraction"] or "0").ljust(9, "0")) + 500) // 1000


_FIRST: Final = (dt.datetime(1, 1, 1, tzinfo=dt.UTC) - EPOCH) // _MICROSECOND


def instant_text(micros: int) -> str:
    """Return a stored instant as servers send it: in UTC, cut to milliseconds."""
    if micros >= _YEAR_10000:
        return "+010000-01-01T00:00:00.000Z"
    return (EPOCH + micros * _MICROSECOND).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _select(column: Column, value: Any) -> str:
    if not isinstance(value, str):
        raise refusal(f'Invalid string value {inspect(value)} for text field "{column.name}"')
    if value not in column.options:
        options = ", ".join(column.options)
        raise refusal(f'Invalid value "{value}" for field "{column.name}". Valid values are: {options}')
    return value


def _array(column: Column, value: Any) -> list[str] | None:
    found = [value] if isinstance(value, str) else value
    if not is_list(found) or not all(isinstance(each, str) for each in found):
        raise refusal(f'Invalid value {inspect(value)} for field "{column.name} - Array values need to be string"')
    if column.type == "MULTI_SELECT":
        if not all(each in column.options for each in found):
            raise refusal(f'Invalid value {inspect(value)} for multi select field "{column.name}"')
    elif any("\0" in each for each in found):
        raise data_refusal()
    return [sound(each) for each in found] or None


def _raw_json(column: Column, value: Any) -> Any:
    found, is_json = value, is_dict(value) or is_list(value)
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            found, is_json = parse(value), True
    if not is_json:
        raise refusal(f'Invalid object value {inspect(value)} for field "{column.name}"')
    text = json.dumps(numbers(found))
    if "\\u0000" in text:
        raise data_refusal()
    if re.search(r"\\ud[89a-f]", json.dumps(json.dumps(found, ensure_ascii=False))):
        raise refusal("invalid input syntax for type json")
    stored: Any = json.loads(text, parse_constant=lambda _: None)  # JavaScript writes null for an infinity
    return stored if isinstance(value, str) else stored or None


def _files(column: Column, value: Any) -> list[dict[str, Any]] | None:
    beginning = f'Invalid value "{inspect(value)}" for FILES field "{column.name}"'
    if isinstance(value, str):
        try:
            value = parse(value)
        except ValueError:
            raise refusal(
                f'{beginning} - It should be an array of objects with "fileId" and "label" properties.'
            ) from None
    if not is_list(value):
        raise refusal(f"{beginning} - : Invalid input: expected array")
    for index, each in enumerate(value):
        if not is_dict(each) or each.keys() != {"fileId", "label"} or not isinstance(each["label"], str):
            raise refusal(f"{beginning} - {index}: Invalid input")
        if not is_written_uuid(each["fileId"]) or each["fileId"][14] != "4":
            raise refusal(f"{beginning} - {index}.fileId: Invalid UUID")
    if column.most_values is not None and len(value) > column.most_values:
        raise refusal(f'Max number of files is {column.most_values} for field "{column.name}"')
    return [{"label": each["label"], "fileId": each["fileId"]} for each in value] or None


_WRITERS: Final[Mapping[str, Callable[[Column, Any], Any]]] = {
    "TEXT": _text,
    "NUMBER": _number,
    "NUMERIC": _numeric,
    "BOOLEAN": _boolean,
    "UUID": _uuid,
    "DATE": _date,
    "DATE_TIME": _date_time,
    "SELECT": _select,
    "RATING": _select,
    "MULTI_SELECT": _array,
    "ARRAY": _array,
    "FILES": _files,
}


def _composite(column: Column, value: Any, before: Mapping[str, Any] | None, *, creating: bool) -> dict[str, Any]:
    stored = dict(before or dict.fromkeys(column.subfields))
    if value is None:
        if column.type == "RICH_TEXT":
            raise refusal("Cannot read properties of null (reading 'blocknote')", error="TypeError")
        return stored
    given = _properties(column, value)
    if column.type in _SPECIAL:
        return stored | _SPECIAL[column.type](column, given)
    found = {name: write(column.subfields[name], each, None, creating=creating) for name, each in given.items()}
    if creating and column.name == "createdBy" and not given.get("name"):
        # The server writes its caller, and keeps only these two properties.
        kept = {name: found[name] for name in ("source", "context") if found.get(name)}
        return {"source": "API", "workspaceMemberId": None, "name": None, "context": {}, **kept}
    return stored | found


def _properties(column: Column, value: Any) -> dict[str, Any]:
    """Return the properties of a composite in a body, or refuse those that it does not have."""
    if isinstance(value, str):
        try:
            parse(value)
        except ValueError:
            raise refusal(f'Invalid object value {inspect(value)} for field "{column.name}"') from None
        value = [value]  # the server looks at the characters of the text
    if is_list(value):
        value = {str(index): each for index, each in enumerate(value)}
    if not is_dict(value):
        raise refusal(f'Invalid object value {inspect(value)} for field "{column.name}"')
    for name in value:
        if name not in column.subfields:
            shown = f"'{name}'" if column.type == "RICH_TEXT" else name
            label = column.type.lower().replace("_", " ")
            raise refusal(f'Invalid subfield {shown} for {label} field "{column.name}"')
    return value


def _emails(column: Column, given: Mapping[str, Any]) -> dict[str, Any]:
    primary = given.get("primaryEmail")
    found: dict[str, Any] = {"primaryEmail": None if primary in (None, "") else _email(column, "primaryEmail", primary)}
    if "additionalEmails" in given:
        more = given["additionalEmails"]
        name = f"{column.name}.additionalEmails"
        if more == "":
            raise refusal("Unexpected end of JSON input", error="SyntaxError")
        for each in more if is_list(more) else [] if more is None else [more]:
            if each is None or not (is_list(more) or isinstance(more, str)):
                raise refusal(f'Invalid value {inspect(more)} for field "{name} - Array values need to be string"')
            if each != "":
                _email(column, "additionalEmails", each)
        found["additionalEmails"] = [each.lower() for each in more or ()] or None
    return found


def _email(column: Column, name: str, value: Any) -> str:
    if not isinstance(value, str) or not _EMAIL.fullmatch(value):
        raise refusal(f'Invalid string value {inspect(value)} for email field "{column.name}.{name}"')
    if "\0" in value:
        raise data_refusal()
    return sound(value.lower())


def _links(column: Column, given: Mapping[str, Any]) -> dict[str, Any]:
    url = _link_text(column, given, "primaryLinkUrl")
    label = _link_text(column, given, "primaryLinkLabel")
    more = given.get("secondaryLinks")
    if more is not None:
        if not (is_dict(more) or is_list(more)):
            more = _raw_json(column.subfields["secondaryLinks"], more)
        if not is_list(more):
            raise refusal("(secondaryLinks ?? []) is not iterable", error="TypeError")
    links = [each for each in more or () if is_dict(each) and isinstance(each.get("url"), str) and each["url"]]
    links = [{"url": _url(each["url"])} | ({"label": each["label"]} if "label" in each else {}) for each in links]
    if url:
        links.insert(0, {"url": _url(url), "label": label})
    first = links[0] if links else {}
    return {
        "primaryLinkUrl": first.get("url"),
        "primaryLinkLabel": text_of(first["label"]) if first.get("label") else None,
        "secondaryLinks": links[1:] or None,
    }


def _link_text(column: Column, given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    if isinstance(value, str):
        value = value.split("\0")[0]  # cut off before it reaches the database
    return _text_or_none(column.subfields[name], value)


def _url(url: str) -> str:
    """Refuse a URL that a server refuses, and normalize it as the server does."""
    raw = url.strip()
    absolute = raw if re.match(r"https?://", raw, re.IGNORECASE) else f"https://{raw.lstrip('/')}"
    try:
        parts = urlsplit(absolute)
        port, host = parts.port, (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError):
        raise refusal("The URL of the link is not valid", error="Error", code="INVALID_URL") from None
    if re.fullmatch(r"0x[0-9a-f]+\.[0-9]+", host):
        major, minor = host.split(".")
        host = f"{int(major, 16)}.0.0.{minor}"
    if not _HOST.fullmatch(host):
        raise refusal("The URL of the link is not valid", error="Error", code="INVALID_URL")
    if absolute is not raw:
        # Only a text with a scheme is normalized. The server takes the host before a port for one, and loses it.
        scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:(?!//)", raw)
        return f"null{raw[scheme.end() :]}" if scheme else url
    default = {"http": 80, "https": 443}[parts.scheme.lower()]
    origin = f"{parts.scheme.lower()}://{host}{'' if port in (None, default) else f':{port}'}"
    path = quote(_resolved(parts.path), safe="/%:@!$&'()*+,;=~-._")
    tail = "".join(
        f"{mark}{quote(text, safe=chr(37) + '/?:@!$&()*+,;=~-._')}"
        for mark, text in (("?", parts.query), ("#", parts.fragment))
        if text
    )
    return f"{origin}{path or '/'}{tail}".removesuffix("/")


def _resolved(path: str) -> str:
    """Resolve the dots in a path (RFC 3986, section 5.2.4)."""
    found: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            found = found[:-1] or [""]
        elif segment != ".":
            found.append(segment)
    return "/".join(found)


def _phones(column: Column, given: Mapping[str, Any]) -> dict[str, Any]:
    names = ("primaryPhoneNumber", "primaryPhoneCountryCode", "primaryPhoneCallingCode")
    found = {name: _text_or_none(column.subfields[name], given[name]) for name in names if name in given}
    primary = _phone(*(found.get(name) for name in names))
    found |= {name: each for name, each in zip(names, primary, strict=True) if each is not None}
    more: Any = given.get("additionalPhones")
    if more is not None and not (is_dict(more) or is_list(more)):
        if isinstance(more, str) and re.fullmatch(r"[0-9]+", more):
            raise refusal("parsedAdditionalPhones.map is not a function", error="TypeError")
        more = _raw_json(column.subfields["additionalPhones"], more)
    phones: list[dict[str, Any]] = []
    for each in more if is_list(more) else ():
        if each is None:
            raise refusal(
                "Cannot destructure property 'callingCode' of 'object null' as it is null.", error="TypeError"
            )
        phones.append(_additional_phone(each))
    return {**found, "additionalPhones": phones or None}


def _text_or_none(column: Column, value: Any) -> str | None:
    return None if value is None else _text(column, value)


def _additional_phone(given: Any) -> dict[str, Any]:
    if not is_dict(given) or "number" not in given:
        return {}
    codes_given = (each and text_of(each) for each in (given.get("countryCode"), given.get("callingCode")))
    number_, country, calling = _phone(given["number"], *codes_given)
    codes = {"callingCode": calling, "countryCode": country}
    return {"number": number_ or None, **{name: each for name, each in codes.items() if each}}


def _phone(number_: Any, country: Any, calling: Any) -> tuple[str | None, str | None, str | None]:
    """Refuse a phone number that contradicts its codes or lacks one, and take the codes out of the number."""
    if country and country not in _CALLING_CODE_OF:
        raise refusal(f"Invalid country code {country}", error="Error", code="INVALID_PHONE_COUNTRY_CODE")
    code = f"+{str(calling).removeprefix('+')}" if calling else None
    if code and code not in CALLING_CODES:
        raise refusal(f"Invalid calling code {calling}", error="Error", code="INVALID_PHONE_CALLING_CODE")
    if country and code and _CALLING_CODE_OF[country] != code:
        message = "Provided country code and calling code are conflicting"
        raise refusal(message, error="Error", code="CONFLICTING_PHONE_CALLING_CODE_AND_COUNTRY_CODE")
    if not number_:
        return number_, country, calling
    national, inferred_country, inferred_code = _parsed_phone(text_of(number_), country, code)
    if code and inferred_code != code:
        message = "Provided and inferred calling code are conflicting"
        raise refusal(message, error="Error", code="CONFLICTING_PHONE_CALLING_CODE")
    if country and inferred_country and inferred_country != country:
        message = "Provided and inferred country code are conflicting"
        raise refusal(message, error="Error", code="CONFLICTING_PHONE_COUNTRY_CODE")
    return national, country or inferred_country, calling or inferred_code


_CALLING_CODE_OF: Final = {country: code for code, countries in COUNTRIES_BY_CODE.items() for country in countries}
_PHONE: Final = re.compile(r"(?P<plus>\+)?(?P<digits>[0-9][0-9 ()./-]{1,24})")


def _parsed_phone(given: str, country: str | None, code: str | None) -> tuple[str, str | None, str]:
    """Return the national number, the country if the number shows it, and the calling code."""
    match = _PHONE.fullmatch(re.sub(r";ext=.*", "", given.removeprefix("tel:").strip()).replace("(", "", 1))
    default = _CALLING_CODE_OF.get(country or "") or code
    digits = re.sub(r"[^0-9]", "", match["digits"]) if match else ""
    shown = (each for each in CALLING_CODES if f"+{digits}".startswith(each))
    found = (next(shown, None) if match["plus"] else default) if match else None
    if match is None or found is None:
        raise refusal(f"Provided phone number is invalid {given}", error="Error", code="INVALID_PHONE_NUMBER")
    national = digits[len(found) - 1 :] if match["plus"] else digits
    return national, country_of(found, national), found


def _rich_text(column: Column, given: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: _text_or_none(column.subfields[name], given.get(name)) for name in column.subfields}
    blocks: Any = None
    if found["blocknote"]:
        with contextlib.suppress(ValueError):
            blocks = parse(found["blocknote"])
        if not is_list(blocks):
            message = f'Invalid blocknote value for field "{column.name}.blocknote" - must be a JSON array of blocks'
            raise refusal(message)
    if found["markdown"] and not found["blocknote"]:
        content: list[Any] = [{"type": "text", "text": found["markdown"].strip(), "styles": {}}]
        props = {"backgroundColor": "default", "textColor": "default", "textAlignment": "left"}
        block: dict[str, Any] = {
            "id": str(uuid.uuid4()),
            "type": "paragraph",
            "props": props,
            "content": content,
            "children": [],
        }
        found["blocknote"] = json.dumps([block], ensure_ascii=False, separators=(",", ":"))
    elif blocks and not found["markdown"]:
        found["markdown"] = "\n\n".join(map(_text_of_block, blocks)) + "\n"
    return found


def _text_of_block(block: Any) -> str:
    """Return the text of a block; its content is a text or a list of parts, or what no editor writes."""
    content: Any = block.get("content") if is_dict(block) else None
    if isinstance(content, str):
        return content
    return "".join(text_of(part.get("text", "")) for part in content if is_dict(part)) if is_list(content) else ""


_SPECIAL: Final[Mapping[str, Callable[[Column, Mapping[str, Any]], dict[str, Any]]]] = {
    "EMAILS": _emails,
    "LINKS": _links,
    "PHONES": _phones,
    "RICH_TEXT": _rich_text,
}


def is_empty(value: Any) -> bool:
    """Check whether a stored value is null, or a composite with nothing but nulls."""
    return all(map(is_empty, value.values())) if is_dict(value) else value is None


def shown(column: Column, value: Any) -> Any:
    """Return a stored value as the server sends it."""
    if column.subfields:
        return {name: shown(each, value[name]) for name, each in column.subfields.items()}
    if value is None:
        if column.type == "TEXT":
            return None if column.name.endswith(_NULL_IN_ANSWERS) else ""
        return [] if column.type in _LISTS or column.name.endswith(_LISTS_IN_COMPOSITES) else None
    if column.type == "DATE_TIME":
        return instant_text(value)
    if column.type == "FILES":
        return [
            {**each, "extension": f".{each['label'].rpartition('.')[2]}", "url": f"/file/files-field/{each['fileId']}"}
            for each in value
        ]
    return value


_LISTS_IN_COMPOSITES: Final = ("additionalEmails", "additionalPhones", "secondaryLinks")
