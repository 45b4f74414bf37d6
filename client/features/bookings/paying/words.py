"""What the payment's page says at each stage: a title, what it means, and what the button there is called. Pure."""

from client.core.language import day, day_range, money, t
from client.features.bookings.paying.stages import Stage
from client.parts.payment_words import confirm_label, pay_change_label, pay_month_label
from client.parts.steps import next_words, stay_words
from shared_models.bookings import BookingRead, BookingSide, ChangeRead
from shared_models.payments import PaymentRead, PaymentStatus
from shared_models.rent_months import RentMonth

Told = tuple[str, str]
"""A title and a sentence or two."""


def told_of(stage: Stage, booking: BookingRead, payment: PaymentRead | None, *, is_change: bool) -> Told:
    """What a stage means for this stay, or for its change."""
    if stage is Stage.CHECKING:
        return t("We are checking your payment"), t(
            "This takes a few seconds. You need not pay again, and you may close this page: we write to you."
        )
    if stage is Stage.OPENING:
        return t("The payment page is being made"), t("It is there in a moment. Nothing is paid yet.")
    if stage in (Stage.TO_PAY, Stage.OPEN):
        return _unpaid(stage, booking, payment)
    if stage is Stage.GIVEN_BACK and payment is not None:
        return _given_back(booking, payment, is_change=is_change)
    if stage is Stage.AGREED:
        return _changed(booking, payment) if is_change else _agreed(booking, payment)
    if is_change and stage is Stage.ENDED:
        return t("The change was not made"), t(
            "It was not paid in time, so nothing was taken. The stay remains as booked: {stay}.",
            stay=stay_words(booking),
        )
    return _others(stage, booking, payment)


def month_told_of(stage: Stage, booking: BookingRead, month: RentMonth | None, payment: PaymentRead | None) -> Told:
    """What a stage means for a month of this stay."""
    if stage in (Stage.CHECKING, Stage.OPENING) or month is None:
        return (
            told_of(stage, booking, payment, is_change=False) if stage is not Stage.GIVEN_BACK else _not_needed(payment)
        )
    days = day_range(month.due, month.last)
    if stage is Stage.AGREED:
        return t("The month is paid"), t("{amount} is paid by card for {days}.", amount=money(month.amount), days=days)
    if stage is Stage.GIVEN_BACK:
        return _not_needed(payment)
    if stage is Stage.ENDED:
        told = t("It can be paid from {day} on, once the months before it are paid.", day=day(month.payable_from))
        return t("This month is not to be paid yet"), told
    if stage in (Stage.TO_PAY, Stage.OPEN):
        told = t("{amount} is for {days}.", amount=money(month.amount), days=days)
        elsewhere = t("If you are paying in another window, go on there: this page follows by itself.")
        return t("Nothing is paid yet"), f"{told} {elsewhere}" if stage is Stage.OPEN else told
    return told_of(stage, booking, payment, is_change=False)


def _not_needed(payment: PaymentRead | None) -> Told:
    back = "" if payment is None else _back_words(payment)
    return t("Your payment was not needed any more"), back


def _back_words(payment: PaymentRead) -> str:
    return t(
        "{amount} goes back to your card by itself; your bank shows it after some days.", amount=money(payment.refunded)
    )


def _unpaid(stage: Stage, booking: BookingRead, payment: PaymentRead | None) -> Told:
    if stage is Stage.OPEN:
        elsewhere = t("If you are paying in another window, go on there: this page follows by itself.")
        title = t("Nothing is authorised yet") if _is_held(payment) else t("Nothing is paid yet")
        return title, f"{next_words(booking, BookingSide.TENANT)} {elsewhere}"
    return t("Nothing is paid yet"), next_words(booking, BookingSide.TENANT)


def _is_held(payment: PaymentRead | None) -> bool:
    return payment is not None and payment.is_held


def _agreed(booking: BookingRead, payment: PaymentRead | None) -> Told:
    then = next_words(booking, BookingSide.TENANT)
    if payment is not None and payment.status is PaymentStatus.AUTHORISED:
        now = t("{amount} is charged to your card now.", amount=money(payment.amount))
        return t("{name} has accepted", name=booking.landlord_name), f"{now} {then}"
    paid = "" if payment is None else t("{amount} is paid by card.", amount=money(payment.amount))
    return t("Your stay is booked"), f"{paid} {then}".strip()


def _changed(booking: BookingRead, payment: PaymentRead | None) -> Told:
    stay = t("It is now {stay}.", stay=stay_words(booking))
    paid = "" if payment is None else t("{amount} is paid by card.", amount=money(payment.amount))
    return t("Your stay is changed"), f"{paid} {stay}".strip()


def _given_back(booking: BookingRead, payment: PaymentRead, *, is_change: bool) -> Told:
    back = _back_words(payment)
    if is_change:
        stay = t("The stay is {stay}.", stay=stay_words(booking))
        return t("The change could no longer be made"), f"{back} {stay}"
    return t("Your payment came too late"), t(
        "The dates had opened to others, and nothing is booked. {back}", back=back
    )


def _others(stage: Stage, booking: BookingRead, payment: PaymentRead | None) -> Told:
    then = next_words(booking, BookingSide.TENANT)
    if stage is Stage.ASKED:
        held = (
            "" if payment is None else t("{amount} is authorised, nothing is taken yet.", amount=money(payment.amount))
        )
        return t("You have asked {name}", name=booking.landlord_name), f"{held} {then}".strip()
    if stage is Stage.LET_GO:
        freed = t("What your card held is let go; your bank may show it for some days more.")
        return t("Nothing was taken"), f"{then} {freed}"
    if stage is Stage.ENDED:
        return t("Nothing is booked"), t("{then} Your card was not charged.", then=then)
    if stage is Stage.OVER:
        return t("This stay was cancelled"), then
    return t("There is nothing to pay here"), then


def button_label(stage: Stage, booking: BookingRead, part: ChangeRead | RentMonth | None) -> str:
    """What the button that leads to the provider's page says; "" where there is nothing to pay."""
    if stage is Stage.OPEN:
        return t("Open the payment page")
    if stage is not Stage.TO_PAY:
        return ""
    if part is None:
        return confirm_label(booking)
    return pay_month_label(part) if isinstance(part, RentMonth) else pay_change_label(booking, part)
