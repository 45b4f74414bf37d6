"""How a stay is paid, in words: each follows the booking's own way of paying. Only here it is said that one pays on
arrival (a test reads all the other words for it), so that no screen tells somebody who paid by card to bring money.
"""

from datetime import date

from client.core import clock
from client.core.language import day, day_range, money, t
from client.parts.refund_words import cancel_now_words, given_back_words, terms_words
from shared_models.booking_steps import difference, waiting_month
from shared_models.bookings import THROUGH_US, BookingRead, BookingSide, BookingStatus, ChangeRead, PaymentWay
from shared_models.cancellation import price_paid
from shared_models.cancellation_terms import CancellationTerms
from shared_models.money import Money
from shared_models.payments import UNSETTLED, PaymentStatus
from shared_models.rent_months import RentMonth, RentMonthStatus, is_overdue, is_payable, next_to_pay
from shared_models.stay_dates import local_day


def before_booking_words(payment: PaymentWay) -> str:
    """Below the button that begins a booking: what is paid now and what later."""
    if payment is PaymentWay.ON_ARRIVAL:
        return t("You pay nothing now. You pay on arrival.")
    if payment is PaymentWay.MONTHLY:
        return t("You pay nothing now. You pay month by month, the first month once the stay is agreed.")
    return t("Nothing is charged yet.")


def cancelling_is_free_words() -> str:
    """Before a stay is held that is paid on arrival: what cancelling it costs."""
    return t(
        "You can cancel until the day of arrival is over. You pay on arrival, so before it nothing is to be paid back."
    )


def of_months_words() -> str:
    """Beside the terms of a home whose stays are paid month by month: what they mean for what is paid."""
    return t(
        "Stays by the month are paid month by month. What is kept is kept of what was paid by then, and never more."
    )


def of_months_refund_words(terms: CancellationTerms, nights: int) -> str:
    """Before a stay is held that is paid month by month: what comes back of it."""
    return f"{terms_words(terms, nights)[0]} {of_months_words()}"


def while_asking_words(payment: PaymentWay, landlord: str) -> str:
    """Below the button that asks for a stay."""
    if payment is PaymentWay.CARD:
        return t("Your card is authorised on the next page. Nothing is taken unless {name} accepts.", name=landlord)
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
    if payment is PaymentWay.MONTHLY:
        return t("You pay month by month by card: each month on the day it begins, nothing before the stay is agreed.")
    return (
        t("You pay by card when you book.") if payment is PaymentWay.CARD else t("See with the price how it is paid.")
    )


def confirm_label(booking: BookingRead) -> str:
    """The button that takes the dates for good and, where that is so, charges for them."""
    if booking.payment is PaymentWay.ON_ARRIVAL:
        return t("Confirm booking, pay {total} on arrival", total=money(booking.total))
    if booking.payment is PaymentWay.MONTHLY:
        return t("Confirm booking, pay {total} month by month", total=money(booking.total))
    return pay_label(booking.total, asks=not booking.instant_book)


def pay_label(total: Money, *, asks: bool) -> str:
    """The last button before the provider's page. What it says must say that it costs, and how much
    (ECJ C-249/21); where the landlord is asked it authorises only.
    """
    if asks:
        return t("Ask and authorise {total}", total=money(total))
    return t("Book and pay {total}", total=money(total))


def pay_change_label(booking: BookingRead, change: ChangeRead) -> str:
    """The button that pays what a change costs more."""
    return t("Pay {amount} to change", amount=money(difference(booking, change.total)))


def pay_month_label(month: RentMonth) -> str:
    """The button that pays a month: `Pay Fri 15 Feb – Thu 14 Mar: £1,000.00`."""
    return t("Pay {days}: {amount}", days=day_range(month.due, month.last), amount=money(month.amount))


def month_words(month: RentMonth, today: date) -> str:
    """How a month stands on a day at the home."""
    if month.status is RentMonthStatus.PAID:
        return t("Paid")
    if is_overdue(month, today):
        return t("Overdue since {day}", day=day(month.due))
    if month.payment_status in UNSETTLED:
        return t("It is being paid by card.")
    return t("Due on {day}", day=day(month.due))


