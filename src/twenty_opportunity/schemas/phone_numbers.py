"""
The countries and calling codes of phone numbers, and the rules by which a server accepts a number with its codes.

A server takes the calling code and the country from a number that begins with `+`, and it compares both with the codes
beside the number. A national number needs a code. The numbering plans are facts of ITU-T E.164 and of the national
authorities; where they are complex, the rules here are stricter than a server.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PLAN: Final = (
    "1 US AG AI AS BB BM BS CA DM DO GD GU JM KN KY LC MP MS PR SX TC TT VC VG VI/7 RU KZ/20 EG/27 ZA/30 GR/31 NL/"
    "32 BE/33 FR/34 ES/36 HU/39 IT VA/40 RO/41 CH/43 AT/44 GB GG IM JE/45 DK/46 SE/47 NO SJ/48 PL/49 DE/51 PE/52 MX/"
    "53 CU/54 AR/55 BR/56 CL/57 CO/58 VE/60 MY/61 AU CC CX/62 ID/63 PH/64 NZ/65 SG/66 TH/81 JP/82 KR/84 VN/86 CN/"
    "90 TR/91 IN/92 PK/93 AF/94 LK/95 MM/98 IR/211 SS/212 MA EH/213 DZ/216 TN/218 LY/220 GM/221 SN/222 MR/223 ML/"
    "224 GN/225 CI/226 BF/227 NE/228 TG/229 BJ/230 MU/231 LR/232 SL/233 GH/234 NG/235 TD/236 CF/237 CM/238 CV/239 ST/"
    "240 GQ/241 GA/242 CG/243 CD/244 AO/245 GW/246 IO/247 AC/248 SC/249 SD/250 RW/251 ET/252 SO/253 DJ/254 KE/255 TZ/"
    "256 UG/257 BI/258 MZ/260 ZM/261 MG/262 RE YT/263 ZW/264 NA/265 MW/266 LS/267 BW/268 SZ/269 KM/290 SH TA/291 ER/"
    "297 AW/298 FO/299 GL/350 GI/351 PT/352 LU/353 IE/354 IS/355 AL/356 MT/357 CY/358 FI AX/359 BG/370 LT/371 LV/"
    "372 EE/373 MD/374 AM/375 BY/376 AD/377 MC/378 SM/380 UA/381 RS/382 ME/383 XK/385 HR/386 SI/387 BA/389 MK/420 CZ/"
    "421 SK/423 LI/500 FK/501 BZ/502 GT/503 SV/504 HN/505 NI/506 CR/507 PA/508 PM/509 HT/590 GP BL MF/591 BO/592 GY/"
    "593 EC/594 GF/595 PY/596 MQ/597 SR/598 UY/599 CW BQ/670 TL/672 NF/673 BN/674 NR/675 PG/676 TO/677 SB/678 VU/"
    "679 FJ/680 PW/681 WF/682 CK/683 NU/685 WS/686 KI/687 NC/688 TV/689 PF/690 TK/691 FM/692 MH/850 KP/852 HK/853 MO/"
    "855 KH/856 LA/880 BD/886 TW/960 MV/961 LB/962 JO/963 SY/964 IQ/965 KW/966 SA/967 YE/968 OM/970 PS/971 AE/972 IL/"
    "973 BH/974 QA/975 BT/976 MN/977 NP/992 TJ/993 TM/994 AZ/995 GE/996 KG/998 UZ"
)
COUNTRIES_BY_CODE: Final[Mapping[str, tuple[str, ...]]] = {
    f"+{code}": tuple(countries) for code, *countries in (row.split() for row in _PLAN.split("/"))
}
CALLING_CODES: Final = tuple(COUNTRIES_BY_CODE)
COUNTRIES: Final = tuple(country for countries in COUNTRIES_BY_CODE.values() for country in countries)

# Countries that share a calling code with a larger one, and how their numbers begin behind the trunk prefix. Numbers of
# the larger country begin otherwise. A server refuses a number with the country code of its neighbor.
_BEGINNINGS: Final[Mapping[str, str]] = {
    "AG": "268",
    "AI": "264",
    "AS": "684",
    "AX": "18",
    "BB": "246",
    "BM": "441",
    "BQ": "[347]",
    "BS": "242",
    "CA": "(204|226|236|249|250|257|263|289|306|343|354|36[578]|382|387|403|416|418|428|431|437|438|450|460|468|474|"
    "506|514|519|537|548|579|58[147]|604|613|639|647|672|683|705|709|742|753|778|780|782|807|819|825|867|873|879|902|"
    "905|942)",
    "CC": "89162",
    "CX": "89164",
    "DM": "767",
    "DO": "8[024]9",
    "EH": "528[89]",
    "GD": "473",
    "GG": "(1481|7781|7839|7911[17])",
    "GU": "671",
    "IM": "(1624|74576|7524|7624|7924)",
    "JE": "(1534|7509|7700[378]|7797|7829|7937)",
    "JM": "(658|876)",
    "KN": "869",
    "KY": "345",
    "KZ": "(7|33622)",
    "LC": "758",
    "MP": "670",
    "MS": "664",
    "PR": "(787|939)",
    "SJ": "79",
    "SX": "721",
    "TA": "8",
    "TC": "649",
    "TT": "868",
    "VA": "06698",
    "VC": "784",
    "VG": "284",
    "VI": "340",
    "YT": "(269|639)",
}
_SEPARATORS: Final = "[() ./-]*"
_TRUNK_PREFIXES: Final = {"+1": "1", "+7": "8"}  # 0 elsewhere

_INTERNATIONAL: Final = f"[+]({'|'.join(code[1:] for code in CALLING_CODES)})({_SEPARATORS}[0-9]){{4,13}}"
_NATIONAL: Final = f"[(]?0?{_SEPARATORS}[1-9]({_SEPARATORS}[0-9]){{4,13}}"  # 00 would dial another country
PHONE_PATTERN: Final = f"^({_INTERNATIONAL}|{_NATIONAL})?$"


def phone_rules(number: str, country: str, calling: str) -> tuple[dict[str, Any], ...]:
    """
    Build the rules for a number and its codes.

    Args:
        number: The name of the property that has the number.
        country: The name of the property that has the country code.
        calling: The name of the property that has the calling code.

    Returns:
        Schemas that all apply to the object that has these properties.
    """
    return tuple(_rules(number, country, calling))


def country_of(code: str, national: str) -> str | None:
    """
    Return the country of a number, if its digits show it.

    Args:
        code: The calling code, with its plus sign.
        national: The digits behind the calling code.

    Returns:
        The country code; None if countries share the calling code and the number does not begin like those of one.
    """
    main, *others = COUNTRIES_BY_CODE[code]
    begun = (each for each in others if each in _BEGINNINGS and re.match(_BEGINNINGS[each], national))
    return next(begun, None) or (None if others and code not in _TRUNK_PREFIXES else main)


def _rules(number: str, country: str, calling: str) -> Iterator[dict[str, Any]]:
    empty = {"enum": ["", None]}
    given = {"type": "string", "minLength": 1}
    # One spelling is enough for a number with its code in it, and codes beside it could contradict it. Nothing is said
    # about the codes of a text that is not a number: it is refused anyway, and codes would not mend it.
    international = {"type": "string", "pattern": f"^{_INTERNATIONAL}$"}
    yield _if(number, international, {"properties": {country: empty, calling: empty}})
    one_given = [{"properties": {name: given}, "required": [name]} for name in (country, calling)]
    yield _if(number, {"type": "string", "pattern": f"^{_NATIONAL}$"}, {"anyOf": one_given})
    for code, countries in COUNTRIES_BY_CODE.items():
        same = {"properties": {calling: {"enum": [code, "", None]}}}
        yield _if(country, {"enum": [*countries]}, same)
        for each, beginning in _beginnings(code, countries):
            yield _if(country, {"const": each}, {"properties": {number: beginning}})


def _beginnings(code: str, countries: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield how the numbers of each of several countries with the same calling code begin."""
    main, *others = countries
    start = f"^{_SEPARATORS}{_TRUNK_PREFIXES.get(code, '0')}?{_SEPARATORS}"
    known = [_BEGINNINGS[each] for each in others if each in _BEGINNINGS]
    if known:
        reason = f"the number begins like those of another country with the calling code {code}"
        yield main, {"not": {"description": reason, "type": "string", "pattern": f"{start}({'|'.join(known)})"}}
    for each in others:
        # A number without such a beginning could belong to the larger country.
        own = f"|{start}{_BEGINNINGS[each]}" if each in _BEGINNINGS else ""
        yield each, {"description": f"a number as in {each}", "pattern": f"^${own}"}


def _if(name: str, schema: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    return {"if": {"properties": {name: schema}, "required": [name]}, "then": then}
