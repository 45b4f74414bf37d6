"""Stays to cancel, for proofs about refunds: every policy, four zones with their clock changes, leap days, yen."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from shared_models.cancellation import CancelledStay
from shared_models.cancellation_terms import AgreedTerms, CancellationPolicy, CancellationTier
from shared_models.money import Currency, Money
from shared_models.prices import LineKind, PriceTerms, QuoteLine, price_stay
from shared_models.properties import LetType
from shared_models.stay_dates import Stay
from tests.shared_models.refund_oracle import utc_of

ZONES = ["Europe/London", "America/Santiago", "Australia/Lord_Howe", "Asia/Tokyo"]
"""Clocks that change in spring and autumn: at one, at midnight, by half an hour, never."""
_CHANGES = [date(2026, 3, 29), date(2026, 10, 25), date(2026, 9, 6), date(2026, 4, 5), date(2026, 10, 4)]
_NEAR = [*_CHANGES, date(2028, 2, 29), date(2027, 2, 28), date(2026, 12, 31)]
_HOURS = [time(15), time(0), time(0, 30), time(1, 30), time(2), time(2, 15), time(23, 59)]
_DAY = timedelta(days=1)


@st.composite
def terms(draw: st.DrawFn) -> AgreedTerms:
    """Every policy, tiers of one's own among them, and hours of check-in that some days do not have."""
    policy = draw(
        st.sampled_from([policy for policy in CancellationPolicy if policy is not CancellationPolicy.UNKNOWN])
    )
    tiers = None
    if policy is CancellationPolicy.CUSTOM:
        days = sorted(draw(st.sets(st.integers(0, 365), min_size=1, max_size=5)), reverse=True)
        parts = sorted((draw(st.integers(1, 100)) for _ in days), reverse=True)
        tiers = [CancellationTier(days_before=at, refund_percent=part) for at, part in zip(days, parts, strict=True)]
    return AgreedTerms(policy=policy, tiers=tiers, check_in_hour=draw(st.sampled_from(_HOURS)))


@st.composite
def nightly_lines(draw: st.DrawFn, stay: Stay, currency: Currency) -> list[QuoteLine]:
    """Nights at prices that differ, a line for each stretch of equal ones."""
    cuts = sorted(draw(st.sets(st.integers(1, max(1, stay.nights - 1)), max_size=3))) if stay.nights > 1 else []
    found = []
    for first, end in zip([0, *cuts], [*cuts, stay.nights], strict=True):
        unit = Money(amount_minor=draw(st.integers(1, 99_999)), currency=currency)
        found.append(
            QuoteLine(
                kind=LineKind.NIGHTS,
                quantity=end - first,
                unit=unit,
                amount=unit.times(end - first),
                first=stay.check_in + first * _DAY,
                last=stay.check_in + (end - 1) * _DAY,
            )
        )
    return found


@st.composite
def extras(draw: st.DrawFn, stay: Stay, currency: Currency) -> list[QuoteLine]:
    """What comes on top: further guests for all nights, cleaning once, a tax for the first of the nights."""
    last = stay.check_out - _DAY
    found = []
    for kind in draw(st.sets(st.sampled_from([LineKind.EXTRA_GUESTS, LineKind.CLEANING, LineKind.TOURIST_TAX]))):
        unit = Money(amount_minor=draw(st.integers(1, 9_999)), currency=currency)
        days = {LineKind.EXTRA_GUESTS: (stay.check_in, last), LineKind.TOURIST_TAX: (stay.check_in, stay.check_in)}
        first, until = days.get(kind, (None, None))
        quantity = 2 * stay.nights if kind is LineKind.EXTRA_GUESTS else 1
        line = QuoteLine(kind=kind, quantity=quantity, unit=unit, amount=unit.times(quantity), first=first, last=until)
        found.append(line)
    return found


@st.composite
def stays(draw: st.DrawFn) -> CancelledStay:
    """A stay near a day on which clocks change or a calendar is odd, with what was agreed and paid."""
    check_in = draw(st.sampled_from(_NEAR)) + draw(st.integers(-8, 16)) * _DAY
    nights = draw(st.one_of(st.integers(1, 9), st.sampled_from([27, 28, 29, 30, 31, 58, 59, 61, 92])))
    stay = Stay(check_in=check_in, check_out=check_in + nights * _DAY)
    currency = draw(st.sampled_from([Currency.GBP, Currency.JPY, Currency.EUR]))
    monthly = draw(st.booleans()) and nights >= 14
    if monthly:
        price = Money(amount_minor=draw(st.integers(1, 500_000)), currency=currency)
        terms_of_price = PriceTerms(let_type=LetType.MONTHLY, price=price)
        lines = price_stay(terms_of_price, stay, guests=1, today=check_in)
    else:
        lines = draw(nightly_lines(stay, currency))
    lines += draw(extras(stay, currency))
    confirmed = draw(st.none() | _instants(check_in, 60, 0))
    return CancelledStay(draw(terms()), stay, draw(st.sampled_from(ZONES)), lines, confirmed)


def _instants(check_in: date, days_before: int, days_after: int) -> st.SearchStrategy[datetime]:
    noon = datetime.combine(check_in, time(12), tzinfo=UTC)
    seconds = st.integers(-days_before * 86_400, days_after * 86_400)
    return seconds.map(lambda far: noon + timedelta(seconds=far))


@st.composite
def cases(draw: st.DrawFn) -> tuple[CancelledStay, datetime]:
    """A stay and an instant at which it is cancelled: anywhere near it, or right at a deadline, before or after."""
    booked = draw(stays())
    if draw(st.booleans()):
        moment = draw(_instants(booked.stay.check_in, 50, booked.stay.nights + 2))
    else:
        day = booked.stay.check_in + draw(st.sampled_from([-30, -14, -7, -5, -1, 0, 1, 2, booked.stay.nights])) * _DAY
        hour = draw(st.sampled_from([booked.terms.check_in_hour, time(0)]))
        moment = utc_of(day, hour, booked.zone) + timedelta(seconds=draw(st.sampled_from([-1, 0, 1])))
    return booked, moment
