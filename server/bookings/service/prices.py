"""What a stay costs: shown, stored, and honoured for half an hour."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings import rules
from server.bookings.repository.quotes import Quotes
from server.bookings.service.acting import NotBookable, period_of
from server.bookings.service.terms import columns_of, terms_of
from server.bookings.tables import QuoteTable
from server.calendars.service import door as calendars
from server.calendars.service.door import Clearance
from server.core import clock
from server.core.errors import DatesTaken, Malformed, NotFound
from server.core.identity import Identity
from server.properties.service import door as properties
from server.properties.service.door import Home
from shared_models.bookings import (
    QUOTE_MINUTES,
    ChangeQuoteRequest,
    PaymentWay,
    Quote,
    QuoteRequest,
    payment_way,
)
from shared_models.cancellation_terms import AgreedTerms, CancellationPolicy, CancellationTerms
from shared_models.money import Currency, Money
from shared_models.prices import RULES_VERSION, QuoteLine, offers_non_refundable, price_stay, total_of
from shared_models.problems import FieldProblem
from shared_models.properties import PropertyStatus
from shared_models.stay_dates import Stay, local_day
from shared_models.stay_limits import Refusal, refusals


@dataclass(frozen=True)
class Wish:
    """A stay to be priced."""

    stay: Stay
    guests: int
    non_refundable: bool = False
    booked_on: date | None = None
    """From which day at the home early birds and last minutes are counted, if not from the day of the price."""
    payment: PaymentWay | None = None
    """How it is paid, if not as stays at such a home are."""


async def quote(
    session: AsyncSession, tenant: Identity, request: QuoteRequest, *, payment: PaymentWay | None = None
) -> Quote:
    """The price of a stay, stored and kept for its asker; `payment` is for stays that are agreed elsewhere.

    Raises NotFound, NotBookable, DatesTaken, Malformed.
    """
    stay = stay_of(request)
    home = await properties.kept_home(session, request.property_id)
    if home.status != PropertyStatus.PUBLISHED and home.landlord_id != tenant.id:
        raise NotFound  # as its page says; that it exists is its landlord's business
    check_open(home, tenant)
    found = refusals(home.limits, stay, request.guests, clock.today_in(home.zone))
    if found:
        raise NotBookable.for_reasons(rules.to_problems(found, home.limits, stay.check_in))
    if request.non_refundable:
        _check_non_refundable(home)
    if not await calendars.is_free(session, home.id, period_of(stay), clearance_of(home)):
        raise DatesTaken
    wish = Wish(stay, request.guests, request.non_refundable, payment=payment)
    row = priced(home, tenant.id, wish, clock.now())
    await Quotes(session).add(row)
    return to_quote(row, home)


def stay_of(request: QuoteRequest | ChangeQuoteRequest) -> Stay:
    """The stay that is wished for. Raises Malformed."""
    try:
        return Stay(check_in=request.check_in, check_out=request.check_out)
    except ValidationError as problem:
        raise Malformed.field("check_out", problem.errors()[0]["msg"].removeprefix("Value error, ")) from problem


def check_open(home: Home, tenant: Identity) -> None:
    """Raises NotBookable for a home that is not published, or one's own."""
    reason = "is not open for bookings" if home.status != PropertyStatus.PUBLISHED else None
    if home.landlord_id == tenant.id:
        reason = "is your own home; block the dates instead"
    if reason is not None:
        raise NotBookable(f"This home {reason}.", errors=[FieldProblem(field="property_id", reason=reason)])


def _check_non_refundable(home: Home) -> None:
    """Raises NotBookable: whoever gives up refunds must get cheaper nights for it."""
    if not offers_non_refundable(home.terms):
        reason = "has no cheaper price for giving up refunds"
        raise NotBookable(f"This home {reason}.", errors=[FieldProblem(field="non_refundable", reason=reason)])


def check_not_begun(home: Home, kept: QuoteTable) -> None:
    """Raises NotBookable once the day of arrival is over at the home: a price is kept over midnight, a day is not.

    Such a stay could not be cancelled any more, and a request for it would have run out before it is made.
    """
    if kept.check_in < clock.today_in(home.zone):
        raise NotBookable.for_reasons(rules.to_problems([Refusal.IN_THE_PAST], home.limits, kept.check_in))


def clearance_of(home: Home) -> Clearance:
    """How far guests of a home must stay apart."""
    return Clearance(days=home.limits.preparation_days or 0)


def priced(home: Home, asker_id: UUID, wish: Wish, moment: datetime) -> QuoteTable:
    """What a stay costs at the home's terms, kept for its asker from `moment` on."""
    stay = wish.stay
    lines = price_stay(
        home.terms,
        stay,
        guests=wish.guests,
        today=wish.booked_on or local_day(moment, home.zone),
        non_refundable=wish.non_refundable,
    )
    total = total_of(lines)
    return QuoteTable(
        tenant_id=asker_id,
        property_id=home.id,
        check_in=stay.check_in,
        check_out=stay.check_out,
        guests=wish.guests,
        non_refundable=wish.non_refundable,
        lines=[line.model_dump(mode="json") for line in lines],
        total_minor=total.amount_minor,
        currency=total.currency.value,
        payment=(wish.payment or payment_way(home.terms.let_type)).value,
        **columns_of(_agreed(home, wish)),
        rules_version=RULES_VERSION,
        expires_at=moment + timedelta(minutes=QUOTE_MINUTES),
        created_at=moment,
    )


def _agreed(home: Home, wish: Wish) -> AgreedTerms:
    """What will come back of the stay: the home's terms, unless every refund is given up for cheaper nights."""
    given_up = CancellationTerms(policy=CancellationPolicy.NON_REFUNDABLE)
    return AgreedTerms.of(given_up if wish.non_refundable else home.cancellation, home.check_in_from)


def to_quote(row: QuoteTable, home: Home) -> Quote:
    """A stored price as its asker sees it."""
    return Quote(
        id=row.id,
        property_id=home.id,
        check_in=row.check_in,
        check_out=row.check_out,
        guests=row.guests,
        lines=[QuoteLine.model_validate(line) for line in row.lines],
        total=Money(amount_minor=row.total_minor, currency=Currency(row.currency)),
        rules_version=row.rules_version,
        payment=PaymentWay(row.payment),
        cancellation=terms_of(row),
        expires_at=row.expires_at,
        non_refundable=row.non_refundable,
        instant_book=home.limits.instant_book,
    )