def due_words(booking: BookingRead) -> str:
    """Of a stay that is paid month by month: what its tenant can pay now, where that is not its next step anyway."""
    today, month = local_day(clock.now(), booking.home.zone), next_to_pay(booking.months)
    if month is None or not is_payable(month, today) or waiting_month(booking, clock.now()) is not None:
        return ""
    return t("{amount}: {when}", amount=money(month.amount), when=month_words(month, today))


def accept_change_label(booking: BookingRead, change: ChangeRead, side: BookingSide) -> str:
    """The button that agrees to the other side's change; who has to pay by card for it is told how much."""
    more = difference(booking, change.total)
    if side is BookingSide.TENANT and booking.payment is PaymentWay.CARD and more.amount_minor > 0:
        return t("Accept and pay {amount}", amount=money(more))
    return t("Accept {amount}", amount=money(change.total))


def before_paying_words() -> str:
    """Below the button that leads to the provider's page."""
    return t("You pay on the page of Stripe, which takes the card for us. The dates are kept for you meanwhile.")


def opening_words() -> str:
    """While the provider makes the page."""
    return t("Opening the payment page…")


def to_pay_words(booking: BookingRead, side: BookingSide, until: str) -> str:
    """Who pays what until when, and what happens when it is not paid."""
    if booking.status is BookingStatus.HELD:
        return _held_words(booking, side, until)
    month = waiting_month(booking, clock.now())
    if month is not None:
        return _month_to_pay_words(booking, month, side)
    more = "" if booking.change is None else money(difference(booking, booking.change.total))
    if side is BookingSide.TENANT:
        return t("Pay {amount} by {until}, or the stay remains as it is.", amount=more, until=until)
    name = booking.tenant_name
    return t("{name} pays {amount} more by {until}, or the stay remains as it is.", name=name, amount=more, until=until)


def _month_to_pay_words(booking: BookingRead, month: RentMonth, side: BookingSide) -> str:
    told = {"amount": money(month.amount), "day": day(month.due), "name": booking.tenant_name}
    tenant = side is BookingSide.TENANT
    if is_overdue(month, local_day(clock.now(), booking.home.zone)):
        if tenant:
            return t("Pay {amount}: it was due on {day}.", **told)
        return t("{name} has not paid {amount}, which was due on {day}.", **told)
    if tenant:
        return t("Pay {amount} by {day}, for the month that begins then.", **told)
    return t("{name} pays {amount} by {day}, for the month that begins then.", **told)


def _held_words(booking: BookingRead, side: BookingSide, until: str) -> str:
    amount, name = money(booking.total), booking.tenant_name
    if side is BookingSide.LANDLORD:
        return t("{name} pays by {until}, or the dates open to others.", name=name, until=until)
    if booking.instant_book:
        return t("Pay {amount} by {until}, or the dates open to others.", amount=amount, until=until)
    return t("Authorise {amount} by {until}, or the dates open to others.", amount=amount, until=until)


def price_title(booking: BookingRead, side: BookingSide) -> str:
    """Above the price of an agreed stay."""
    tenant = side is BookingSide.TENANT
    if booking.payment is PaymentWay.ON_ARRIVAL:
        return t("What you pay on arrival") if tenant else t("What you are paid on arrival")
    if booking.payment is PaymentWay.MONTHLY:
        return t("What you pay, month by month") if tenant else t("What you are paid, month by month")
    return t("The price, paid by card") if booking.payment is PaymentWay.CARD else t("The price")


def paid_words(booking: BookingRead, side: BookingSide) -> str:
    """Below the price: what was paid so far, or what became of it; "" where that is not known."""
    if booking.payment is PaymentWay.ON_ARRIVAL:
        return t("Paid on arrival. Nothing is paid before.")
    if booking.payment is PaymentWay.MONTHLY:
        return _monthly_words(booking)
    if booking.payment is not PaymentWay.CARD:
        return ""
    if booking.paid is not None:
        return _captured_words(booking.paid, booking.total)
    return _uncaptured_words(booking, side)


