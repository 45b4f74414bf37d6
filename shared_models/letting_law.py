"""What the law says of homes let by the month: data with its source, so that a new rule is a row and not an `if`.

The rules are England's. The United Kingdom has one country code and four laws, so its nations are told apart: by the
postcode where there is one, else by the city if it is one of Scotland, Wales or Northern Ireland. What is neither is
taken for England, where most homes are: a landlord elsewhere gives the postcode, and the rule is gone.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_POSTCODE = re.compile(r"(([A-Z]{1,2})[0-9]{1,2})[A-Z]?(\s*[0-9][A-Z]{2})?")
"""District, area, and the part that names a street, which may be missing or stand close: `SY15AB` is in SY1."""


class Nation(StrEnum):
    """A nation of the United Kingdom."""

    ENGLAND = "england"
    SCOTLAND = "scotland"
    WALES = "wales"
    NORTHERN_IRELAND = "northern_ireland"


class LettingRuleKind(StrEnum):
    """What a rule is about."""

    NO_CLEANING_FEE = "no_cleaning_fee"
    """No fee for cleaning may be asked."""
    RENT_AHEAD = "rent_ahead"
    """Rent may be asked at most `months` ahead."""


@dataclass(frozen=True)
class LettingRule:
    """One rule for homes let by the month, and where it is written."""

    kind: LettingRuleKind
    nation: Nation
    law: str
    since: date
    source: str
    as_of: date
    months: int | None = None


LETTING_RULES = (
    LettingRule(
        kind=LettingRuleKind.NO_CLEANING_FEE,
        nation=Nation.ENGLAND,
        law="Tenant Fees Act 2019",
        since=date(2019, 6, 1),
        source="https://www.legislation.gov.uk/ukpga/2019/4/schedule/1",
        as_of=date(2026, 11, 30),
    ),
    LettingRule(
        kind=LettingRuleKind.RENT_AHEAD,
        nation=Nation.ENGLAND,
        law="Renters' Rights Act 2025, sections 8 and 9",
        since=date(2026, 5, 1),
        source="https://www.legislation.gov.uk/ukpga/2025/26/section/9",
        as_of=date(2026, 11, 30),
        months=1,
    ),
)

_AREAS = {
    Nation.SCOTLAND: frozenset(
        {"AB", "DD", "DG", "EH", "FK", "G", "HS", "IV", "KA", "KW", "KY", "ML", "PA", "PH", "TD", "ZE"}
    ),
    Nation.WALES: frozenset({"CF", "LD", "LL", "NP", "SA"}),
    Nation.NORTHERN_IRELAND: frozenset({"BT"}),
}
_ACROSS_THE_BORDER = {
    **dict.fromkeys(("TD12", "TD15"), Nation.ENGLAND),
    **dict.fromkeys(("CH5", "CH6", "CH7", "CH8"), Nation.WALES),
    **dict.fromkeys(
        ("SY15", "SY16", "SY17", "SY18", "SY19", "SY20", "SY21", "SY22", "SY23", "SY24", "SY25"), Nation.WALES
    ),
}
"""Districts that lie, for the most part, in another nation than the rest of their area."""
_CITIES = {
    Nation.SCOTLAND: frozenset(
        {"aberdeen", "dundee", "dunfermline", "edinburgh", "glasgow", "inverness", "perth", "stirling"}
    ),
    Nation.WALES: frozenset({"cardiff", "newport", "st asaph", "st davids", "swansea", "wrexham"}),
    Nation.NORTHERN_IRELAND: frozenset({"armagh", "belfast", "derry", "londonderry", "lisburn", "newry"}),
}


def nation_of(country: str, postcode: str | None, city: str) -> Nation | None:
    """Which nation a home stands in; None outside the United Kingdom."""
    if country != "GB":
        return None
    found = _POSTCODE.fullmatch((postcode or "").strip().upper())
    if found is not None:
        district, area = found.group(1), found.group(2)
        across = _ACROSS_THE_BORDER.get(district)
        return across or next((nation for nation, areas in _AREAS.items() if area in areas), Nation.ENGLAND)
    name = city.strip().casefold()
    return next((nation for nation, cities in _CITIES.items() if name in cities), Nation.ENGLAND)


def letting_rule(kind: LettingRuleKind, country: str, postcode: str | None, city: str) -> LettingRule | None:
    """The rule that a home let by the month there is under, if there is one."""
    nation = nation_of(country, postcode, city)
    return next((rule for rule in LETTING_RULES if rule.kind == kind and rule.nation == nation), None)


class FeeForbidden(ValueError):
    """A fee that the law does not let a landlord ask for."""

    def __init__(self, rule: LettingRule) -> None:
        place = rule.nation.value.replace("_", " ").title()
        super().__init__(
            f"may not be asked in {place} for a home let by the month ({rule.law}); "
            "if the home stands elsewhere in the United Kingdom, give its postcode"
        )
        self.rule = rule
