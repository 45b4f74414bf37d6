"""Which nights are picked to be blocked: by a press, by a drag, by keys. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from client.features.landlord_calendar.grid import Span, is_free
from shared_models.calendars import PropertyCalendar

ONE_DAY: Final = timedelta(days=1)
SIDEWAYS: Final = {"ArrowLeft": -1, "ArrowRight": 1}
UP_AND_DOWN: Final = {"ArrowUp": -1, "ArrowDown": 1}


@dataclass(frozen=True)
class Pick:
    """Nights of one home from where it began to where it was drawn, as far as they are free."""

    property_id: UUID
    anchor: date
    """The night it began with."""
    reach: date
    """The night it was drawn to; where the keys stand."""
    start: date
    end: date
    """The day it is free again; `start` when no night is picked."""
    closed: bool = False
    """Whether the next press begins anew instead of drawing it further."""

    @property
    def nights(self) -> int:
        """How many nights are picked; 0 where the keys stand on a night that is taken."""
        return (self.end - self.start).days

    @property
    def stopped(self) -> bool:
        """Whether a taken night stands between where it began and where it was drawn to."""
        return not self.nights or not self.start <= self.reach < self.end


def can_pick(home: PropertyCalendar, night: date, today: date) -> bool:
    """Whether a night can be blocked: free, and not over."""
    return night >= today and is_free(home.claims, night)


def draw(home: PropertyCalendar, anchor: date, reach: date, today: date) -> Pick:
    """The nights from `anchor` to `reach`, either way, up to the first that cannot be blocked."""
    step = ONE_DAY if reach >= anchor else -ONE_DAY
    last, night = None, anchor
    while can_pick(home, night, today):
        last = night
        if night == reach:
            break
        night += step
    if last is None:
        return Pick(home.property_id, anchor, reach, anchor, anchor)
    return Pick(home.property_id, anchor, reach, min(anchor, last), max(anchor, last) + ONE_DAY)


def press(pick: Pick | None, home: PropertyCalendar, night: date, today: date) -> Pick | None:
    """What is picked after a night was pressed: the first press picks it, the second picks all nights up to it.

    With a taken night between, the second press begins anew; a night that cannot be blocked changes nothing.
    """
    if not can_pick(home, night, today):
        return pick
    if pick is not None and pick.property_id == home.property_id and pick.nights and not pick.closed:
        drawn = draw(home, pick.anchor, night, today)
        if not drawn.stopped:
            return replace(drawn, closed=True)
    return draw(home, night, night, today)


def steer(
    pick: Pick | None, homes: Sequence[PropertyCalendar], key: str, shift: bool, span: Span, today: date
) -> Pick | None:
    """What is picked after a key: arrows go to another night or home, with Shift they draw. None: the key is not ours.

    The first key stands on the first night that can be seen and blocked.
    """
    if not homes or (key not in SIDEWAYS and key not in UP_AND_DOWN):
        return None
    places = {home.property_id: number for number, home in enumerate(homes)}
    if pick is None or pick.property_id not in places:
        first = min(max(today, span.start), span.end - ONE_DAY)
        return draw(homes[0], first, first, today)
    row = places[pick.property_id]
    if key in UP_AND_DOWN:
        other = homes[min(max(row + UP_AND_DOWN[key], 0), len(homes) - 1)]
        return draw(other, pick.reach, pick.reach, today)
    night = pick.reach + SIDEWAYS[key] * ONE_DAY
    night = min(max(night, span.start), span.end - ONE_DAY)
    return draw(homes[row], pick.anchor if shift else night, night, today)
