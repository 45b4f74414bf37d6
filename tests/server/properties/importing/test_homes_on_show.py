"""A file says other things of homes that tenants see: it is an edit like any other."""

from typing import Any

import pytest
from sqlalchemy import text

from server.core.database import Database
from tests.conftest import Api
from tests.server.cases.conftest import only_case, queue
from tests.server.properties.importing.conftest import Dump, Imported, Worked, a_line, findings_of, lines

LOOKED_AT = "is looked at first; until then tenants see what was there"


@pytest.fixture
async def shown(mine: Api, admin: Api, imported: Imported) -> str:
    """A home on show that a file made."""
    await imported(mine, lines(a_line()))
    home = (await mine.get("/properties")).json()["items"][0]["id"]
    for who, status in ((mine, "pending_review"), (admin, "published")):
        assert (await who.post(f"/properties/{home}/status", {"status": status})).status_code == 200
    return str(home)


async def page(api: Api, home: str) -> dict[str, Any]:
    found: dict[str, Any] = (await api.get(f"/properties/{home}")).json()
    return found


async def moved(who: Api, home: str, status: str) -> None:
    assert (await who.post(f"/properties/{home}/status", {"status": status})).status_code == 200


async def test_a_title_a_type_and_a_pin_wait_for_a_review_and_a_price_does_not(
    mine: Api, admin: Api, api: Api, shown: str, imported: Imported
) -> None:
    other = a_line(name="Palace", latitude=55.9, room_type="Private room", price=95)
    run = await imported(mine, lines(other))
    assert (run["changed"], run["warnings"]) == (1, 3)
    assert await findings_of(mine, run) == [(2, field, LOOKED_AT) for field in ("title", "type", "latitude")]
    seen = await page(api, shown)
    assert (seen["title"], seen["type"], seen["pin"]["latitude"]) == ("Bright flat", "flat", 55.957)
    assert seen["price"]["amount_minor"] == 9500
    case = await only_case(admin)
    assert (case["kind"], case["words"]) == ("home_review", ["changed", "title", "type", "pin"])
    again = await imported(mine, lines(other))
    assert (again["changed"], again["unchanged"], again["warnings"]) == (0, 1, 0)
    await admin.post(f"/cases/{case['id']}/take")
    decided = await admin.post(f"/cases/{case['id']}/decide", {"outcome": "approved"})
    assert decided.status_code == 200, decided.text
    assert (await page(api, shown))["title"] == "Palace"


async def test_what_a_file_says_as_it_was_withdraws_the_wish(
    mine: Api, admin: Api, shown: str, imported: Imported
) -> None:
    await imported(mine, lines(a_line(name="Palace")))
    await imported(mine, lines(a_line()))
    assert await queue(admin) == []
    assert (await page(mine, shown))["proposed"] is None


async def test_an_admins_file_takes_effect_at_once(admin: Api, api: Api, imported: Imported) -> None:
    await imported(admin, lines(a_line()))
    for now, then in (("draft", "pending_review"), ("pending_review", "published")):
        await admin.post("/properties/bulk-status", {"status": then, "from_status": now})
    run = await imported(admin, lines(a_line(name="Palace")))
    assert (run["changed"], run["warnings"]) == (1, 0)
    assert await queue(admin) == []


@pytest.mark.parametrize(
    ("status", "change", "reason"),
    [
        (
            "published",
            {"neighbourhood": ""},
            "is shown, so it has to stay complete: give the street or the neighbourhood",
        ),
        ("archived", {"price": 95}, "is archived here, and stays as it was"),
    ],
)
async def test_a_line_that_breaks_the_rules_of_an_edit_is_refused_and_the_others_are_taken(
    mine: Api, shown: str, imported: Imported, status: str, change: dict[str, Any], reason: str
) -> None:
    if status == "archived":
        await moved(mine, shown, "archived")
    before = await page(mine, shown)
    run = await imported(mine, lines(a_line(**change), a_line(id=2)))
    assert (run["created"], run["changed"], run["unchanged"], run["refused"]) == (1, 0, 0, 1)
    assert await findings_of(mine, run) == [(2, "source_id", reason)]
    assert await page(mine, shown) == before


@pytest.mark.parametrize(
    ("rules", "price", "let_type", "reason"),
    [
        ("min_price_minor = 8000", 70, "nightly", "min_price_minor is more than the price of a night"),
        ("weekend_percent = 20", 80, "monthly", "weekend_percent is for homes let by the night"),
        (
            "tourist_tax = 'lisbon', currency = 'EUR'",
            80,
            "nightly",
            "tourist_tax is charged in EUR, and the price is in GBP",
        ),
    ],
)
async def test_a_file_does_not_take_price_rules_apart(
    mine: Api, shown: str, imported: Imported, database: Database, rules: str, price: int, let_type: str, reason: str
) -> None:
    async with database.transaction() as session:
        await session.execute(text(f"UPDATE property SET {rules}"))
    before = await page(mine, shown)
    run = await imported(mine, lines(a_line(price=price)), let_type=let_type)
    assert (run["changed"], run["refused"]) == (0, 1)
    assert await findings_of(mine, run) == [(2, "source_id", f"would not fit what the home says otherwise: {reason}")]
    assert await page(mine, shown) == before


async def test_cancelling_an_import_ends_the_review_it_opened_and_leaves_the_one_there_was(
    mine: Api, admin: Api, shown: str, imported: Imported, worked: Worked, dump: Dump
) -> None:
    async def cancelled(run: dict[str, Any]) -> None:
        assert (await mine.post(f"/imports/{run['id']}/cancel")).status_code == 200
        assert (await worked(run["id"])).warnings == run["warnings"]

    before = await dump()
    await cancelled(await imported(mine, lines(a_line(name="Palace", price=95))))
    assert await dump() == before
    assert await queue(admin) == []
    await imported(mine, lines(a_line(name="Castle")))
    waiting = await dump()
    await cancelled(await imported(mine, lines(a_line(name="Palace"))))
    assert await dump() == waiting
    assert (await only_case(admin))["words"] == ["changed", "title"]
    run = await imported(mine, lines(a_line(name="Palace")))
    facts = await page(mine, shown)
    assert facts["proposed"]["title"] == "Palace"
    await imported(mine, lines(a_line(name="Manor")))  # someone built on it
    assert (await mine.post(f"/imports/{run['id']}/cancel")).status_code == 200
    assert (await worked(run["id"])).changed == 1
    assert (await page(mine, shown))["proposed"]["title"] == "Manor"
