"""The calendar for a stay, with its words, and a range that is told only once it is complete."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import flet as ft

from client.core import clock
from client.core.language import and_, day_long, month, t, tn, weekdays
from client.design.date_range import DateRangePicker, DateWords
from client.design.date_range_rules import DateRange, Off, StayRules, nights
from client.parts.facts import nights_words
from shared_models.calendars import Period
from shared_models.stay_dates import FARTHEST_ARRIVAL_DAYS, LONGEST_STAY_NIGHTS
from shared_models.stay_limits import Refusal, StayLimits, Weekday, farthest_arrival, shortest_stay


def anywhere() -> StayRules:
    """What every home allows: from today on, as long as a stay may be."""
    today = clock.today_in("UTC")
    return StayRules(first=today, longest=LONGEST_STAY_NIGHTS, last=today + timedelta(days=FARTHEST_ARRIVAL_DAYS))


def rules_of(limits: StayLimits, zone: str, taken: Iterable[Period]) -> StayRules:
    """What one home allows, with its taken nights. Weekdays and seasons are left to `refusal_words`."""
    today = clock.today_in(zone)
    longest = min(limits.max_nights or LONGEST_STAY_NIGHTS, LONGEST_STAY_NIGHTS)
    ahead = min(FARTHEST_ARRIVAL_DAYS, farthest_arrival(limits) + longest)
    return StayRules(
        first=today + timedelta(days=limits.advance_notice_days or 0),
        taken=frozenset(night for period in taken for night in nights(period.start, period.end)),
        shortest=min([limits.min_nights or 1, *(season.min_nights for season in limits.seasons or ())]),
        longest=longest,
        last=today + timedelta(days=ahead),
    )


def refusal_words(refusal: Refusal, limits: StayLimits, arrive: date) -> str:
    """Why a stay that would begin on `arrive` cannot be booked, as a sentence that says what would do."""
    shortest = shortest_stay(limits, arrive) or 1
    return {
        Refusal.IN_THE_PAST: t("These dates are over. Choose an arrival from today on."),
        Refusal.TOO_SOON: tn(
            "This home is booked at least {n} day ahead. Choose a later arrival.",
            "This home is booked at least {n} days ahead. Choose a later arrival.",
            limits.advance_notice_days or 0,
        ),
        Refusal.TOO_FAR_AHEAD: tn(
            "This home is booked at most {n} day ahead. Choose an earlier arrival.",
            "This home is booked at most {n} days ahead. Choose an earlier arrival.",
            farthest_arrival(limits),
        ),
        Refusal.NOT_THAT_WEEKDAY: t("Stays begin on these days here: {days}.", days=_arrival_days(limits)),
        Refusal.TOO_SHORT: t("{nights} is the shortest stay here.", nights=nights_words(shortest)),
        Refusal.TOO_LONG: t("{nights} is the longest stay here.", nights=nights_words(limits.max_nights or 1)),
        Refusal.TOO_MANY_GUESTS: t("This home sleeps {n}. Choose fewer guests.", n=limits.sleeps or 0),
        Refusal.NOTHING_CHANGES: t("These are the dates and guests of now. Change one of them."),
        Refusal.HAS_BEGUN: t("The stay has begun, so only the day of leaving can change."),
        Refusal.LEAVES_IN_THE_PAST: t("The day of leaving is over. Choose a day from today on."),
    }.get(refusal, t("This stay cannot be booked. Choose other dates."))


def _arrival_days(limits: StayLimits) -> str:
    names = dict(zip(Weekday, weekdays(short=False), strict=True))
    return and_([names[day] for day in limits.arrival_weekdays or ()])


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
