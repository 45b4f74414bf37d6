"""Telling people: once each, in the app at once, by mail from a job."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.service import door as auth
from server.bookings.events import BookingEvent, RentEvent, RentPaid
from server.bookings.service import door as bookings
from server.core import attempts, clock, cursors
from server.core.attempts import Attempt
from server.core.errors import NotFound
from server.core.events import Event
from server.core.identity import Identity
from server.core.settings import Settings
from server.core.tables import CallStatus
from server.notifications.repository import Notifications
from server.notifications.rules import emails, recipients
from server.notifications.rules.emails import Email
from server.notifications.rules.money_of import money_of
from server.notifications.tables import NotificationTable
from server.payments.events import PaymentEvent
from server.payments.service import door as payments
from server.users import service as users
from shared_models.auth import LinkPurpose
from shared_models.booking_steps import unpaid_change
from shared_models.bookings import BookingRead, BookingSide, BookingStatus, PaymentWay
from shared_models.cancellation import CancelledStay, price_paid, refund_at
from shared_models.notifications import AboutKind, NotificationKind, NotificationRead, RentFacts, StayFacts, Unread
from shared_models.paging import Page
from shared_models.rent_months import RentMonthStatus

SEND_MAIL = "notifications.send_mail"
_LINKS = {
    NotificationKind.VERIFY_EMAIL: LinkPurpose.VERIFY_EMAIL,
    NotificationKind.RESET_PASSWORD: LinkPurpose.RESET_PASSWORD,
}


@dataclass(frozen=True)
class About:
    """What a notification is about: a thing of some room's, and for a booking how it stood and who is named in it."""

    kind: AboutKind
    id: UUID
    stay: StayFacts | None = None
    other_id: UUID | None = None


async def tell_of_booking(session: AsyncSession, event: BookingEvent) -> None:
    """Tell those sides of a booking whom an event concerns."""
    by: BookingSide | None = getattr(event, "by", None)
    kinds = recipients.of_booking(type(event).__name__, getattr(event, "was", None), by)
    if not kinds:
        return
    people = {BookingSide.TENANT: event.tenant_id, BookingSide.LANDLORD: event.landlord_id}
    # Both, before the names are read: who leaves meanwhile would leave a name behind in what the other is told.
    reached = await auth.lock_accounts(session, people.values())
    booking = await bookings.read(session, event.booking_id)
    rent = _rent(booking, event)
    if isinstance(event, RentEvent) and rent is None:
        return  # it stands otherwise by now: paid meanwhile, or not to be paid any more
    for side, kind in kinds.items():
        if reached.get(people[side]) is None:
            continue  # an unclaimed landlord, or someone who left
        other = people[BookingSide.LANDLORD if side is BookingSide.TENANT else BookingSide.TENANT]
        stay = _stay(booking, side).model_copy(update={"rent": rent})
        about = About(AboutKind.BOOKING, booking.id, stay, other)
        await _tell(session, event, people[side], kind, about)


async def tell_of_payment(session: AsyncSession, event: PaymentEvent) -> None:
    """Tell those sides of a stay whom its money concerns. Nobody of money that is for no stay."""
    kinds = recipients.OF_PAYMENTS[type(event).__name__]
    payment = await payments.history_of(session, event.payment_id)
    if not kinds or payment.part_of is None:
        return
    people = await bookings.parties(session, payment.part_of)
    reached = await auth.lock_accounts(session, people.values())
    booking = await bookings.read(session, payment.part_of)
    money = money_of(type(event).__name__, payment, getattr(event, "refund_id", None))
    for side, kind in kinds.items():
        if reached.get(people[side]) is not None:
            stay = _stay(booking, side).model_copy(update={"payment_id": payment.id, "money": money})
            await _tell(
                session, event, people[side], kind, About(AboutKind.BOOKING, booking.id, stay, people[side.other])
            )


async def tell_of_account(session: AsyncSession, event: Event, person_id: UUID | None) -> None:
    """Tell someone what happened to their account; nobody, when there is no such account."""
    if person_id is not None and (await auth.lock_accounts(session, [person_id])).get(person_id) is not None:
        kind = recipients.OF_ACCOUNTS[type(event).__name__]
        await _tell(session, event, person_id, kind, About(AboutKind.ACCOUNT, person_id))


async def _tell(session: AsyncSession, event: Event, person_id: UUID, kind: NotificationKind, about: About) -> None:
    row = NotificationTable(
        event_id=event.event_id,
        person_id=person_id,
        kind=kind.value,
        in_app=recipients.is_in_app(kind),
        about_kind=about.kind.value,
        about_id=about.id,
        stay=None if about.stay is None else about.stay.model_dump(mode="json"),
        other_id=about.other_id,
    )
    if await Notifications(session).add(row) and recipients.is_mailed(kind):
        await attempts.intend(session, SEND_MAIL, row.id, lock=_lane(row))


def _lane(row: NotificationTable) -> str | None:
    """Mails of one reader about one thing go out in the order of what happened to it, where that matters."""
    if not recipients.keeps_order(AboutKind(row.about_kind)):
        return None
    return f"mail:{row.person_id}:{row.about_kind}:{row.about_id}"


def _stay(booking: BookingRead, side: BookingSide) -> StayFacts:
    tenant = side is BookingSide.TENANT
    return StayFacts(
        booking_id=booking.id,
        reference=booking.reference,
        side=side,
        other_name=booking.landlord_name if tenant else booking.tenant_name,
        home_title=booking.home.title,
        zone=booking.home.zone,
        check_in=booking.check_in,
        check_out=booking.check_out,
        guests=booking.guests,
        total=booking.total,
        check_in_from=booking.home.check_in_from,
        until=_until(booking),
        payment=booking.payment,
        **_refund(booking),
    )