def _monthly_words(booking: BookingRead) -> str:
    if booking.paid is None:
        return t("Nothing is paid yet. It is paid month by month.") if booking.status is BookingStatus.CONFIRMED else ""
    if booking.status not in (BookingStatus.CONFIRMED, BookingStatus.COMPLETED):
        return _captured_words(booking.paid, price_paid(booking))
    return t("{amount} of {total} is paid so far.", amount=money(booking.paid), total=money(booking.total))


def _captured_words(paid: Money, total: Money) -> str:
    if not paid.amount_minor:
        return t("All that was paid by card has gone back.")
    if paid == total:
        return t("{amount} is paid by card.", amount=money(paid))
    return t("{amount} is paid by card, after what went back.", amount=money(paid))


def _uncaptured_words(booking: BookingRead, side: BookingSide) -> str:
    tenant, status = side is BookingSide.TENANT, booking.payment_status
    if status is PaymentStatus.AUTHORISED:
        if booking.status is BookingStatus.CONFIRMED:
            return t("It is being charged to the card.")
        if tenant:
            return t("Authorised on your card; taken only if {name} accepts.", name=booking.landlord_name)
        return t("Authorised on the card of {name}; taken when you accept.", name=booking.tenant_name)
    if status in (PaymentStatus.INTENDED, PaymentStatus.OPEN):
        return t("It is being paid by card.")
    if status is None and booking.status is BookingStatus.HELD:
        return t("To be paid by card.")
    return t("Nothing was taken.") if booking.confirmed_at is None else ""


def price_words(booking: BookingRead) -> str:
    """The price of a stay with how it is paid, in a line."""
    price = money(booking.total)
    if booking.payment is PaymentWay.ON_ARRIVAL:
        return t("{price}, paid on arrival", price=price)
    if booking.payment is PaymentWay.MONTHLY:
        return t("{price}, paid month by month", price=price)
    if booking.payment is not PaymentWay.CARD:
        return price
    if booking.paid is not None:
        return t("{price}, paid by card", price=price)
    if booking.payment_status is PaymentStatus.AUTHORISED:
        return t("{price}, authorised by card", price=price)
    return t("{price}, to be paid by card", price=price) if booking.status is BookingStatus.HELD else price


def agreed_words(booking: BookingRead, who: str) -> str:
    """How a held stay was agreed; `who` did it."""
    if booking.payment is PaymentWay.CARD:
        return t("{who} paid, and the stay was agreed", who=who)
    return t("{who} confirmed the booking", who=who)


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


def difference_words(booking: BookingRead, wished: Money, side: BookingSide) -> str:
    """How much more a stay costs at another total, and who pays it when: `£64.00 more than now, paid on arrival.`"""
    more = difference(booking, wished)
    if more.amount_minor == 0:
        return t("The price stays the same.")
    tenant, name = side is BookingSide.TENANT, booking.tenant_name
    if more.amount_minor < 0:
        less = money(Money(amount_minor=-more.amount_minor, currency=more.currency))
        if booking.payment is not PaymentWay.CARD:
            return t("{amount} less than now.", amount=less)
        if tenant:
            return t("{amount} less than now: it goes back to your card.", amount=less)
        return t("{amount} less than now: it goes back to {name}.", amount=less, name=name)
    if booking.payment is PaymentWay.ON_ARRIVAL:
        return t("{amount} more than now, paid on arrival.", amount=money(more))
    if booking.payment is not PaymentWay.CARD:
        return t("{amount} more than now.", amount=money(more))
    if tenant:
        return t("{amount} more than now: you pay it by card once it is agreed.", amount=money(more))
    return t("{amount} more than now: {name} pays it by card once it is agreed.", amount=money(more), name=name)


def paid_back_words(booking: BookingRead, side: BookingSide) -> str:
    """Before an agreed stay is cancelled by one side: what is paid back."""
    if booking.payment in THROUGH_US:
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
