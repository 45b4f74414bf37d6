"""Tourist taxes: what a place asks of those who sleep there, with where that is written and when it was read.

A landlord chooses the tax of their place; `proposed_tax` names the one to begin with. Only taxes that a home let by the
night owes, and that the number of guests, the nights and their price decide, stand here: no bands by stars or price.
Ages are not asked when booking, so every guest counts, also where the young go free: `free_under` is there to be told.
A percentage is taken of what the nights and extra guests cost, as the landlord set it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared_models.money import Currency, Money


@dataclass(frozen=True)
class TaxRate:
    """What is asked for nights from `since` on, until the next rate: so much a person and night, or a percentage."""

    since: date
    per_person: Money | None = None
    percent: Decimal | None = None


@dataclass(frozen=True)
class TouristTax:
    """The tax of one place. `source` is where it was read, on the day `as_of`."""

    key: str
    """Names it for ever: homes and quotes keep it."""
    name: str
    country: str
    city: str
    rates: tuple[TaxRate, ...]
    """The earliest first; nights before it are free."""
    source: str
    as_of: date
    max_nights: int | None = None
    """Only the first so many nights of a stay are taxed."""
    longest_stay: int | None = None
    """A stay of more nights is not taxed at all."""
    free_under: int | None = None
    """Guests younger than this go free, in years."""

    @property
    def currency(self) -> Currency | None:
        """The currency it is charged in; None for a percentage, which is in that of the price."""
        return next((rate.per_person.currency for rate in self.rates if rate.per_person is not None), None)

    def rate_on(self, night: date) -> TaxRate | None:
        """What is asked for a night; None before there was such a tax."""
        begun = [rate for rate in self.rates if rate.since <= night]
        return begun[-1] if begun else None

    def taxed(self, nights: int) -> int:
        """How many nights of a stay are taxed, from the first on."""
        if self.longest_stay is not None and nights > self.longest_stay:
            return 0
        return nights if self.max_nights is None else min(nights, self.max_nights)


def _percent(since: date, percent: str) -> TaxRate:
    return TaxRate(since, percent=Decimal(percent))


def _each(since: date, amount: int, currency: Currency) -> TaxRate:
    return TaxRate(since, per_person=Money.of(amount, currency))


_READ = date(2026, 11, 30)
_KNOWN = (
    TouristTax(
        key="edinburgh",
        name="Edinburgh visitor levy",
        country="GB",
        city="Edinburgh",
        rates=(_percent(date(2026, 7, 24), "5"),),
        max_nights=5,
        source="https://edinburgh.org/planning/local-information/visitor-levy-for-edinburgh",
        as_of=_READ,
    ),
    TouristTax(
        key="glasgow",
        name="Glasgow visitor levy",
        country="GB",
        city="Glasgow",
        rates=(_percent(date(2027, 1, 25), "5"),),
        source="https://www.scottishfinancialnews.com/articles/glasgow-greenlights-tourist-tax-charging-5-levy-from-2027",
        as_of=_READ,
    ),
    TouristTax(
        key="aberdeen",
        name="Aberdeen visitor levy",
        country="GB",
        city="Aberdeen",
        rates=(_percent(date(2027, 4, 1), "7"),),
        source="https://committees.aberdeencity.gov.uk/ieIssueDetails.aspx?IId=79416&Opt=3",
        as_of=_READ,
    ),
    TouristTax(
        key="berlin",
        name="Berlin city tax",
        country="DE",
        city="Berlin",
        rates=(_percent(date(2014, 1, 1), "5"), _percent(date(2025, 1, 1), "7.5")),
        max_nights=21,
        source="https://convention.visitberlin.de/city-tax-berlin",
        as_of=_READ,
    ),
    TouristTax(
        key="cologne",
        name="Cologne culture tax",
        country="DE",
        city="Cologne",
        rates=(_percent(date(2014, 12, 1), "5"),),
        longest_stay=60,
        source="https://my.statthaus.de/kulturfoerderabgabe/",
        as_of=_READ,
    ),
    TouristTax(
        key="amsterdam",
        name="Amsterdam tourist tax",
        country="NL",
        city="Amsterdam",
        rates=(_percent(date(2020, 1, 1), "10"), _percent(date(2024, 1, 1), "12.5")),
        free_under=16,
        source="https://menafn.com/1107400311/Amsterdam-To-Have-Europes-Highest-Tourist-Tax-In-2024",
        as_of=_READ,
    ),
    TouristTax(
        key="vienna",
        name="Vienna local tax",
        country="AT",
        city="Vienna",
        rates=(
            _percent(date(2013, 5, 1), "3.2"),
            _percent(date(2026, 7, 1), "5"),
            _percent(date(2027, 7, 1), "8"),
        ),
        source="https://www.krone.at/3892608",
        as_of=_READ,
    ),
    TouristTax(
        key="lisbon",
        name="Lisbon tourist tax",
        country="PT",
        city="Lisbon",
        rates=(_each(date(2019, 1, 1), 2, Currency.EUR), _each(date(2024, 9, 1), 4, Currency.EUR)),
        max_nights=7,
        free_under=13,
        source="https://pilgrimkompass.com/2024/07/25/lisbon-city-tax-2024-guide",
        as_of=_READ,
    ),
    TouristTax(
        key="porto",
        name="Porto tourist tax",
        country="PT",
        city="Porto",
        rates=(_each(date(2018, 3, 1), 2, Currency.EUR), _each(date(2024, 12, 1), 3, Currency.EUR)),
        max_nights=7,
        free_under=13,
        source="https://observador.pt/2024/11/26/taxa-municipal-turistica-no-porto-passa-para-tres-euros-por-pessoa-a-partir-de-domingo/",
        as_of=_READ,
    ),
    TouristTax(
        key="rome",
        name="Rome visitor contribution",
        country="IT",
        city="Rome",
        rates=(_each(date(2023, 10, 1), 6, Currency.EUR),),
        max_nights=10,
        free_under=10,
        source="https://www.visitareroma.info/contributo-di-soggiorno-come-cambia-la-tassa-per-visitare-roma/",
        as_of=_READ,
    ),
    TouristTax(
        key="prague",
        name="Prague accommodation fee",
        country="CZ",
        city="Prague",
        rates=(_each(date(2022, 1, 1), 50, Currency.CZK),),
        longest_stay=60,
        free_under=18,
        source="https://www.praha13.cz/zaridit-si/mistni-poplatek-z-pobytu/",
        as_of=_READ,
    ),
    TouristTax(
        key="vilnius",
        name="Vilnius city tax",
        country="LT",
        city="Vilnius",
        rates=(_each(date(2018, 7, 1), 1, Currency.EUR), _each(date(2024, 1, 1), 2, Currency.EUR)),
        longest_stay=29,
        free_under=18,
        source="http://www.govilnius.lt/city-tax",
        as_of=_READ,
    ),
)
_ELSEWHERE = {"köln": "cologne", "wien": "vienna", "lisboa": "lisbon", "roma": "rome", "praha": "prague"}
"""What those who live there call the cities."""


def _by_key(taxes: Iterable[TouristTax]) -> Mapping[str, TouristTax]:
    return {tax.key: tax for tax in taxes}


TAXES: Mapping[str, TouristTax] = _by_key(_KNOWN)
"""Every tax we know, by its key."""


def proposed_tax(country: str, city: str) -> TouristTax | None:
    """The tax of a home's place; None where we know of none, which does not say that there is none."""
    name = city.strip().casefold()
    name = _ELSEWHERE.get(name, name)
    return next((tax for tax in _KNOWN if tax.country == country and tax.city.casefold() == name), None)