def _rent(booking: BookingRead, event: BookingEvent) -> RentFacts | None:
    """The month that an event is about, while it stands as the event says: paid, or to be paid."""
    if not isinstance(event, RentEvent):
        return None
    wanted = RentMonthStatus.PAID if isinstance(event, RentPaid) else RentMonthStatus.TO_PAY
    standing = (month for month in booking.months if month.status is wanted)
    found = next((month for month in standing if month.number == event.number), None)
    return None if found is None else RentFacts.model_validate(found, from_attributes=True)


def _until(booking: BookingRead) -> datetime | None:
    """By when somebody must answer, or pay what a change costs more."""
    unpaid = unpaid_change(booking, clock.now())
    return booking.hold_expires_at if unpaid is None else unpaid.expires_at


def _refund(booking: BookingRead) -> Mapping[str, Any]:
    """What goes back of a stay that is paid through us: decided when it was cancelled, until then by the clock.

    Of a stay by the month that depends on what is paid by then, so nothing is said before.
    """
    if booking.payment is PaymentWay.MONTHLY:
        paid = price_paid(booking)
        return {"refund": booking.refund, "paid": paid} if paid.amount_minor else {}
    if booking.payment is not PaymentWay.CARD or booking.status is not BookingStatus.CONFIRMED:
        return {"refund": booking.refund}
    now = refund_at(CancelledStay.of(booking), clock.now())
    return {"refund": now.total, "refund_until": now.drops_at, "refund_then": now.drops_to}


async def email_of(session: AsyncSession, settings: Settings, attempt: Attempt) -> Email | None:
    """The mail of a notification; None when its reader has left, or it or its link has no purpose any more."""
    row = await Notifications(session).one(attempt.subject_id)
    contact = None if row is None else await auth.contact_of(session, row.person_id)
    if row is None or contact is None or await _is_out_of_date(session, row):
        return None
    kind, token = NotificationKind(row.kind), None
    if kind in _LINKS:
        token = await auth.mail_link(session, row.person_id, _LINKS[kind])
        if token is None:
            return None
    stay = None if row.stay is None else StayFacts.model_validate(row.stay)
    link = f"{settings.public_origin}/app{emails.link_of(kind, stay, token)}"
    language = await users.language_of(session, row.person_id)
    return emails.write(
        kind, language, id_=str(attempt.id), to=contact.email, link=link, stay=stay, moment=row.created_at
    )


async def _is_out_of_date(session: AsyncSession, row: NotificationTable) -> bool:
    """Whether a later mail about the same thing has gone out: this one was given up meanwhile, and is run again."""
    if not recipients.keeps_order(AboutKind(row.about_kind)):
        return False
    later = await Notifications(session).later_about_the_same(row)
    return any(call.status == CallStatus.DONE.value for call in await attempts.of_subjects(session, SEND_MAIL, later))


async def page(
    session: AsyncSession, caller: Identity, *, cursor: str | None = None, limit: int = 20
) -> Page[NotificationRead]:
    """What the caller was told, the newest first. Raises Malformed for a bad cursor."""
    before: UUID | None = None if cursor is None else cursors.unpack(cursor, [UUID])[0]
    found = await Notifications(session).page(caller.id, before, limit + 1)
    rows, more = found[:limit], len(found) > limit
    items = [NotificationRead.model_validate(row) for row in rows]
    return Page(items=items, next_cursor=cursors.pack([rows[-1].id]) if more else None)


async def latest_unread(session: AsyncSession, caller: Identity, *, limit: int) -> list[NotificationRead]:
    """The newest of what the caller has not read."""
    rows = await Notifications(session).page(caller.id, None, limit, unread=True)
    return [NotificationRead.model_validate(row) for row in rows]


async def unread(session: AsyncSession, caller: Identity) -> Unread:
    """How much the caller has not read."""
    return Unread(count=await Notifications(session).unread(caller.id))


async def mark_read(session: AsyncSession, caller: Identity, notification_id: UUID) -> None:
    """Mark one of the caller's as read. Raises NotFound."""
    if not await Notifications(session).is_of(caller.id, notification_id):
        raise NotFound
    await Notifications(session).mark_read(caller.id, notification_id)


async def mark_all_read(session: AsyncSession, caller: Identity) -> None:
    """Mark all of the caller's as read."""
    await Notifications(session).mark_read(caller.id)


async def data_export(session: AsyncSession, person_id: UUID) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """What a person was told and how it went out; the other side of a stay is not named."""
    hidden = {"person_id", "other_id", "event_id"}
    rows = await Notifications(session).all_of(person_id)
    calls = await attempts.of_subjects(session, SEND_MAIL, [row.id for row in rows])
    return {
        "notifications": [row.model_dump(mode="json", exclude=hidden) | {"stay": _unnamed(row.stay)} for row in rows],
        "mails": [
            {"notification_id": str(call.subject_id), **call.model_dump(mode="json", exclude={"kind", "subject_id"})}
            for call in calls
        ],
    }


def _unnamed(stay: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if stay is None else {name: value for name, value in stay.items() if name != "other_name"}


async def erase(session: AsyncSession, person_id: UUID) -> None:
    """Remove what someone who leaves was told, and their name from what others were told."""
    removed = await Notifications(session).erase(person_id, users.ERASED_NAME)
    await attempts.forget(session, SEND_MAIL, removed)
