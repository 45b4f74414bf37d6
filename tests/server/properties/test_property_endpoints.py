"""A home over HTTP: drafts, facts, moves, covers; and who may."""

import json
from itertools import product
from typing import Any
from uuid import UUID

import pytest
import pyvips

from server.core.database import Database
from server.core.events import within
from server.core.ids import new_id
from server.properties.events import PropertyPublished
from server.properties.rules.listings import is_possible
from server.properties.tables import PropertyTable
from shared_models.auth import Role
from shared_models.properties import PropertyStatus
from tests.conftest import Api, MakePerson, MakeProperty, Person

FACTS: dict[str, Any] = {
    "title": "Sunny flat in Leith",
    "description": "Two rooms.\nQuiet.",
    "type": "flat",
    "let_type": "nightly",
    "address": {
        "line": "1 Shore",
        "neighbourhood": "Leith",
        "city": "Edinburgh",
        "postcode": "EH6 6QW",
        "country": "GB",
    },
    "pin": {"latitude": 55.9756, "longitude": -3.1703},
    "bedrooms": 2,
    "beds": 2,
    "bathrooms": 1,
    "sleeps": 4,
    "amenities": ["wifi", "kitchen"],
    "rules": {"pets": True, "smoking": False},
    "check_in_from": "15:00:00",
    "check_out_by": "11:00:00",
    "min_nights": 2,
    "max_nights": 28,
    "price_minor": 8050,
    "cleaning_fee_minor": 3000,
    "currency": "GBP",
    "instant_book": True,
}
STATUSES = [status.value for status in PropertyStatus if status != PropertyStatus.UNKNOWN]
published: list[list[UUID]] = []


@within(PropertyPublished)
async def note_published(_: Any, event: PropertyPublished) -> None:
    published.append(event.ids)


async def drafted(mine: Api, **change: Any) -> dict[str, Any]:
    reply = await mine.post("/properties", FACTS | change)
    assert reply.status_code == 201, reply.text
    home: dict[str, Any] = reply.json()
    return home


async def moved(api: Api, home: dict[str, Any], *statuses: str, note: str | None = None) -> dict[str, Any]:
    for status in statuses:
        reply = await api.post(f"/properties/{home['id']}/status", {"status": status, "note": note})
        assert reply.status_code == 200, reply.text
    told: dict[str, Any] = reply.json()
    return told


async def test_a_new_home_is_a_draft_that_says_what_was_said(mine: Api, landlord: Person) -> None:
    home = await drafted(mine)
    assert home["slug"].startswith("sunny-flat-in-leith-")
    same = ("title", "description", "type", "let_type", "address", "pin", "bedrooms", "beds", "bathrooms", "sleeps")
    same += ("check_in_from", "check_out_by", "min_nights", "max_nights", "instant_book")
    assert {name: home[name] for name in same} == {name: FACTS[name] for name in same}
    assert home["amenities"] == ["kitchen", "wifi"]
    assert home["rules"] == {"pets": True, "smoking": False, "parties": None, "children": None}
    assert (home["status"], home["zone"]) == ("draft", "Europe/London")
    assert home["price"] == {"amount_minor": 8050, "currency": "GBP"}
    assert home["cleaning_fee"] == {"amount_minor": 3000, "currency": "GBP"}
    assert (home["landlord_id"], home["landlord_name"], home["landlord_claimed"]) == (str(landlord.id), "Morag", True)


