"""What is asked before a stay is accepted, declined, cancelled or changed: the same words at each button for it."""

from collections.abc import Awaitable, Callable
from typing import Any

from client.core import clock
from client.core.language import day_range, money, t
from client.parts.dialogs import Question
from client.parts.payment_words import accept_change_label, difference_words, paid_back_words
from client.parts.reason_question import ReasonQuestion
from client.parts.steps import other_name, stay_words
from shared_models.bookings import BookingRead, BookingSide, ChangeRead

Go = Callable[[str], Awaitable[Any]]


def accept_question(booking: BookingRead, go: Callable[[], Any]) -> Question:
    """Before a landlord accepts a request: who, when and for how much. `go` is a plain function that begins it."""
    return Question(
        title=t("Accept the request of {name}?", name=booking.tenant_name),
        consequence=t(
            "{name} stays at {home}: {stay}. The stay is agreed at once, and {name} is told.",
            name=booking.tenant_name,
            home=booking.home.title,
            stay=stay_words(booking),
        ),
        act=t("Accept {amount}", amount=money(booking.total)),
        go=go,
        keep=t("Not now"),
    )


def accept_change_question(
    booking: BookingRead, change: ChangeRead, side: BookingSide, go: Callable[[], Any]
) -> Question:
    """Before either side accepts the other's change: what it is now and what it will be."""
    name = other_name(booking, side)
    told = t(
        "The stay at {home} becomes {new}. Until now it is {old}. {name} is told at once.",
        home=booking.home.title,
        new=stay_words(change),
        old=stay_words(booking),
        name=name,
    )
    return Question(
        title=t("Accept the change {name} asks for?", name=name),
        consequence=f"{told} {difference_words(booking, change.total, side)}",
        act=accept_change_label(booking, change, side),
        go=go,
        keep=t("Not now"),
    )


def decline_question(booking: BookingRead, go: Go) -> ReasonQuestion:
    """Before a landlord declines a request."""
    return ReasonQuestion(
        title=t("Decline the request of {name}?", name=booking.tenant_name),
        consequence=t(
            "The dates {dates} open to others at once. {name} is told why, in your words.",
            dates=day_range(booking.check_in, booking.check_out),
            name=booking.tenant_name,
        ),
        label=t("Why not"),
        act=t("Decline the request"),
        go=go,
        hints=(
            t("The home is not free on these dates."),
            t("The home does not suit this number of guests."),
            t("The home is being repaired."),
        ),
        keep=t("Not now"),
    )


def decline_change_question(booking: BookingRead, change: ChangeRead, side: BookingSide, go: Go) -> ReasonQuestion:
    """Before either side declines the other's change."""
    name = other_name(booking, side)
    return ReasonQuestion(
        title=t("Decline the change?"),
        consequence=t(
            "The stay remains as it is: {old}. {name} asked for {new}, and is told why not, in your words.",
            old=stay_words(booking),
            new=stay_words(change),
            name=name,
        ),
        label=t("Why not"),
        act=t("Decline the change"),
        go=go,
        hints=(t("These dates do not suit me."), t("I would rather keep what we agreed.")),
        keep=t("Not now"),
    )


def cancel_question(booking: BookingRead, side: BookingSide, go: Go) -> ReasonQuestion:
    """Before either side cancels an agreed stay; nights that are over open to nobody."""
    name = other_name(booking, side)
    first = max(booking.check_in, clock.today_in(booking.home.zone))
    given = t(
        "The dates {dates} open to others at once, and this cannot be undone. {name} is told why, in your words.",
        dates=day_range(first, booking.check_out),
        name=name,
    )
    return ReasonQuestion(
        title=t("Cancel this stay?"),
        consequence=f"{given} {paid_back_words(booking, side)}",
        label=t("Why"),
        act=t("Cancel it now"),
        go=go,
        hints=(t("My plans have changed."),)
        if side is BookingSide.TENANT
        else (t("The home cannot be used on these dates."),),
        keep=t("Keep the stay"),
    )
