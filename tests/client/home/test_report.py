"""Reporting a home from its page."""

import pytest

from shared_models.auth import Role
from tests.client.conftest import Line, OpenClient
from tests.client.waiting import choose, dismiss, dropdown, gone, see
from tests.conftest import Api, MakePerson, MakeProperty


@pytest.mark.parametrize("width", [390, 820, 1440])
async def test_a_report_reaches_the_admins_with_its_reason(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api, width: float
) -> None:
    await a_property(slug="flat")
    app = await open_client("/homes/flat", await a_person(name="Ting"), width=width)
    await see(app, "When it is free")
    await app.press("Report this home")
    await see(app, "What is wrong with this home?")
    await choose(app, "What it is about", "unsafe")
    await app.type("What you saw (if you like)", "The stove leaks.")
    await app.event([b for n, b in app._pressables() if n == "Report this home"][-1], "click")
    await see(app, "Thank you.")
    admin = api.as_(await a_person(Role.ADMIN))
    (case,) = (await admin.get("/cases")).json()["items"]
    assert (case["kind"], case["words"], case["opened_by_name"]) == ("home_report", ["unsafe"], "Ting")


async def test_without_a_reason_it_cannot_be_sent_and_without_the_server_nothing_is_lost(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, line: Line
) -> None:
    await a_property(slug="flat")
    app = await open_client("/homes/flat", await a_person())
    await see(app, "When it is free")
    await app.press("Report this home")
    await see(app, "What is wrong with this home?")
    await app.event([b for n, b in app._pressables() if n == "Report this home"][-1], "click")
    await see(app, "Choose what it is about.")
    assert app.focus_on("What it is about")
    await choose(app, "What it is about", "other")
    await gone(app, "Choose what it is about.")
    await app.type("What you saw (if you like)", "Odd.")
    line.cut = True
    await app.event([b for n, b in app._pressables() if n == "Report this home"][-1], "click")
    await see(app, "The server cannot be reached")
    assert app.field("What you saw (if you like)").value == "Odd."
    line.cut = False
    await app.event([b for n, b in app._pressables() if n == "Report this home"][-1], "click")
    await gone(app, "What is wrong with this home?")


async def test_escape_keeps_what_was_typed_and_the_button_that_says_so_lets_it_go(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty
) -> None:
    await a_property(slug="flat")
    app = await open_client("/homes/flat", await a_person())
    await see(app, "When it is free")
    await app.press("Report this home")
    await see(app, "What is wrong with this home?")
    await choose(app, "What it is about", "other")
    await app.type("What you saw (if you like)", "Odd.")
    await dismiss(app)
    await gone(app, "What is wrong with this home?")
    await app.press("Report this home")
    await see(app, "What is wrong with this home?")
    assert (dropdown(app, "What it is about").value, app.field("What you saw (if you like)").value) == ("other", "Odd.")
    await app.press("Do not report it")
    await app.press("Report this home")
    await see(app, "What is wrong with this home?")
    assert not app.field("What you saw (if you like)").value


async def test_a_visitor_signs_in_first_and_a_landlord_does_not_report_their_own(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty
) -> None:
    morag = await a_person(Role.LANDLORD)
    await a_property(morag, slug="flat")
    visitor = await open_client("/homes/flat")
    await see(visitor, "When it is free")
    assert "Sign in to report this home" in visitor.names()
    own = await open_client("/homes/flat", morag)
    await see(own, "When it is free")
    assert not [name for name in own.names() if "report" in name.lower()]
