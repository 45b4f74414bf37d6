"""Listens to everyone; nobody calls this room. Who is told what stands in `rules/recipients.py`."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.events import AccountErased, PasswordChanged, RegistrationTried, ResetAsked, VerificationAsked
from server.bookings import events as bookings
from server.core.events import after, within
from server.notifications import service
from server.payments import events as payments
from server.users import service as users

OF_BOOKINGS: tuple[type[bookings.BookingEvent], ...] = (
    bookings.BookingRequested,
    bookings.BookingConfirmed,
    bookings.BookingAccepted,
    bookings.BookingDeclined,
    bookings.BookingExpired,
    bookings.BookingCancelled,
    bookings.BookingNoShow,
    bookings.BookingCompleted,
    bookings.BookingChangeAsked,
    bookings.BookingChangeAgreed,
    bookings.BookingChangeUnpaid,
    bookings.BookingChangeAccepted,
    bookings.BookingChangeDeclined,
    bookings.BookingChangeWithdrawn,
    bookings.BookingChangeExpired,
    bookings.RentComing,
    bookings.RentDue,
    bookings.RentOverdue,
    bookings.RentPaid,
)


async def of_booking(session: AsyncSession, event: bookings.BookingEvent) -> None:
    """Something happened to a booking."""
    await service.tell_of_booking(session, event)


OF_PAYMENTS: tuple[type[payments.PaymentEvent], ...] = (
    payments.PaymentCaptured,
    payments.PaymentLetGo,
    payments.LateMoneyReturned,
    payments.RefundSent,
    payments.RefundFailed,
)


async def of_payment(session: AsyncSession, event: payments.PaymentEvent) -> None:
    """Something happened to the money of a stay."""
    await service.tell_of_payment(session, event)


users.register_data_export(service.data_export)

for _event in OF_BOOKINGS:
    after(_event, f"notifications.{_event.__name__}")(of_booking)
for _paid in OF_PAYMENTS:
    after(_paid, f"notifications.{_paid.__name__}")(of_payment)


@after(VerificationAsked, "notifications.VerificationAsked")
async def of_verification(session: AsyncSession, event: VerificationAsked) -> None:
    """Somebody is to prove their e-mail, or nobody."""
    await service.tell_of_account(session, event, event.identity_id)


@after(RegistrationTried, "notifications.RegistrationTried")
async def of_registration(session: AsyncSession, event: RegistrationTried) -> None:
    """Somebody tried to register with the address of an account."""
    await service.tell_of_account(session, event, event.identity_id)


@after(ResetAsked, "notifications.ResetAsked")
async def of_reset(session: AsyncSession, event: ResetAsked) -> None:
    """Somebody forgot a password, or nobody did."""
    await service.tell_of_account(session, event, event.identity_id)


@after(PasswordChanged, "notifications.PasswordChanged")
async def of_password(session: AsyncSession, event: PasswordChanged) -> None:
    """Somebody's password is another one."""
    await service.tell_of_account(session, event, event.identity_id)


@within(AccountErased)
async def erase(session: AsyncSession, event: AccountErased) -> None:
    """Who left is told nothing more, and not named to others."""
    await service.erase(session, event.identity_id)