async def test_what_is_not_said_stays_unsaid(mine: Api) -> None:
    names = ("title", "type", "let_type", "pin", "price_minor", "currency")
    least = {name: FACTS[name] for name in names} | {"address": {"city": "Edinburgh", "country": "GB"}}
    home = (await mine.post("/properties", least)).json()
    unsaid = ("bedrooms", "beds", "bathrooms", "sleeps", "amenities", "check_in_from", "min_nights", "cleaning_fee")
    assert {home[name] for name in unsaid} == {None}
    assert set(home["rules"].values()) == {None}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 251}, "title"),
        ({"type": "castle"}, "type"),
        ({"type": "unknown"}, "type"),
        ({"price_minor": 0}, "price_minor"),
        ({"price_minor": 80.5}, "price_minor"),
        ({"pin": {"latitude": 91, "longitude": 0}}, "pin"),
        ({"pin": {"latitude": 50, "longitude": -30}}, "pin"),
        ({"pin": {"latitude": 50, "longitude": -3, "height": 9}}, "pin"),
        ({"address": {"city": "Edinburgh", "country": "Scotland"}}, "address"),
        ({"beds": 0}, "beds"),
        ({"amenities": ["helipad"]}, "amenities"),
        ({"check_in_from": "15:00+01:00"}, "check_in_from"),
        ({"min_nights": 9, "max_nights": 3}, "max_nights"),
        ({"advance_notice_days": 9, "booking_window_days": 3}, "booking_window_days"),
        ({"check_in_from": "15:00", "check_out_by": "15:01"}, "check_out_by"),
        ({"check_in_from": "15:00", "check_out_by": "16:00", "preparation_days": 0}, "check_out_by"),
        ({"max_nights": 6, "seasons": [{"first": "06-01", "last": "08-31", "min_nights": 7}]}, "seasons"),
        ({"max_nights": None, "seasons": [{"first": "06-01", "last": "08-31", "min_nights": 731}]}, "seasons"),
        ({"cancellation": {"policy": "strict"}}, "cancellation"),
        ({"cancellation": {"policy": "custom"}}, "cancellation"),
        ({"currency": "XYZ"}, "currency"),
        ({"description": "a\x00b"}, "description"),
        ({"title": "a\ud800b"}, "title"),
        ({"status": "published"}, "status"),
    ],
)
async def test_bad_facts_name_the_field(mine: Api, change: dict[str, Any], field: str) -> None:
    escaped = json.dumps(FACTS | change)  # a lone surrogate only travels escaped
    reply = await mine.request("POST", "/properties", content=escaped, headers={"Content-Type": "application/json"})
    assert reply.status_code == 422, reply.text
    assert {error["field"].split(".")[0] for error in reply.json()["errors"]} == {field}


async def test_a_season_nobody_could_book_is_named_by_its_row(mine: Api) -> None:
    seasons = [{"first": "06-01", "last": "08-31", "min_nights": nights} for nights in (3, 15, 2, 99)]
    reply = await mine.post("/properties", FACTS | {"max_nights": 14, "seasons": seasons})
    reason = "is longer than the longest stay of 14 nights"
    assert [(error["field"], error["reason"]) for error in reply.json()["errors"]] == [
        ("seasons.1.min_nights", reason),
        ("seasons.3.min_nights", reason),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"check_in_from": "15:00", "check_out_by": "15:00"},
        {"check_in_from": "15:00", "check_out_by": "18:00", "preparation_days": 1},
        {"check_in_from": None, "check_out_by": "18:00"},
        {"max_nights": 7, "seasons": [{"first": "06-01", "last": "08-31", "min_nights": 7}]},
        {"min_nights": 3, "max_nights": 3},
        {
            "seasons": [
                {"first": "06-01", "last": "08-31", "min_nights": 3},
                {"first": "07-01", "last": "01-05", "min_nights": 5},
            ]
        },
        {"advance_notice_days": 9, "booking_window_days": 9},
    ],
)
async def test_limits_that_leave_a_stay_are_taken(mine: Api, change: dict[str, Any]) -> None:
    facts = FACTS | {"min_nights": None, "max_nights": None} | change
    assert (await mine.post("/properties", facts)).status_code == 201


async def test_only_landlords_list_homes(api: Api, a_person: MakePerson) -> None:
    assert (await api.post("/properties", FACTS)).status_code == 401
    assert (await api.as_(await a_person(Role.TENANT)).post("/properties", FACTS)).status_code == 403
    assert (await api.get("/properties")).status_code == 401
    assert (await api.get("/properties/counts")).status_code == 401


async def test_a_home_is_for_everyone_once_published_but_its_street_is_not(api: Api, mine: Api, admin: Api) -> None:
    home = await drafted(mine)
    await moved(mine, home, "pending_review")
    await moved(admin, home, "published")
    for path in (home["id"], home["slug"]):
        seen = (await api.get(f"/properties/{path}")).json()
        assert (seen["id"], seen["address"]["line"], seen["address"]["postcode"]) == (home["id"], None, None)
        assert seen["address"]["neighbourhood"] == "Leith"
        for who in (mine, admin):
            assert (await who.get(f"/properties/{path}")).json()["address"]["line"] == "1 Shore"


