"""The price of a stay, line by line; every line names the rules that made it.

`price_stay` runs on both sides: the client shows at once, the server decides. Its quote is the truth. The order of the
rules is explained in `docs/booking_a_stay.md`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from typing import Any

from shared_models.base import Output
from shared_models.money import Currency, Money, rounded
from shared_models.price_rules import PriceRules
from shared_models.properties import LetType
from shared_models.stay_dates import Stay, add_months, months_of
from shared_models.stay_limits import MonthDay, Season
from shared_models.tourist_taxes import TAXES, TaxRate

RULES_VERSION = 2
"""Which version of the price rules made a quote; raised whenever the same wish would get another price."""

_FRIDAY_AND_SATURDAY = (4, 5)
_HUNDRED = Fraction(100)


class PriceTerms(PriceRules):
    """What decides the price of a stay. A home's page has all of it: `PriceTerms.model_validate(home)`."""

    let_type: LetType
    price: Money
    cleaning_fee: Money | None = None
    seasons: Sequence[Season] | None = None
    """Those with a price have it instead of `price`; no two of them share a day."""


def terms_of(said: Any) -> PriceTerms:
    """What a landlord says, as terms: of `PropertyFacts`, or of a row with columns of those names."""
    currency = Currency(said.currency)

    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money(amount_minor=minor, currency=currency)

    return PriceTerms(
        **{name: getattr(said, name) for name in _SAID_ALIKE},
        price=Money(amount_minor=said.price_minor, currency=currency),
        cleaning_fee=money(said.cleaning_fee_minor),
        min_price=money(said.min_price_minor),
        extra_guest_fee=money(said.extra_guest_fee_minor),
    )


_SAID_ALIKE = (
    "let_type",
    "seasons",
    "weekend_percent",
    "length_discounts",
    "early_bird_days",
    "early_bird_percent",
    "last_minute_days",
    "last_minute_percent",
    "guests_included",
    "non_refundable_percent",
    "tourist_tax",
)


def offers_non_refundable(terms: PriceTerms) -> bool:
    """Whether a stay may be booked for less by giving up every refund."""
    return terms.let_type == LetType.NIGHTLY and bool(terms.non_refundable_percent)


class LineKind(StrEnum):
    """What a line of a quote is for."""

    NIGHTS = "nights"
    MONTHS = "months"
    DAYS = "days"
    EXTRA_GUESTS = "extra_guests"
    CLEANING = "cleaning"
    TOURIST_TAX = "tourist_tax"
    UNKNOWN = "unknown"


class PriceRuleKind(StrEnum):
    """A rule that made a line what it is, in the order in which they take effect."""

    SEASON = "season"
    WEEKEND = "weekend"
    LENGTH_OF_STAY = "length_of_stay"
    EARLY_BIRD = "early_bird"
    LAST_MINUTE = "last_minute"
    NON_REFUNDABLE = "non_refundable"
    MIN_PRICE = "min_price"
    EXTRA_GUESTS = "extra_guests"
    TOURIST_TAX = "tourist_tax"
    UNKNOWN = "unknown"


class PriceRule(Output):
    """A rule as it was when it took effect: what a quote tells stays true when the landlord changes it."""

    kind: PriceRuleKind
    percent: Decimal | None = None
    """WEEKEND: so much more. A discount, NON_REFUNDABLE: so much less. TOURIST_TAX: the part of `base` it asks."""
    nights: int | None = None
    """LENGTH_OF_STAY: from so many nights on. TOURIST_TAX: at most so many are taxed."""
    days: int | None = None
    """EARLY_BIRD: at least so many days ahead. LAST_MINUTE: at most so many."""
    guests: int | None = None
    """EXTRA_GUESTS: how many the price of a night is for."""
    first: MonthDay | None = None
    """SEASON: its first day in the year, and `last` its last."""
    last: MonthDay | None = None
    tax: str | None = None
    """TOURIST_TAX: its key in `shared_models.tourist_taxes.TAXES`."""


