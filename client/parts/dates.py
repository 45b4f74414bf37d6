"""The calendar for a stay, with its words, and a range that is told only once it is complete."""

import dataclasses
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any, Final

import flet as ft

from client.core import clock
from client.core.boundaries import panel
from client.core.language import and_, day_long, month, t, tn, weekdays
from client.design.date_range import DateRangePicker, DateWords
from client.design.date_range_rules import DateRange, Off, StayRules, nights
from client.parts.facts import nights_words
from shared_models.calendars import MAX_RANGE_DAYS, Period
from shared_models.stay_dates import MAX_DAYS_AHEAD, MAX_STAY_NIGHTS, Stay
from shared_models.stay_limits import (
    Refusal,
    StayLimits,
    Weekday,
    change_refusals,
    max_days_ahead,
    refusals,
    shortest_stay,
)


def anywhere() -> StayRules:
    """What every home allows: from today on, as long as a stay may be."""
    today = clock.today_in("UTC")
    return StayRules(first=today, longest=MAX_STAY_NIGHTS, last=today + timedelta(days=MAX_DAYS_AHEAD))


_OFF: Final = {
    Refusal.IN_THE_PAST: Off.PAST,
    Refusal.TOO_SOON: Off.TOO_SOON,
    Refusal.TOO_FAR_AHEAD: Off.TOO_FAR,
    Refusal.NOT_THAT_WEEKDAY: Off.WRONG_WEEKDAY,
    Refusal.TOO_SHORT: Off.TOO_SHORT,
    Refusal.TOO_LONG: Off.TOO_LONG,
    Refusal.HAS_BEGUN: Off.HAS_BEGUN,
    Refusal.CHECK_OUT_IN_THE_PAST: Off.PAST,
}
"""What a refusal of the server is in the calendar. The others are about guests, or about no day."""


@dataclasses.dataclass(frozen=True)
class HomeRules(StayRules):
    """What one home allows, by the rule the server refuses by. `booked` is the stay that other dates are chosen for."""

    limits: StayLimits = dataclasses.field(default_factory=StayLimits)
    today: date = date.min
    booked: Stay | None = None

    def shortest_from(self, check_in: date) -> int:
        """The shortest stay of the season; one that has begun lasts until today at least."""
        shortest = shortest_stay(self.limits, check_in) or 1
        return max(shortest, (self.today - check_in).days) if check_in == self.fixed else shortest

    def refused(self, check_in: date, check_out: date) -> Off | None:
        """What the server would say, guests aside: those are chosen elsewhere."""
        if (check_out - check_in).days > MAX_STAY_NIGHTS:
            return Off.TOO_LONG
        stay = Stay(check_in=check_in, check_out=check_out)
        if self.booked is None:
            found = refusals(self.limits, stay, 1, self.today)
        else:
            found = change_refusals(self.limits, self.booked, stay, (1, 1), self.today)
        return next((_OFF[refusal] for refusal in found if refusal in _OFF), None)


def rules_of(limits: StayLimits, zone: str, taken: Iterable[Period], *, booked: Stay | None = None) -> HomeRules:
    """What one home allows, with its taken nights."""
    today = clock.today_in(zone)
    return HomeRules(
        first=today if booked is None else min(today, booked.check_in),
        taken=frozenset(night for period in taken for night in nights(period.start, period.end)),
        last=today + timedelta(days=MAX_RANGE_DAYS),
        fixed=None if booked is None or booked.check_in >= today else booked.check_in,
        limits=limits,
        today=today,
        booked=booked,
    )


def refusal_words(refusal: Refusal, limits: StayLimits, check_in: date) -> str:
    """Why a stay that would begin on `check_in` cannot be booked, as a sentence that says what would do."""
    shortest = shortest_stay(limits, check_in) or 1
    return {
        Refusal.IN_THE_PAST: t("These dates are over. Choose a check-in from today on."),
        Refusal.TOO_SOON: tn(
            "This home is booked at least {n} day ahead. Choose a later check-in.",
            "This home is booked at least {n} days ahead. Choose a later check-in.",
            limits.advance_notice_days or 0,
        ),
        Refusal.TOO_FAR_AHEAD: tn(
            "This home is booked at most {n} day ahead. Choose an earlier check-in.",
            "This home is booked at most {n} days ahead. Choose an earlier check-in.",
            max_days_ahead(limits),
        ),
        Refusal.NOT_THAT_WEEKDAY: t("Stays begin on these days here: {days}.", days=_check_in_days(limits)),
        Refusal.TOO_SHORT: t("{nights} is the minimum stay here.", nights=nights_words(shortest)),
        Refusal.TOO_LONG: t("{nights} is the maximum stay here.", nights=nights_words(limits.max_nights or 1)),
        Refusal.TOO_MANY_GUESTS: t("This home sleeps {n}. Choose fewer guests.", n=limits.sleeps or 0),
        Refusal.NOTHING_CHANGES: t("These are the dates and guests of now. Change one of them."),
        Refusal.HAS_BEGUN: t("The stay has begun, so only the check-out can change."),
        Refusal.CHECK_OUT_IN_THE_PAST: t("The check-out is over. Choose a day from today on."),
    }.get(refusal, t("This stay cannot be booked. Choose other dates."))


