"""How the app looks and speaks: at once, on this device, and wherever one signs in; and a copy of all that is kept."""

import json
from typing import Any

import flet as ft
from flet.messaging.protocol import MessageAction

from shared_models.auth import Role
from tests.client.conftest import Line, OpenApp, Visit
from tests.conftest import PASSWORD, Api, MakePerson, Person


def theme(visit: Visit) -> ft.ThemeMode | None:
    return visit.app.page.theme_mode


async def me(api: Api, person: Person) -> dict[str, Any]:
    found: dict[str, Any] = (await api.as_(person).get("/users/me")).json()
    return found


async def test_a_theme_is_worn_at_once_and_on_every_device_of_ones_own(
    open_app: OpenApp, api: Api, a_person: MakePerson
) -> None:
    isla = await a_person()
    page = await open_app("/account", isla)
    await page.press("Dark")
    await page.holds(lambda: theme(page) is ft.ThemeMode.DARK, "dark")
    await page.holds(lambda: page.app.all(ft.Semantics, label="Dark", selected=True) != [], "chosen")
    other = await open_app("/account", isla)
    await other.until("Your data")
    assert (theme(other), (await me(api, isla))["theme"]) == (ft.ThemeMode.DARK, "dark")


async def test_without_the_server_it_holds_here_and_says_so(
    open_app: OpenApp, api: Api, a_person: MakePerson, line: Line
) -> None:
    isla = await a_person()
    page = await open_app("/account", isla)
    await page.until("Your data")
    line.cut = True
    await page.press("Light")
    await page.until("It was not kept with your account: The server cannot be reached")
    assert theme(page) is ft.ThemeMode.LIGHT
    line.cut = False
    assert (await me(api, isla))["theme"] is None


async def test_what_the_account_says_counts_at_the_sign_in(open_app: OpenApp, api: Api, a_person: MakePerson) -> None:
    isla = await a_person()
    assert (await api.as_(isla).patch("/users/me", {"theme": "dark", "language": "de"})).status_code == 200
    page = await open_app("/account")
    await page.until("Sign in")
    await page.app.type("E-mail", isla.email)
    await page.app.type("Password", PASSWORD)
    await page.app.press("Sign in")
    await page.holds(lambda: theme(page) is ft.ThemeMode.DARK, "dark")
    await page.holds(lambda: page.app.all(ft.Semantics, label="Deutsch", selected=True) != [], "German")


async def test_a_first_visitor_reads_the_language_of_their_device_until_they_choose(
    open_app: OpenApp, api: Api, a_person: MakePerson
) -> None:
    isla = await a_person()
    page = await open_app("/account", reads=["gd", "de-AT", "en"])
    await page.until("Anmelden")
    assert (await api.as_(isla).patch("/users/me", {"language": "en"})).status_code == 200
    chosen = await open_app("/account", isla, reads=["de"])
    await chosen.until("Your data")


async def test_two_people_in_one_process_read_their_own_language(
    open_app: OpenApp, api: Api, a_person: MakePerson
) -> None:
    isla, jonas = await a_person(Role.LANDLORD), await a_person(Role.LANDLORD)
    assert (await api.as_(jonas).patch("/users/me", {"language": "de"})).status_code == 200
    english, german = await open_app("/landlord/homes", isla), await open_app("/landlord/homes", jonas)
    await english.until("No homes yet")
    await german.until("Noch keine Unterkünfte")
    await english.go("/landlord/stays")
    await german.go("/landlord/stays")
    await english.until("No stays to come")
    await german.until("Keine Aufenthalte")
    assert not german.sees("Stays")


async def test_another_language_is_spoken_at_once_on_the_same_page(open_app: OpenApp, a_person: MakePerson) -> None:
    page = await open_app("/account", await a_person())
    await page.until("Mails come in English.")
    await page.press("Deutsch")
    await page.until("Deine Daten")
    await page.until("Mails kommen auf Deutsch.")
    assert page.route == "/account"
    await page.press("English")
    await page.until("Your data")


async def test_a_copy_of_all_that_is_kept_is_saved_as_a_file(open_app: OpenApp, a_person: MakePerson) -> None:
    isla = await a_person(name="Isla Reid")
    page = await open_app("/account", isla)
    await page.press("Download a copy")

    def saved() -> list[Any]:
        calls = [message.body for message in page.app.wire.sent if message.action == MessageAction.INVOKE_METHOD]
        return [call.args for call in calls if call.name == "save_file"]

    await page.holds(lambda: saved() != [], "a file")
    (file,) = saved()
    assert file["file_name"] == "estospaces-my-data.json"
    assert json.loads(file["src_bytes"])["person"]["name"] == "Isla Reid"