class QuoteLine(Output):
    """One line: `quantity` of something at `unit` each makes `amount`.

    NIGHTS are consecutive nights at one price made by the same rules, EXTRA_GUESTS and a TOURIST_TAX a person counted
    in persons times nights. For DAYS (the part of a month at the end of a monthly stay) `unit` is the price of that
    whole month and `of_days` its length: amount = unit * quantity / of_days, rounded once.
    """

    kind: LineKind
    quantity: int
    of_days: int | None = None
    unit: Money
    amount: Money
    first: date | None = None
    last: date | None = None
    """The first and the last night the line is for."""
    base: Money | None = None
    """What the rules began with, where they changed it: the season's or the usual price of a night. Of a TOURIST_TAX
    by percent: the amount that is taxed."""
    rules: tuple[PriceRule, ...] = ()
    """Why it is that price; none for what the landlord simply asks."""


def price_stay(
    terms: PriceTerms, stay: Stay, *, guests: int, today: date, non_refundable: bool = False
) -> list[QuoteLine]:
    """The lines of a stay's price; they add up to its total.

    `today` is the home's local date of booking, which early birds and last minutes are counted from. `non_refundable`
    asks for the cheaper nights of those who give up every refund; without effect where the landlord offers none.

    By the month the price is exact: whole months from the day of arrival (see `months_of`), then the remaining days as
    their share of the month they begin, rounded half up to the minor unit. The rules are for nights alone.
    """
    if terms.let_type == LetType.MONTHLY:
        return [*_monthly_lines(terms.price, stay), *_cleaning(terms)]
    discount = _discount(terms, stay, today)
    prices = _NightPrices(terms, discount, non_refundable=non_refundable)
    nights = [_Night(day, prices.of(day)) for day in _nights(stay)]
    extra = _extra_guests(terms, stay, guests)
    return [*_night_lines(nights), *extra, *_cleaning(terms), *_tax_lines(terms, nights, guests)]


def total_of(lines: Iterable[QuoteLine]) -> Money:
    """What the lines add up to. Raises ValueError without any line or when currencies mix."""
    first, *rest = (line.amount for line in lines)
    total = first
    for amount in rest:
        total = total + amount
    return total


@dataclass(frozen=True)
class _NightPrice:
    """What a night costs, what the rules began with, and the rules."""

    unit: Money
    base: Money
    rules: tuple[PriceRule, ...]


@dataclass(frozen=True)
class _Night:
    day: date
    price: _NightPrice


def _nights(stay: Stay) -> list[date]:
    return [stay.check_in + timedelta(days=passed) for passed in range(stay.nights)]


class _NightPrices:
    """The prices of nights: equal for all of a season that are on a weekend, or not, and so counted once."""

    def __init__(self, terms: PriceTerms, discount: PriceRule | None, *, non_refundable: bool) -> None:
        self._terms, self._discount, self._non_refundable = terms, discount, non_refundable
        self._seasons = [season for season in terms.seasons or () if season.price_minor is not None]
        self._known: dict[tuple[int | None, bool], _NightPrice] = {}

    def of(self, day: date) -> _NightPrice:
        place = next((place for place, season in enumerate(self._seasons) if season.holds(day)), None)
        weekend = day.weekday() in _FRIDAY_AND_SATURDAY
        known = self._known.get((place, weekend))
        if known is None:
            season = None if place is None else self._seasons[place]
            known = self._known[(place, weekend)] = self._count(season, weekend=weekend)
        return known

    def _count(self, season: Season | None, *, weekend: bool) -> _NightPrice:
        terms, rules, base = self._terms, [], self._terms.price
        if season is not None and season.price_minor is not None:
            base = Money(amount_minor=season.price_minor, currency=base.currency)
            rules.append(_rule(PriceRuleKind.SEASON, first=season.first, last=season.last))
        exact = Fraction(base.amount_minor)
        for rule in self._percents(weekend=weekend):
            sign = 1 if rule.kind == PriceRuleKind.WEEKEND else -1
            exact *= (_HUNDRED + sign * Fraction(rule.percent or 0)) / _HUNDRED
            rules.append(rule)
        least = terms.min_price
        if least is not None and exact < least.amount_minor:
            exact = Fraction(least.amount_minor)
            rules.append(_rule(PriceRuleKind.MIN_PRICE))
        return _NightPrice(Money(amount_minor=rounded(exact), currency=base.currency), base, tuple(rules))

    def _percents(self, *, weekend: bool) -> Iterator[PriceRule]:
        if weekend and self._terms.weekend_percent:
            yield _rule(PriceRuleKind.WEEKEND, self._terms.weekend_percent)
        if self._discount is not None:
            yield self._discount
        if self._non_refundable and self._terms.non_refundable_percent:
            yield _rule(PriceRuleKind.NON_REFUNDABLE, self._terms.non_refundable_percent)