@pytest.mark.parametrize("status", [status for status in STATUSES if status != "published"])
async def test_a_stranger_finds_only_published_homes(
    api: Api, mine: Api, landlord: Person, a_person: MakePerson, a_property: MakeProperty, status: str
) -> None:
    id_ = await a_property(landlord, status=status)
    strangers = [api, api.as_(await a_person(Role.TENANT)), api.as_(await a_person(Role.LANDLORD))]
    for stranger in strangers:
        assert (await stranger.get(f"/properties/{id_}")).status_code == 404
    assert (await mine.get(f"/properties/{id_}")).status_code == 200


@pytest.mark.parametrize("path", ["nothing-here", "0", str(UUID(int=1)), "x" * 36, "%00"])
async def test_what_is_not_there_is_not_found(api: Api, path: str) -> None:
    assert (await api.get(f"/properties/{path}")).status_code in (404, 422)


async def test_a_stranger_cannot_change_or_move_a_home_nor_learn_that_it_exists(
    api: Api, mine: Api, a_person: MakePerson
) -> None:
    home = await drafted(mine)
    other = api.as_(await a_person(Role.LANDLORD))
    for id_ in (home["id"], str(new_id())):
        assert (await other.put(f"/properties/{id_}", FACTS)).status_code == 404
        assert (await other.post(f"/properties/{id_}/status", {"status": "archived"})).status_code == 404
        assert (await api.put(f"/properties/{id_}", FACTS)).status_code == 401
        assert (await api.post(f"/properties/{id_}/status", {"status": "archived"})).status_code == 401


async def test_facts_are_replaced_whole_and_the_slug_stays(mine: Api) -> None:
    home = await drafted(mine)
    changed = {"title": "Other", "pin": {"latitude": 47.3769, "longitude": 8.5417}, "sleeps": None, "currency": "CHF"}
    reply = await mine.put(f"/properties/{home['id']}", FACTS | changed)
    seen = reply.json()
    assert (seen["title"], seen["zone"], seen["sleeps"], seen["slug"]) == ("Other", "Europe/Zurich", None, home["slug"])
    assert seen["price"]["currency"] == "CHF"
    assert seen["updated_at"] > home["updated_at"]


async def test_of_two_people_who_edit_the_second_is_told(mine: Api, admin: Api) -> None:
    home = await drafted(mine)
    etag = (await mine.get(f"/properties/{home['id']}")).headers["etag"]
    first = await mine.put(f"/properties/{home['id']}", FACTS | {"sleeps": 3}, headers={"If-Match": etag})
    assert first.status_code == 200
    late = await admin.put(f"/properties/{home['id']}", FACTS | {"sleeps": 5}, headers={"If-Match": etag})
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert (await mine.get(f"/properties/{home['id']}")).json()["sleeps"] == 3
    fresh = first.headers["etag"]
    again = await admin.put(f"/properties/{home['id']}", FACTS | {"sleeps": 5}, headers={"If-Match": fresh})
    assert again.status_code == 200


async def test_the_same_facts_again_change_nothing(mine: Api) -> None:
    home = await drafted(mine)
    again = await mine.put(f"/properties/{home['id']}", FACTS)
    assert again.json() == home


async def test_a_move_changes_the_etag(mine: Api) -> None:
    home = await drafted(mine)
    etag = (await mine.get(f"/properties/{home['id']}")).headers["etag"]
    await moved(mine, home, "pending_review")
    late = await mine.put(f"/properties/{home['id']}", FACTS, headers={"If-Match": etag})
    assert late.status_code == 412


async def test_the_way_of_a_listing_to_its_end(mine: Api, admin: Api) -> None:
    home = await drafted(mine)
    await moved(mine, home, "pending_review")
    rejected = await moved(admin, home, "rejected", note="The pin is in the park.")
    assert rejected["review_note"] == "The pin is in the park."
    await moved(mine, home, "draft", "pending_review")
    published.clear()
    end = await moved(admin, home, "published")
    assert (end["status"], end["review_note"], published) == ("published", None, [[UUID(home["id"])]])
    await moved(mine, home, "paused", "published", "paused", "archived")
    late = await mine.put(f"/properties/{home['id']}", FACTS | {"sleeps": 1})
    assert (late.status_code, late.json()["code"]) == (409, "invalid_transition")


