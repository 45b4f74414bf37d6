"""My saved cards, pressed headless: how long they are good for, removing one, and what went wrong."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import flet as ft
import pytest
from sqlalchemy import text

from client.core import clock
from client.features.payments import state
from server.core.database import Database
from server.payments.tables import SavedCardTable
from tests.client.conftest import Line, OpenApp
from tests.conftest import Api, MakePerson, Person

MakeCard = Callable[..., Awaitable[SavedCardTable]]
PAGE = "/account/payment-methods"
WIDTHS = [390, 1440]


@pytest.fixture
async def tenant(a_person: MakePerson) -> Person:
    return await a_person(name="Isla")


@pytest.fixture
def a_card(database: Database, tenant: Person) -> MakeCard:
    """Has a card of the tenant's stand here, as the provider told of it."""

    async def make(
        *, brand: str = "visa", last4: str = "4242", ends: date | None = None, **more: Any
    ) -> SavedCardTable:
        ends = ends or clock.now().date().replace(year=clock.now().year + 3)
        row = SavedCardTable(
            person_id=tenant.id,
            external_id=f"pm_{last4}",
            brand=brand,
            last4=last4,
            exp_month=ends.month,
            exp_year=ends.year,
            saved_at=clock.now(),
            **more,
        )
        async with database.transaction() as session:
            session.add(row)
        return row

    return make


async def gone(database: Database, card: SavedCardTable) -> None:
    """The provider has removed it."""
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM saved_card WHERE id = :id"), {"id": card.id})


@pytest.mark.parametrize("width", WIDTHS)
async def test_from_the_account_to_the_cards_and_how_long_they_are_good_for(
    width: int, open_app: OpenApp, tenant: Person, a_card: MakeCard
) -> None:
    today = clock.now().date()
    await a_card()
    await a_card(brand="mastercard", last4="4444", ends=today)
    await a_card(brand="amex", last4="0005", ends=today.replace(year=today.year - 1))
    visit = await open_app("/account", tenant, width=width)
    await visit.press("Payment methods. The cards you saved, and removing them.")
    await visit.until("Visa ending in 4242")
    assert visit.route == PAGE
    for words in ("Mastercard ending in 4444", "Expires soon", "American Express ending in 0005", "Expired"):
        assert words in visit.texts
    assert visit.texts.count("Expires soon") == visit.texts.count("Expired") == 1
    assert any("Nothing is charged without you." in words for words in visit.texts)
    await visit.press("Back to the account")
    await visit.holds(lambda: visit.route == "/account", "the account")


async def test_who_saved_none_is_told_where_the_box_is(open_app: OpenApp, tenant: Person) -> None:
    visit = await open_app(PAGE, tenant)
    await visit.until("No saved cards")
    assert any("tick the box" in words for words in visit.texts)


@pytest.mark.parametrize("width", WIDTHS)
async def test_a_card_is_removed_after_a_question_and_goes_once_the_provider_has_done_so(
    width: int,
    open_app: OpenApp,
    tenant: Person,
    a_card: MakeCard,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(state, "FOLLOW_PAUSES", (0.05,) * 200)
    card = await a_card()
    await a_card(brand="mastercard", last4="4444")
    visit = await open_app(PAGE, tenant, width=width)
    await visit.until("Visa ending in 4242")
    await visit.press("Remove Visa ending in 4242")
    await visit.until("Remove Visa ending in 4242?")
    await visit.press("Keep the card")
    assert "Being removed" not in visit.texts
    await visit.press("Remove Visa ending in 4242")
    await visit.press("Remove the card")
    await visit.until("Being removed")
    assert "Remove Visa ending in 4242" not in visit.app.names()
    assert "Remove Mastercard ending in 4444" in visit.app.names()
    await gone(database, card)
    await visit.holds(lambda: "Visa ending in 4242" not in visit.texts, "the card is gone")
    assert "Mastercard ending in 4444" in visit.texts


async def test_a_card_that_is_gone_meanwhile_is_no_failure(
    open_app: OpenApp, tenant: Person, a_card: MakeCard, database: Database
) -> None:
    card = await a_card()
    visit = await open_app(PAGE, tenant)
    await visit.until("Visa ending in 4242")
    await gone(database, card)
    await visit.press("Remove Visa ending in 4242")
    await visit.press("Remove the card")
    await visit.until("No saved cards")


async def test_a_removal_that_did_not_get_through_says_so_and_the_card_stays(
    open_app: OpenApp, tenant: Person, a_card: MakeCard, line: Line
) -> None:
    await a_card()
    visit = await open_app(PAGE, tenant)
    await visit.until("Visa ending in 4242")
    line.cut = True
    await visit.press("Remove Visa ending in 4242")
    await visit.press("Remove the card")
    await visit.until("The server cannot be reached")
    assert "Remove Visa ending in 4242" in visit.app.names()
    line.cut = False
    await visit.press("Remove Visa ending in 4242")
    await visit.press("Remove the card")
    await visit.until("Being removed")


async def test_a_list_that_did_not_load_can_be_asked_for_again(
    open_app: OpenApp, tenant: Person, a_card: MakeCard, line: Line
) -> None:
    await a_card()
    visit = await open_app("/account", tenant)
    await visit.until("Payment methods")
    line.cut = True
    await visit.press("Payment methods. The cards you saved, and removing them.")
    await visit.until("Your cards did not load")
    line.cut = False
    await visit.press("Try again")
    await visit.until("Visa ending in 4242")


async def test_readers_hear_that_the_cards_are_loading(
    open_app: OpenApp, tenant: Person, a_card: MakeCard, line: Line
) -> None:
    await a_card()
    visit = await open_app("/account", tenant)
    await visit.until("Payment methods")
    line.flowing.clear()
    await visit.press("Payment methods. The cards you saved, and removing them.")
    await visit.holds(
        lambda: "Loading your cards" in [each.label for each in visit.app.all(ft.Semantics, live_region=True)], "a word"
    )
    line.flowing.set()
    await visit.until("Visa ending in 4242")


async def test_it_speaks_german(open_app: OpenApp, api: Api, tenant: Person, a_card: MakeCard) -> None:
    await a_card()
    await api.as_(tenant).patch("/users/me", json={"language": "de"})
    visit = await open_app(PAGE, tenant)
    await visit.until("Visa mit Endziffern 4242")
    await visit.press("Visa mit Endziffern 4242 entfernen")
    await visit.until("Stripe vergisst diese Karte.")