def _discount(terms: PriceTerms, stay: Stay, today: date) -> PriceRule | None:
    """The one discount of a stay: the first that fits."""
    reached = [tier for tier in terms.length_discounts or () if tier.nights <= stay.nights]
    longest = max(reached, key=lambda tier: tier.nights, default=None)
    if longest is not None and longest.percent:
        return _rule(PriceRuleKind.LENGTH_OF_STAY, longest.percent, nights=longest.nights)
    ahead = (stay.check_in - today).days
    early, late = terms.early_bird_days, terms.last_minute_days
    if early is not None and terms.early_bird_percent and ahead >= early:
        return _rule(PriceRuleKind.EARLY_BIRD, terms.early_bird_percent, days=early)
    if late is not None and terms.last_minute_percent and ahead <= late:
        return _rule(PriceRuleKind.LAST_MINUTE, terms.last_minute_percent, days=late)
    return None


def _night_lines(nights: Sequence[_Night]) -> Iterator[QuoteLine]:
    for price, alike in groupby(nights, key=lambda night: night.price):
        days = [night.day for night in alike]
        yield _line(
            kind=LineKind.NIGHTS,
            quantity=len(days),
            unit=price.unit,
            first=days[0],
            last=days[-1],
            base=None if price.base == price.unit else price.base,
            rules=price.rules,
        )


def _extra_guest(terms: PriceTerms, guests: int) -> tuple[int, int]:
    """What each extra guest pays a night, in minor units, and how many there are."""
    fee, included = terms.extra_guest_fee, terms.guests_included
    return (0, 0) if fee is None or included is None else (fee.amount_minor, max(0, guests - included))


def _extra_guests(terms: PriceTerms, stay: Stay, guests: int) -> Iterator[QuoteLine]:
    fee, extra = _extra_guest(terms, guests)
    if fee and extra and terms.extra_guest_fee is not None:
        yield _line(
            kind=LineKind.EXTRA_GUESTS,
            quantity=extra * stay.nights,
            unit=terms.extra_guest_fee,
            first=stay.check_in,
            last=stay.check_out - timedelta(days=1),
            rules=(_rule(PriceRuleKind.EXTRA_GUESTS, guests=terms.guests_included),),
        )


def _cleaning(terms: PriceTerms) -> Iterator[QuoteLine]:
    fee = terms.cleaning_fee
    if fee is not None and fee.amount_minor:
        yield _line(kind=LineKind.CLEANING, quantity=1, unit=fee)


def _tax_lines(terms: PriceTerms, nights: Sequence[_Night], guests: int) -> Iterator[QuoteLine]:
    """A line for each rate of the place's tax; an app that does not know the tax leaves it to the server's quote."""
    tax = TAXES.get(terms.tourist_tax or "")
    if tax is None:
        return
    taxed = nights[: tax.taxed(len(nights))]
    for rate, alike in groupby(taxed, key=lambda night: tax.rate_on(night.day)):
        if rate is not None:
            rule = _rule(PriceRuleKind.TOURIST_TAX, rate.percent, tax=tax.key, nights=tax.max_nights)
            yield _tax_line(terms, rate, rule, list(alike), guests)


