"""Many homes over HTTP: the list of one's own, and moves of many at once."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import event, text

from server.core.database import Database
from server.core.settings import Settings
from tests.conftest import Api, MakeProperty, Person
from tests.server.properties.test_property_endpoints import STATUSES
from tests.server.stays import rows


async def test_ones_own_homes_come_in_pages_and_can_be_filtered(
    mine: Api, landlord: Person, a_property: MakeProperty
) -> None:
    ids = [await a_property(landlord, title=f"Flat {number}", city="Leith") for number in range(5)]
    ids.append(await a_property(landlord, status="draft", title="50% off_road", neighbourhood="Joppa"))
    await a_property()
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await mine.get(f"/properties?limit=2{cursor}")).json()
        seen += [home["id"] for home in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == [str(id_) for id_ in reversed(ids)]

    async def titles(query: str) -> list[str]:
        return [home["title"] for home in (await mine.get(f"/properties?{query}")).json()["items"]]

    assert await titles("status=draft") == ["50% off_road"]
    assert await titles("text=flat%203%20leith") == ["Flat 3"]
    assert await titles("text=0%25") == ["50% off_road"]
    assert await titles("text=%25%25") == []
    assert await titles("text=JOPPA") == ["50% off_road"]
    counts = (await mine.get("/properties/counts")).json()["by_status"]
    assert counts == dict.fromkeys(STATUSES, 0) | {"published": 5, "draft": 1}


@pytest.mark.parametrize(
    ("order", "titles"),
    [
        ("changed_last", ["d", "C", "b", "É", "A"]),
        ("changed_first", ["A", "É", "b", "C", "d"]),
        ("title", ["A", "b", "C", "d", "É"]),
        ("title_backwards", ["É", "d", "C", "b", "A"]),
        ("price_low", ["d", "b", "A", "É", "C"]),
        ("price_high", ["d", "C", "É", "A", "b"]),
    ],
)
async def test_ones_own_homes_come_in_any_order_page_by_page(
    mine: Api, landlord: Person, a_property: MakeProperty, order: str, titles: list[str]
) -> None:
    # Two cost the same, and one is in another currency, which is never compared with pounds.
    for title, price in (("A", 7000), ("É", 7000), ("b", 5000), ("C", 9000), ("d", 100)):
        await a_property(landlord, title=title, price_minor=price, currency="EUR" if title == "d" else "GBP")
    seen, query = [], f"/properties?limit=2&order={order}"
    page = (await mine.get(query)).json()
    while True:
        seen += [home["title"] for home in page["items"]]
        if page["next_cursor"] is None:
            break
        other = "title" if order != "title" else "price_low"
        wrong = await mine.get(f"/properties?order={other}&cursor={page['next_cursor']}")
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "cursor")
        page = (await mine.get(f"{query}&cursor={page['next_cursor']}")).json()
    ties = {"price_low": [["A", "É"]], "price_high": [["A", "É"]]}.get(order, [])
    for pair in ties:  # equal ones stand in the order of their ids
        seen = [title for title in seen if title not in pair[1:]]
        titles = [title for title in titles if title not in pair[1:]]
    assert seen == titles


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhIiwiYiJd", "WzEsMl0", "é"])
async def test_a_cursor_that_is_not_ours_is_refused(mine: Api, cursor: str) -> None:
    reply = await mine.get(f"/properties?cursor={cursor}")
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "cursor")


async def test_many_homes_move_at_once_and_each_that_cannot_says_why(
    mine: Api, admin: Api, landlord: Person, a_property: MakeProperty
) -> None:
    good = await a_property(landlord, status="draft")
    nowhere = await a_property(landlord, status="draft", neighbourhood=None, title="Nowhere")
    archived = await a_property(landlord, status="archived", title="Gone")
    strangers = await a_property(status="draft", title="Secret")
    ids = [str(id_) for id_ in (good, nowhere, archived, strangers)]
    done = (await mine.post("/properties/bulk-status", {"status": "pending_review", "ids": ids})).json()
    assert (done["moved"], done["remaining"]) == (1, 0)
    reasons = {refusal["title"]: refusal["reason"] for refusal in done["refused"]}
    assert reasons == {
        "Nowhere": "address.neighbourhood: give the street or the neighbourhood",
        "Gone": "A listing that is archived cannot become pending review.",
        "": "There is nothing here",
    }


async def test_all_that_wait_are_approved_500_at_a_time_and_the_incomplete_never_block_the_rest(
    admin: Api, landlord: Person, a_property: MakeProperty, database: Database
) -> None:
    first = await a_property(landlord, status="pending_review", neighbourhood=None, title="Nowhere")
    copied = await a_property(landlord, status="pending_review")
    async with database.transaction() as session:
        names = (
            await session.scalars(
                text(
                    "SELECT column_name FROM information_schema.columns "
                    "WHERE table_name = 'property' AND column_name NOT IN ('id', 'slug') AND is_generated = 'NEVER'"
                )
            )
        ).all()
        listed = ", ".join(f'"{name}"' for name in names)
        await session.execute(
            text(
                f"INSERT INTO property (id, slug, {listed}) SELECT gen_random_uuid(), 'copy-' || number, {listed} "
                "FROM property, generate_series(1, 700) number WHERE id = :id"
            ),
            {"id": copied},
        )
    request_body = {"status": "published", "from_status": "pending_review"}
    done = [(await admin.post("/properties/bulk-status", request_body)).json() for _ in range(3)]
    assert [(call["moved"], call["remaining"]) for call in done] == [(500, 201), (201, 0), (0, 0)]
    assert [refusal["id"] for refusal in done[-1]["refused"]] == [str(first)]


async def test_a_bulk_move_reaches_only_ones_own_homes(
    mine: Api, landlord: Person, a_property: MakeProperty, api: Api
) -> None:
    await a_property(landlord)
    other = await a_property()
    done = (await mine.post("/properties/bulk-status", {"status": "paused", "from_status": "published"})).json()
    assert done["moved"] == 1
    assert (await api.get(f"/properties/{other}")).status_code == 200


@pytest.mark.parametrize(
    ("request_body", "status"),
    [
        ({"status": "published", "from_status": "pending_review"}, 403),
        ({"status": "draft", "from_status": "archived"}, 409),
        ({"status": "paused"}, 422),
        ({"status": "paused", "ids": [], "from_status": "published"}, 422),
        ({"status": "paused", "ids": [str(UUID(int=1))] * 501}, 422),
    ],
)
async def test_a_bulk_move_nobody_may_make_is_refused_whole(
    mine: Api, request_body: dict[str, Any], status: int
) -> None:
    assert (await mine.post("/properties/bulk-status", request_body)).status_code == status


async def test_a_home_emptied_after_it_was_chosen_is_not_published(
    admin: Api, landlord: Person, a_property: MakeProperty, database: Database, settings: Settings
) -> None:
    whole, emptied = [await a_property(landlord, status="pending_review") for _ in range(2)]
    done = []

    def empty(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        """Somebody else changes the home just before it is locked."""
        if done or "FOR NO KEY UPDATE" not in statement or "property" not in statement:
            return
        assert settings.database_url is not None
        with psycopg.connect(settings.database_url.get_secret_value()) as other:
            found = other.execute("UPDATE property SET neighbourhood = NULL WHERE id = %s", [emptied])
            done.append(found.rowcount)

    event.listen(database.engine.sync_engine, "before_cursor_execute", empty)
    try:
        request_body = {"status": "published", "from_status": "pending_review"}
        moved = (await admin.post("/properties/bulk-status", request_body)).json()
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", empty)
    assert (done, moved["moved"]) == ([1], 1)
    stands = {row.id: row.status for row in await rows(database, "SELECT id, status FROM property")}
    assert stands == {whole: "published", emptied: "pending_review"}
