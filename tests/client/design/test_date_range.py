"""The calendar under keys that come faster than it is drawn."""

import asyncio
import contextvars
from datetime import date, timedelta

import flet as ft
import pytest

from client.core.boundaries import panel
from client.core.hooks import use_once
from client.design import date_range
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
    choice = use_once(Choice)
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


async def test_a_day_that_drops_the_focus_a_key_gave_it_has_it_back_once() -> None:
    app = await App.show(Calendar)
    (keys,) = app.all(ft.KeyboardListener)
    next_day = day_of(app, FIRST + timedelta(days=1))
    await app.event(keys, "key_down", {"key": "Arrow Right"})
    for _ in range(2):
        await app.event(next_day, "blur")
    assert [call.control_id for call in app.calls("focus")] == [next_day._i] * 2


async def test_who_goes_on_from_a_day_is_not_brought_back() -> None:
    app = await App.show(Calendar)
    (keys,) = app.all(ft.KeyboardListener)
    next_day = day_of(app, FIRST + timedelta(days=1))
    await app.event(keys, "key_down", {"key": "Arrow Right"})
    await app.event(keys, "key_down", {"key": "Tab"})
    await app.event(next_day, "blur")
    assert [call.control_id for call in app.calls("focus")] == [next_day._i]
    with pytest.MonkeyPatch.context() as later:
        await app.event(keys, "key_down", {"key": "Arrow Left"})
        later.setattr(date_range, "FALLS_WITHIN_SECONDS", -1.0)
        await app.event(keys, "key_down", {"key": "Arrow Right"})
        await app.event(next_day, "blur")
    assert [call.control_id for call in app.calls("focus")][1:] == [day_of(app, FIRST)._i, next_day._i]