def _tax_line(terms: PriceTerms, rate: TaxRate, rule: PriceRule, nights: Sequence[_Night], guests: int) -> QuoteLine:
    quantity, base = 1, None
    if rate.per_person is not None:
        quantity, unit = guests * len(nights), rate.per_person
    else:
        fee, extra = _extra_guest(terms, guests)
        taxed = sum(night.price.unit.amount_minor for night in nights) + fee * extra * len(nights)
        base = Money(amount_minor=taxed, currency=terms.price.currency)
        unit = base.times(Fraction(rate.percent or 0) / _HUNDRED)
    return _line(
        kind=LineKind.TOURIST_TAX,
        quantity=quantity,
        unit=unit,
        first=nights[0].day,
        last=nights[-1].day,
        base=base,
        rules=(rule,),
    )


def _line(*, unit: Money, quantity: int, **more: Any) -> QuoteLine:
    """A line whose parts are known to be right: to validate them again would be most of what a price takes."""
    amount = unit if quantity == 1 else unit.times(quantity)
    return QuoteLine.model_construct(unit=unit, quantity=quantity, amount=amount, **more)


@lru_cache(maxsize=1_000)
def _rule(kind: PriceRuleKind, percent: int | Decimal | None = None, **more: Any) -> PriceRule:
    """A rule; the same one again where it is the same, for homes by the hundred have alike ones."""
    return PriceRule(kind=kind, percent=None if percent is None else Decimal(percent), **more)


def _monthly_lines(price: Money, stay: Stay) -> list[QuoteLine]:
    months, last = months_of(stay), stay.check_out - timedelta(days=1)
    whole = int(months)
    lines = []
    begin, end = add_months(stay.check_in, whole), add_months(stay.check_in, whole + 1)
    if whole:
        eve = begin - timedelta(days=1)
        amount = price.times(whole)
        lines.append(
            QuoteLine(kind=LineKind.MONTHS, quantity=whole, unit=price, amount=amount, first=stay.check_in, last=eve)
        )
    if days := (stay.check_out - begin).days:
        lines.append(
            QuoteLine(
                kind=LineKind.DAYS,
                quantity=days,
                of_days=(end - begin).days,
                unit=price,
                amount=price.times(months - whole),
                first=begin,
                last=last,
            )
        )
    return lines


@dataclass(frozen=True)
class MonthlyPayment:
    """One of the payments of a stay by the month: what it is for, and when it is due."""

    due: date
    last: date
    """The last night it is for."""
    lines: tuple[QuoteLine, ...]

    @property
    def amount(self) -> Money:
        return total_of(self.lines)


def monthly_payments(lines: Sequence[QuoteLine]) -> list[MonthlyPayment]:
    """When a stay by the month is paid: each month, or the last part of one, on the day it begins.

    So nobody pays more than a month ahead (`letting_law.LettingRuleKind.RENT_AHEAD`). What is paid once comes with the
    first. Together they are the price. Empty for a stay that is priced by the night.
    """
    due = [month for line in lines for month in _months(line)]
    once = tuple(line for line in lines if line.first is None)
    return [
        MonthlyPayment(month.first, month.last, (month, *once) if place == 0 else (month,))
        for place, month in enumerate(due)
        if month.first is not None and month.last is not None
    ]


def _months(line: QuoteLine) -> Iterator[QuoteLine]:
    """The months of a line, one by one; the part of one is one."""
    if line.kind is LineKind.DAYS:
        yield line
    elif line.kind is LineKind.MONTHS and line.first is not None:
        for month in range(line.quantity):
            first = add_months(line.first, month)
            last = add_months(line.first, month + 1) - timedelta(days=1)
            yield line.model_copy(update={"quantity": 1, "amount": line.unit, "first": first, "last": last})
