"""What is asked before a stay is declined, cancelled or changed back: the same words wherever the button stands."""

from collections.abc import Awaitable, Callable
from typing import Any

from client.core.language import day_range, t
from client.parts.reason_question import ReasonQuestion
from client.parts.steps import other_name, stay_words
from shared_models.bookings import BookingRead, BookingSide, ChangeRead

Go = Callable[[str], Awaitable[Any]]


def decline_question(booking: BookingRead, go: Go) -> ReasonQuestion:
    """Before a landlord says no to a request."""
    return ReasonQuestion(
        title=t("Say no to {name}?", name=booking.tenant_name),
        consequence=t(
            "The dates {dates} open to others at once. {name} is told why, in your words.",
            dates=day_range(booking.arrive, booking.leave),
            name=booking.tenant_name,
        ),
        label=t("Why not"),
        act=t("Say no to {name}", name=booking.tenant_name),
        go=go,
        hints=(
            t("The home is not free on these dates."),
            t("The home does not suit this number of guests."),
            t("The home is being repaired."),
        ),
        keep=t("Not now"),
    )


def decline_change_question(booking: BookingRead, change: ChangeRead, side: BookingSide, go: Go) -> ReasonQuestion:
    """Before either side says no to the other's change."""
    name = other_name(booking, side)
    return ReasonQuestion(
        title=t("Say no to the change?"),
        consequence=t(
            "The stay remains as it is: {old}. {name} asked for {new}, and is told why not, in your words.",
            old=stay_words(booking),
            new=stay_words(change),
            name=name,
        ),
        label=t("Why not"),
        act=t("Say no to the change"),
        go=go,
        hints=(t("These dates do not suit me."), t("I would rather keep what we agreed.")),
        keep=t("Not now"),
    )


def cancel_question(booking: BookingRead, side: BookingSide, go: Go) -> ReasonQuestion:
    """Before either side cancels an agreed stay."""
    name = other_name(booking, side)
    paid = (
        t("You have paid nothing: the stay is paid on arrival. So nothing is paid back.")
        if side is BookingSide.TENANT
        else t("{name} has paid nothing: the stay is paid on arrival. So nothing is paid back.", name=name)
    )
    given = t(
        "The dates {dates} open to others at once, and this cannot be undone. {name} is told why, in your words.",
        dates=day_range(booking.arrive, booking.leave),
        name=name,
    )
    return ReasonQuestion(
        title=t("Cancel this stay?"),
        consequence=f"{given} {paid}",
        label=t("Why"),
        act=t("Cancel it now"),
        go=go,
        hints=(t("My plans have changed."),)
        if side is BookingSide.TENANT
        else (t("The home cannot be used on these dates."),),
        keep=t("Keep the stay"),
    )