async def test_the_first_publication_is_remembered(mine: Api, admin: Api, database: Database) -> None:
    async def since(id_: str) -> Any:
        async with database.transaction() as session:
            row = await session.get(PropertyTable, UUID(id_))
            assert row is not None
            return row.published_at

    home = await drafted(mine)
    await moved(mine, home, "pending_review")
    assert await since(home["id"]) is None
    await moved(admin, home, "published")
    first = await since(home["id"])
    await moved(mine, home, "paused", "published")
    assert await since(home["id"]) == first is not None


async def test_a_rejection_says_why(mine: Api, admin: Api) -> None:
    home = await drafted(mine)
    await moved(mine, home, "pending_review")
    reply = await admin.post(f"/properties/{home['id']}/status", {"status": "rejected", "note": " "})
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "note")


async def test_a_landlord_cannot_publish(mine: Api) -> None:
    home = await drafted(mine)
    await moved(mine, home, "pending_review")
    reply = await mine.post(f"/properties/{home['id']}/status", {"status": "published"})
    assert (reply.status_code, reply.json()["code"]) == (403, "not_allowed")


async def test_every_impossible_move_is_refused_over_http_too(
    admin: Api, a_property: MakeProperty, landlord: Person
) -> None:
    for now, then in product(STATUSES, STATUSES):
        id_ = await a_property(landlord, status=now)
        reply = await admin.post(f"/properties/{id_}/status", {"status": then, "note": "why"})
        possible = is_possible(PropertyStatus(now), PropertyStatus(then))
        assert reply.status_code == (200 if possible else 409), (now, then, reply.text)


async def test_an_incomplete_listing_names_what_is_missing(mine: Api) -> None:
    nowhere = {"address": {"city": "Edinburgh", "country": "GB"}}
    home = await drafted(mine, **nowhere)
    reply = await mine.post(f"/properties/{home['id']}/status", {"status": "pending_review"})
    assert (reply.status_code, reply.json()["code"]) == (409, "listing_incomplete")
    assert [error["field"] for error in reply.json()["errors"]] == ["address.neighbourhood"]
    await mine.put(f"/properties/{home['id']}", FACTS)
    await moved(mine, home, "pending_review")
    back = await mine.put(f"/properties/{home['id']}", FACTS | nowhere)
    assert (back.status_code, back.json()["code"]) == (409, "listing_incomplete")


async def test_a_draft_shows_its_cover_which_clients_may_keep(api: Api, mine: Api) -> None:
    home = await drafted(mine)
    reply = await api.get(f"/properties/{home['id']}/covers/front/320.webp")
    assert (reply.status_code, reply.headers["content-type"], reply.content[8:12]) == (200, "image/webp", b"WEBP")
    assert "immutable" in reply.headers["cache-control"]
    again = await api.get(
        f"/properties/{home['id']}/covers/front/320.webp", headers={"If-None-Match": reply.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    room = await api.get(f"/properties/{home['id']}/covers/kitchen/320.webp")
    card = await api.get(f"/properties/{home['id']}/covers/card/320.webp")
    assert room.status_code == 200
    assert room.content != reply.content
    shapes = [pyvips.Image.new_from_buffer(one.content, "") for one in (reply, card)]
    assert [(shape.width, shape.height) for shape in shapes] == [(320, 240), (320, 173)]


async def test_a_cover_that_cannot_be_is_not_found(api: Api, mine: Api) -> None:
    home = await drafted(mine)
    for path in (f"{home['id']}/covers/front/321.webp", f"{home['id']}/covers/attic/320.webp"):
        assert (await api.get(f"/properties/{path}")).status_code == 404
    assert (await api.get(f"/properties/{new_id()}/covers/front/320.webp")).status_code == 404


async def test_a_repeated_post_with_its_key_makes_one_home(mine: Api) -> None:
    replies = [await mine.post("/properties", FACTS, headers={"Idempotency-Key": "k-1"}) for _ in range(2)]
    assert replies[0].json()["id"] == replies[1].json()["id"]
    assert len((await mine.get("/properties")).json()["items"]) == 1
