"""The calendar for a stay, with its words, and a range that is told only once it is complete."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import flet as ft

from client.core import clock
from client.core.language import day_long, month, t, weekdays
from client.design.date_range import DateRangePicker, DateWords
from client.design.date_range_rules import DateRange, Off, StayRules, nights
from client.parts.facts import nights_words
from shared_models.bookings import Refusal, StayLimits
from shared_models.calendars import Period
from shared_models.stay_dates import FARTHEST_ARRIVAL_DAYS, LONGEST_STAY_NIGHTS


def anywhere() -> StayRules:
    """What every home allows: from today on, as long as a stay may be."""
    today = clock.today_in("UTC")
    return StayRules(first=today, longest=LONGEST_STAY_NIGHTS, last=today + timedelta(days=FARTHEST_ARRIVAL_DAYS))


def rules_of(limits: StayLimits, zone: str, taken: Iterable[Period]) -> StayRules:
    """What one home allows, with its taken nights."""
    today = clock.today_in(zone)
    return StayRules(
        first=today,
        taken=frozenset(night for period in taken for night in nights(period.start, period.end)),
        shortest=limits.min_nights or 1,
        longest=min(limits.max_nights or LONGEST_STAY_NIGHTS, LONGEST_STAY_NIGHTS),
        last=today + timedelta(days=FARTHEST_ARRIVAL_DAYS),
    )


def refusal_words(refusal: Refusal, limits: StayLimits) -> str:
    """Why a stay cannot be booked, as a sentence that says what would do."""
    return {
        Refusal.IN_THE_PAST: t("These dates are over. Choose an arrival from today on."),
        Refusal.TOO_FAR_AHEAD: t("Homes can be booked two years ahead. Choose an earlier arrival."),
        Refusal.TOO_SHORT: t("{nights} is the shortest stay here.", nights=nights_words(limits.min_nights or 1)),
        Refusal.TOO_LONG: t("{nights} is the longest stay here.", nights=nights_words(limits.max_nights or 1)),
        Refusal.TOO_MANY_GUESTS: t("This home sleeps {n}. Choose fewer guests.", n=limits.sleeps or 0),
        Refusal.NOT_INSTANT: t(
            "The landlord does not take bookings here yet. Only homes that can be booked at once can."
        ),
    }.get(refusal, t("This stay cannot be booked. Choose other dates."))


def _off_words(rules: StayRules) -> Callable[[Off], str]:
    shortest = t("{nights} is the shortest stay here", nights=nights_words(rules.shortest))
    words = {
        Off.PAST: t("in the past"),
        Off.TAKEN: t("taken"),
        Off.GAP_TOO_SHORT: shortest,
        Off.TOO_SHORT: shortest,
        Off.TOO_LONG: t("{nights} is the longest stay here", nights=nights_words(rules.longest or 0)),
        Off.PAST_NEXT_STAY: t("someone else stays before"),
        Off.TOO_FAR: t("too far ahead to book"),
    }
    return lambda off: words[off]


def _summary(rules: StayRules) -> Callable[[DateRange], str]:
    def summary(chosen: DateRange) -> str:
        if chosen.complete:
            words = nights_words(chosen.nights)
        else:
            words = t("Choose when you leave") if chosen.arrive else t("Choose when you arrive")
        if rules.shortest > 1:
            words += " · " + t("shortest stay here: {n}", n=rules.shortest)
        return words

    return summary


def date_words(rules: StayRules) -> DateWords:
    """Every word of the calendar for these rules."""
    return DateWords(
        weekdays=[name[:2] for name in weekdays()],
        month=month,
        day=day_long,
        off=_off_words(rules),
        summary=_summary(rules),
        arrive=t("arrival"),
        leave=t("leaving"),
        inside=t("in your stay"),
        previous=t("Previous month"),
        next=t("Next month"),
        clear=t("Clear"),
    )


@ft.component
def StayCalendar(
    chosen: DateRange, rules: StayRules, on_chosen: Callable[[DateRange], Any], *, months: int = 1
) -> ft.Control:
    """A calendar that keeps a half-chosen range to itself: `on_chosen` hears of a whole stay, or of none."""
    state: Any = ft.use_state(None)
    draft, set_draft = state

    def change(wished: DateRange) -> None:
        half = wished.arrive is not None and not wished.complete
        set_draft(wished if half else None)
        if not half:
            on_chosen(wished)

    return DateRangePicker(draft or chosen, rules, change, words=date_words(rules), months=months)


def stay_range(arrive: date | None, leave: date | None) -> DateRange:
    """A range from two dates that may be missing."""
    return DateRange(arrive, leave) if arrive and leave else DateRange()
