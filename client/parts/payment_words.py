"""How a stay is paid, in words: each follows the booking's own way of paying. Only here it is said that one pays on
arrival (a test reads all the other words for it), so that no screen tells somebody who paid by card to bring money.
"""

from client.core import clock
from client.core.language import day, money, t
from client.parts.refund_words import cancel_now_words, given_back_words
from shared_models.booking_steps import difference
from shared_models.bookings import BookingRead, BookingSide, PaymentWay
from shared_models.money import Money


def before_booking_words(payment: PaymentWay) -> str:
    """Below the button that begins a booking: what is paid now and what later."""
    if payment is PaymentWay.ON_ARRIVAL:
        return t("You pay nothing now. You pay on arrival.")
    return t("You pay nothing now.")


def cancelling_is_free_words() -> str:
    """Before a stay is held that is paid on arrival: what cancelling it costs."""
    return t(
        "You can cancel until the day of arrival is over. You pay on arrival, so before it nothing is to be paid back."
    )


def for_cards_words(payment: PaymentWay) -> str:
    """Beside the terms of a home: which stays they are for."""
    if payment is PaymentWay.ON_ARRIVAL:
        return t("This is for stays paid by card. Today stays are paid on arrival, and cancelling one costs nothing.")
    return t("This is for stays paid by card.")


def while_asking_words(payment: PaymentWay, landlord: str) -> str:
    """Below the button that asks for a stay."""
    if payment is PaymentWay.CARD:
        return t("Your card is charged only if {name} accepts.", name=landlord)
    return t("You pay nothing until {name} accepts.", name=landlord)


def asked_words(payment: PaymentWay, landlord: str, until: str) -> str:
    """While a request waits, for the tenant."""
    if payment is PaymentWay.CARD:
        return t("{name} answers by {until}. Your card is charged only if they accept.", name=landlord, until=until)
    return t("{name} answers by {until}. You pay nothing until then.", name=landlord, until=until)


def taken_back_words(payment: PaymentWay) -> str:
    """Before a request is taken back."""
    if payment is PaymentWay.CARD:
        return t("The dates open to others at once. Your card is not charged.")
    return t("The dates open to others at once. You have paid nothing.")


def how_it_is_paid_words(payment: PaymentWay) -> str:
    """Before a held stay is confirmed."""
    if payment is PaymentWay.ON_ARRIVAL:
        return t("You pay the landlord when you arrive, nothing before.")
    return (
        t("You pay by card when you book.") if payment is PaymentWay.CARD else t("See with the price how it is paid.")
    )


def confirm_label(booking: BookingRead) -> str:
    """The button that takes the dates for good and, where that is so, charges for them."""
    total = money(booking.total)
    if booking.payment is PaymentWay.ON_ARRIVAL:
        return t("Confirm booking, pay {total} on arrival", total=total)
    return t("Book and pay {total}", total=total)


def price_title(booking: BookingRead, side: BookingSide) -> str:
    """Above the price of an agreed stay."""
    tenant = side is BookingSide.TENANT
    if booking.payment is PaymentWay.ON_ARRIVAL:
        return t("What you pay on arrival") if tenant else t("What you are paid on arrival")
    return t("The price, paid by card") if booking.payment is PaymentWay.CARD else t("The price")


def paid_words(payment: PaymentWay) -> str:
    """Below the price on paper."""
    if payment is PaymentWay.ON_ARRIVAL:
        return t("Paid on arrival. Nothing is paid before.")
    return t("Paid by card.") if payment is PaymentWay.CARD else ""


def price_words(booking: BookingRead) -> str:
    """The price of a stay with how it is paid, in a line."""
    price = money(booking.total)
    if booking.payment is PaymentWay.ON_ARRIVAL:
        return t("{price}, paid on arrival", price=price)
    return t("{price}, paid by card", price=price) if booking.payment is PaymentWay.CARD else price


def check_in_words(payment: PaymentWay) -> str:
    """The step of checking in."""
    return t("Check in, and pay on arrival") if payment is PaymentWay.ON_ARRIVAL else t("Check in")


def arrival_words(booking: BookingRead, side: BookingSide) -> str:
    """What comes next of an agreed stay, until check-in."""
    on_arrival, when = booking.payment is PaymentWay.ON_ARRIVAL, day(booking.check_in)
    if side is BookingSide.TENANT:
        if on_arrival:
            return t("Go there and pay {name} on arrival.", name=booking.landlord_name)
        return t("Go there: {name} expects you on {day}.", name=booking.landlord_name, day=when)
    if on_arrival:
        total = money(booking.total)
        return t("{name} checks in on {day} and pays you {total}.", name=booking.tenant_name, day=when, total=total)
    return t("{name} checks in on {day}.", name=booking.tenant_name, day=when)


def difference_words(booking: BookingRead, wished: Money) -> str:
    """How much more a stay costs at another total: `£64.00 more than now`."""
    more = difference(booking, wished)
    if more.amount_minor == 0:
        return t("The price stays the same.")
    if more.amount_minor < 0:
        less = Money(amount_minor=-more.amount_minor, currency=more.currency)
        return t("{amount} less than now.", amount=money(less))
    if booking.payment is PaymentWay.ON_ARRIVAL:
        return t("{amount} more than now, paid on arrival.", amount=money(more))
    return t("{amount} more than now.", amount=money(more))


def paid_back_words(booking: BookingRead, side: BookingSide) -> str:
    """Before an agreed stay is cancelled by one side: what is paid back."""
    if booking.payment is PaymentWay.CARD:
        return cancel_now_words(booking, side, clock.now())
    if booking.payment is not PaymentWay.ON_ARRIVAL:
        return ""
    if side is BookingSide.TENANT:
        return t("You have paid nothing: the stay is paid on arrival. So nothing is paid back.")
    name = booking.tenant_name
    return t("{name} has paid nothing: the stay is paid on arrival. So nothing is paid back.", name=name)


def cancelled_words(booking: BookingRead, side: BookingSide, who: str) -> str:
    """That an agreed stay was cancelled, and what is paid back of it; `who` did it."""
    if booking.payment is PaymentWay.ON_ARRIVAL:
        return t("{who} cancelled this stay. Nothing was paid, so nothing is paid back.", who=who)
    told = t("{who} cancelled this stay.", who=who)
    return told if booking.refund is None else f"{told} {given_back_words(booking, side, booking.refund)}"
