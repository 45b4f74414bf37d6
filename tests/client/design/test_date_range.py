"""The calendar under keys that come faster than it is drawn."""

import asyncio
import contextvars
from datetime import date, timedelta

import flet as ft

from client.core.boundaries import panel
from client.core.hooks import use_made
from client.design.date_range import DateRangePicker
from client.design.date_range_rules import DateRange, StayRules
from client.features.landlord_calendar.block_form import block_words
from tests.client.harness import App

FIRST = date(2030, 5, 8)
RULES = StayRules(first=FIRST, shortest=3, longest=30, last=FIRST + timedelta(days=60))


@ft.observable
class Choice:
    def __init__(self) -> None:
        self.chosen = DateRange()

    def choose(self, chosen: DateRange) -> None:
        self.chosen = chosen


@panel
def Calendar() -> ft.Control:
    choice = use_made(Choice)
    return DateRangePicker(choice.chosen, RULES, choice.choose, words=block_words())


def day_of(app: App, day: date) -> ft.OutlinedButton:
    """The button of a day."""
    for button in app.all(ft.OutlinedButton):
        if [text.value for text in app.inside(button, ft.Text)] == [str(day.day)]:
            return button
    raise AssertionError(f"no {day}")


async def test_a_key_before_the_press_is_drawn_moves_the_focus_to_a_day_that_takes_it() -> None:
    app = await App.show(Calendar)
    (keys,) = app.all(ft.KeyboardListener)
    press = (day_of(app, FIRST)._i, "click", None)
    key = (keys._i, "key_down", {"key": "Arrow Right"})
    app.wire.sent.clear()
    # Both are here before anything is drawn, as on a busy machine.
    await asyncio.gather(
        *(
            asyncio.create_task(app.session.dispatch_event(*event), context=contextvars.Context())
            for event in (press, key)
        )
    )
    await app.settle()
    third = day_of(app, FIRST + timedelta(days=3))
    assert day_of(app, FIRST + timedelta(days=1)).disabled, "two nights are too few"
    assert not third.disabled
    assert [call.control_id for call in app.calls("focus")] == [third._i]
    drawn = next(place for place, message in enumerate(app.wire.sent) if message.action.name == "PATCH_CONTROL")
    asked = next(place for place, message in enumerate(app.wire.sent) if message.action.name == "INVOKE_METHOD")
    assert drawn < asked, "what is off in the browser takes no focus"