def _check_in_days(limits: StayLimits) -> str:
    names = dict(zip(Weekday, weekdays(short=False), strict=True))
    return and_([names[day] for day in limits.check_in_weekdays or ()])


def _off_words(rules: StayRules) -> Callable[[Off, date], str]:
    limits = rules.limits if isinstance(rules, HomeRules) else StayLimits()

    def words(off: Off, check_in: date) -> str:
        shortest = nights_words(shortest_stay(limits, check_in) or 1)
        return {
            Off.PAST: t("in the past"),
            Off.TOO_SOON: tn(
                "booked at least {n} day ahead here",
                "booked at least {n} days ahead here",
                limits.advance_notice_days or 0,
            ),
            Off.WRONG_WEEKDAY: t("stays begin on {days} here", days=_check_in_days(limits)),
            Off.HAS_BEGUN: t("the stay has begun"),
            Off.TAKEN: t("taken"),
            Off.GAP_TOO_SHORT: t(
                "someone else stays too soon after, {nights} is the minimum stay here", nights=shortest
            ),
            Off.TOO_SHORT: t("{nights} is the minimum stay here", nights=shortest),
            Off.TOO_LONG: t(
                "{nights} is the maximum stay here", nights=nights_words(limits.max_nights or MAX_STAY_NIGHTS)
            ),
            Off.PAST_NEXT_STAY: t("someone else stays before"),
            Off.TOO_FAR: tn(
                "booked at most {n} day ahead here", "booked at most {n} days ahead here", max_days_ahead(limits)
            ),
        }[off]

    return words


def _summary(rules: StayRules) -> Callable[[DateRange], str]:
    limits = rules.limits if isinstance(rules, HomeRules) else StayLimits()

    def summary(chosen: DateRange) -> str:
        if chosen.complete:
            words = nights_words(chosen.nights)
        else:
            words = t("Choose your check-out") if chosen.check_in else t("Choose your check-in")
        shortest = (shortest_stay(limits, chosen.check_in) if chosen.check_in else limits.min_nights) or 1
        if shortest > 1:
            words += " · " + t("minimum stay here: {n}", n=shortest)
        if chosen.check_in is None and limits.check_in_weekdays:
            words += " · " + t("stays begin on {days}", days=_check_in_days(limits))
        return words

    return summary


def date_words(rules: StayRules) -> DateWords:
    """Every word of the calendar for these rules."""
    ends = t("check-in"), t("check-out")
    return calendar_words(_off_words(rules), _summary(rules), ends=ends, inside=t("in your stay"))


def calendar_words(
    off: Callable[[Off, date], str], summary: Callable[[DateRange], str], *, ends: tuple[str, str], inside: str
) -> DateWords:
    """The words of a calendar: what its two ends and the days between are called, why a day is off, what is chosen."""
    return DateWords(
        weekdays=[name[:2] for name in weekdays()],
        month=month,
        day=day_long,
        off=off,
        summary=summary,
        check_in=ends[0],
        check_out=ends[1],
        inside=inside,
        previous=t("Previous month"),
        next=t("Next month"),
        clear=t("Clear"),
        keys=t("Days. Arrow keys go from one to the next."),
    )


@panel
def StayCalendar(
    chosen: DateRange,
    rules: StayRules,
    on_chosen: Callable[[DateRange], Any],
    *,
    months: int = 1,
    error: str | None = None,
    ref: ft.Ref[Any] | None = None,
) -> ft.Control:
    """A calendar that keeps a half-chosen range to itself: `on_chosen` hears of a whole stay, or of none.

    `ref` gets what takes the keys, to move the focus there.
    """
    state: Any = ft.use_state(None)
    draft, set_draft = state

    def change(wished: DateRange) -> None:
        half = wished.check_in is not None and not wished.complete
        set_draft(wished if half else None)
        if not half:
            on_chosen(wished)

    words = date_words(rules)
    return DateRangePicker(draft or chosen, rules, change, words=words, months=months, error=error, ref=ref)


def stay_range(check_in: date | None, check_out: date | None) -> DateRange:
    """A range from two dates that may be missing."""
    return DateRange(check_in, check_out) if check_in and check_out else DateRange()
