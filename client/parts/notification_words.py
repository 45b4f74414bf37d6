"""What happened, in words: one sentence for each kind."""

from client import paths
from client.core.language import day_range, money, t
from client.parts.status import deadline
from shared_models.bookings import BookingSide
from shared_models.notifications import NotificationKind as Kind
from shared_models.notifications import NotificationRead, StayFacts


def sentence(item: NotificationRead) -> str:
    """What happened, in one sentence."""
    if item.stay is None:
        return _of_account(item.kind)
    return _of_money(item.kind, item.stay) or _of_stay(item.kind, item.stay.other_name, item.stay.home_title)


def _of_account(kind: Kind) -> str:
    if kind is Kind.PASSWORD_CHANGED:
        return t("Your password was changed, and you were signed out everywhere else")
    return _unknown()


def _unknown() -> str:
    return t("Something happened that this version of the app cannot tell. Update it to read more")


def _of_stay(kind: Kind, other: str, home: str) -> str:
    told = {
        Kind.REQUEST_SENT: t("Your request for {home} is with {other}", home=home, other=other),
        Kind.REQUEST_RECEIVED: t("{other} asks to stay at {home}", home=home, other=other),
        Kind.REQUEST_ACCEPTED: t("{other} accepted: your stay at {home} is agreed", home=home, other=other),
        Kind.REQUEST_DECLINED: t("{other} cannot take your request for {home}", home=home, other=other),
        Kind.REQUEST_WITHDRAWN: t("{other} took back the request for {home}", home=home, other=other),
        Kind.REQUEST_RAN_OUT: t("Your request for {home} was not answered in time", home=home),
        Kind.REQUEST_MISSED: t("You did not answer the request of {other} for {home}", home=home, other=other),
        Kind.HOLD_RAN_OUT: t("Your hold on {home} ran out", home=home),
        Kind.STAY_AGREED: t("Your stay at {home} is agreed", home=home),
        Kind.STAY_BOOKED: t("{other} has booked {home}", home=home, other=other),
        Kind.STAY_CANCELLED: t("{other} cancelled the stay at {home}", home=home, other=other),
        Kind.STAY_CANCELLED_BY_YOU: t("You cancelled the stay at {home}", home=home),
        Kind.STAY_OVER: t("Your stay at {home} is over", home=home),
        Kind.NO_SHOW: t("{other} says that you did not come to {home}", home=home, other=other),
        Kind.CHANGE_ASKED: t("{other} asks to change the stay at {home}", home=home, other=other),
        Kind.CHANGE_AGREED: t("{other} agreed to your change at {home}, which costs more", home=home, other=other),
        Kind.CHANGE_UNPAID: t("The change at {home} was not paid in time", home=home),
        Kind.CHANGE_ACCEPTED: t("{other} agreed to your change at {home}", home=home, other=other),
        Kind.CHANGE_DECLINED: t("{other} did not agree to your change at {home}", home=home, other=other),
        Kind.CHANGE_WITHDRAWN: t("{other} took back the change at {home}", home=home, other=other),
        Kind.CHANGE_RAN_OUT: t("Your change at {home} was not answered in time", home=home),
    }
    return told.get(kind) or _unknown()


def _of_money(kind: Kind, stay: StayFacts) -> str:
    """What happened to money; "" of anything else."""
    home, tenant = stay.home_title, stay.side is BookingSide.TENANT
    amount = _amount(stay)
    too_late = (
        t("Your payment for {home} came too late, and goes back", home=home)
        if tenant
        else t("A payment for {home} came too late", home=home)
    )
    told = {
        Kind.PAYMENT_MADE: t("You paid {amount} for {home}", amount=amount, home=home),
        Kind.PAYMENT_TOO_LATE: too_late,
        Kind.CARD_RELEASED: t("Your card no longer holds {amount} for {home}", amount=amount, home=home),
        Kind.REFUND_SENT: t("{amount} is on its way to your card", amount=amount),
        Kind.REFUND_FAILED: t("{amount} did not reach your card", amount=amount),
        Kind.RENT_COMING: t("Your next month at {home} begins soon: {amount}", home=home, amount=amount),
        Kind.RENT_DUE: t("{amount} for {home} is due today", amount=amount, home=home),
        Kind.RENT_OVERDUE: t("{amount} for {home} is overdue", amount=amount, home=home),
        Kind.RENT_PAID: t("{other} paid {amount} for {home}", other=stay.other_name, amount=amount, home=home),
    }
    return told.get(kind, "")


def _amount(stay: StayFacts) -> str:
    """What it is about: a month, or money that was moved; "" of anything else."""
    if stay.rent is not None:
        return money(stay.rent.amount)
    return "" if stay.money is None else money(stay.money.amount)


def details(item: NotificationRead) -> str:
    """Its dates, and by when somebody must answer."""
    stay = item.stay
    if stay is None:
        return ""
    dates = day_range(stay.check_in, stay.check_out)
    if stay.until is not None and item.kind in (Kind.REQUEST_SENT, Kind.REQUEST_RECEIVED):
        return f"{dates} · {t('answer by {until}', until=deadline(stay.until, stay.zone))}"
    return dates


def way(item: NotificationRead) -> str:
    """Where it leads."""
    return paths.ACCOUNT if item.stay is None else _way_of(item.stay)


def _way_of(stay: StayFacts) -> str:
    if stay.payment_id is not None and stay.side is BookingSide.TENANT:
        return paths.payment(stay.payment_id)
    if stay.rent is not None and stay.side is BookingSide.TENANT:
        return paths.trip_payment(stay.booking_id, month=stay.rent.number)
    return paths.trip(stay.booking_id) if stay.side is BookingSide.TENANT else paths.landlord_stay(stay.booking_id)
