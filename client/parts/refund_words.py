"""What is given back when a stay is cancelled, in words: the terms, the refund now, and when it becomes less. Pure.

Whose clock a moment is told by is always said; every amount is the one that the server pays back.
"""

from collections.abc import Sequence
from datetime import datetime

from client.core.language import money, t, tn
from client.parts.status import deadline
from shared_models.bookings import BookingRead, BookingSide
from shared_models.cancellation import (
    FREE_DAYS_AHEAD,
    FREE_HOURS,
    LONG_NOTICE,
    LONG_STAY_NIGHTS,
    CancelledStay,
    RefundStep,
    ahead,
    price_paid,
    refund_at,
)
from shared_models.cancellation_terms import CancellationPolicy, CancellationTerms, CancellationTier
from shared_models.money import Money


def policy_word(policy: CancellationPolicy) -> str:
    """What a policy is called."""
    return {
        CancellationPolicy.FLEXIBLE: t("Flexible"),
        CancellationPolicy.MODERATE: t("Moderate"),
        CancellationPolicy.LIMITED: t("Limited"),
        CancellationPolicy.FIRM: t("Firm"),
        CancellationPolicy.NON_REFUNDABLE: t("Non-refundable"),
        CancellationPolicy.CUSTOM: t("Your own"),
    }.get(policy, t("Another policy"))


def policy_sentence(policy: CancellationPolicy) -> str:
    """What a policy gives back, in a sentence."""
    return {
        CancellationPolicy.FLEXIBLE: t(
            "All comes back until a day before check-in. After that the first night is kept."
        ),
        CancellationPolicy.MODERATE: t(
            "All comes back until 5 days before check-in. After that the first night and half of the others are kept."
        ),
        CancellationPolicy.LIMITED: t(
            "All comes back until 14 days before check-in, half of the nights until 7 days before, then none of them."
        ),
        CancellationPolicy.FIRM: t(
            "All comes back until 30 days before check-in, half of the nights until 7 days before, then none of them."
        ),
        CancellationPolicy.NON_REFUNDABLE: t("The nights do not come back, however early the stay is cancelled."),
        CancellationPolicy.CUSTOM: t("Up to five steps that you choose."),
    }.get(policy, t("This version of the app does not know this policy. Update it to read more."))


def terms_words(terms: CancellationTerms, nights: int | None = None) -> list[str]:
    """All that is given back when, a sentence each; for a stay of so many nights (None: of any length)."""
    tiers = terms.tiers if terms.policy is CancellationPolicy.CUSTOM else None
    told = [policy_sentence(terms.policy)] if tiers is None else tiers_words(tiers)
    long, *always = always_words()
    if nights is None:
        return [*told, long, *always]
    return [*([long] if nights >= LONG_STAY_NIGHTS else told), *always]


def always_words() -> list[str]:
    """What holds whatever the policy, a sentence each; the first is for long stays, which have terms of their own."""
    return [
        t(
            "Of {n} nights or more all comes back until {days} days before check-in; then {days} nights are kept.",
            n=LONG_STAY_NIGHTS,
            days=LONG_NOTICE,
        ),
        t("Cleaning and tourist tax come back unless the stay has begun."),
        t(
            "All comes back within {hours} hours of confirming, if that is at least {days} days before check-in.",
            hours=FREE_HOURS,
            days=FREE_DAYS_AHEAD,
        ),
        t("All comes back when the landlord cancels."),
    ]


def tiers_words(tiers: Sequence[CancellationTier]) -> list[str]:
    """Tiers of a landlord's own: `90 % of the nights come back until 14 days before check-in.`"""
    told = [
        tn(
            "{percent} % of the nights come back until {n} day before check-in.",
            "{percent} % of the nights come back until {n} days before check-in.",
            tier.days_before,
            percent=tier.refund_percent,
        )
        if tier.days_before
        else t("{percent} % of the nights come back until check-in.", percent=tier.refund_percent)
        for tier in tiers
    ]
    return [*told, t("After that none of them.")]


def now_words(booked: CancelledStay, moment: datetime) -> str:
    """What comes back now, and until when: `All of £275.00 comes back until Tue 9 Jun, 15:00 BST.`"""
    steps = ahead(booked, moment)
    if not steps:
        return t("The last night is over, so the stay is not cancelled any more.")
    now = steps[0]
    until = "" if now.until is None else deadline(now.until, booked.zone)
    paid = money(now.refund + now.kept)
    if not (now.refund + now.kept).amount_minor:
        return t("No month is paid yet, so nothing comes back.")
    if not now.refund.amount_minor:
        return t("Nothing of {paid} comes back.", paid=paid)
    if not now.kept.amount_minor:
        return t("All of {paid} comes back until {until}.", paid=paid, until=until)
    return t("{refund} of {paid} comes back until {until}.", refund=money(now.refund), paid=paid, until=until)


def then_words(booked: CancelledStay, moment: datetime) -> str:
    """What comes back next, once it is less; "" when it does not become less while a stay can be cancelled."""
    steps = ahead(booked, moment)
    if len(steps) < 2:
        return ""
    then = steps[1]
    if not then.refund.amount_minor:
        return t("After that nothing comes back.")
    if len(steps) == 2 or then.until is None:
        return t("After that {refund} comes back.", refund=money(then.refund))
    until = deadline(then.until, booked.zone)
    return t("After that {refund} comes back, until {until}.", refund=money(then.refund), until=until)


def step_words(step: RefundStep, zone: str) -> str:
    """Until when a step lasts."""
    return "" if step.until is None else t("Until {until}", until=deadline(step.until, zone))


def given_back_words(booking: BookingRead, side: BookingSide, refund: Money) -> str:
    """What goes back of a stay that was cancelled."""
    amount, paid = money(refund), money(price_paid(booking))
    if not price_paid(booking).amount_minor:
        return t("No month was paid, so nothing goes back.")
    if side is BookingSide.TENANT:
        return t("{refund} of {paid} goes back to you.", refund=amount, paid=paid)
    return t("{refund} of {paid} goes back to {name}.", refund=amount, paid=paid, name=booking.tenant_name)


def cancel_now_words(booking: BookingRead, side: BookingSide, moment: datetime) -> str:
    """Before an agreed stay that was paid by card is cancelled: what goes back now, and when it becomes less."""
    booked = CancelledStay.of(booking)
    refund = refund_at(booked, moment, side)
    told = given_back_words(booking, side, refund.total)
    if side is BookingSide.LANDLORD:
        return told
    steps = ahead(booked, moment)
    if len(steps) < 2 or steps[0].until is None:
        return told
    until = deadline(steps[0].until, booked.zone)
    less = t("From {until} on it is {refund}.", until=until, refund=money(steps[1].refund))
    return f"{told} {less}"
