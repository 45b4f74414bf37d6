"""The form of a block, where it is quicker than the screen."""

import pytest

from shared_models.auth import Role
from tests.client.conftest import OpenClient
from tests.client.landlord_calendar.test_calendar_screen import a_block, bar, blocks, in_may
from tests.client.waiting import see, until
from tests.conftest import Api, MakePerson, MakeProperty

__all__ = ["in_may"]
pytestmark = pytest.mark.usefixtures("in_may")


async def test_a_note_is_saved_to_its_last_letter_however_soon_the_button_is_pressed(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_block(api, me, await a_property(me), 3, 5, "Roof")
    app = await open_client("/landlord/calendar", me)
    await see(app, "Roof")
    await app.press(bar(app, "Blocked by you: Roof") or "")
    await until(app, lambda: "Save" in app.names(), "the form")
    await app.type_and_press("Note, for you alone", "Roof and gutter", "Save")
    await see(app, "Saved: ")
    assert await blocks(api, me) == [(3, 5, "Roof and gutter")]
