"""Drafts of the listing editor over HTTP: kept as they are, on two devices, until they become a home."""

import asyncio
from typing import Any

import pytest

from server.core.ids import new_id
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.properties.test_property_endpoints import FACTS

HALF = {"words": {"title": "Loft", "beds": "two", "price": "9"}, "amenities": None, "instant_book": False}


@pytest.fixture
async def landlord(a_person: MakePerson) -> Person:
    return await a_person(Role.LANDLORD)


@pytest.fixture
async def mine(api: Api, landlord: Person) -> Api:
    return api.as_(landlord)


async def begun(mine: Api, said: dict[str, Any] = HALF) -> tuple[str, str]:
    """A draft's id and tag."""
    reply = await mine.post("/properties/drafts", said)
    assert reply.status_code == 201, reply.text
    return reply.json()["id"], reply.headers["etag"]


def words(**said: str) -> dict[str, Any]:
    return {"words": said}


async def test_what_is_half_typed_or_wrong_is_kept_word_for_word(mine: Api) -> None:
    id_, etag = await begun(mine)
    read = await mine.get(f"/properties/drafts/{id_}")
    assert (read.json()["said"], read.json()["new"], read.headers["etag"]) == (HALF, True, etag)
    listed = (await mine.get("/properties/drafts")).json()["items"]
    assert [draft["id"] for draft in listed] == [id_]
    assert (await mine.get("/properties")).json()["items"] == []


async def test_an_empty_draft_can_be_kept(mine: Api) -> None:
    id_, _ = await begun(mine, {})
    assert (await mine.get(f"/properties/drafts/{id_}")).json()["said"]["words"] == {}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"words": {"colour": "red"}}, "words"),
        ({"words": {"unknown": "x"}}, "words"),
        ({"words": {"title": "x" * 4001}}, "words"),
        ({"words": {"title": "a\x00b"}}, "words"),
        ({"amenities": ["helipad"]}, "amenities"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_what_is_no_draft_names_the_field(mine: Api, said: dict[str, Any], field: str) -> None:
    reply = await mine.post("/properties/drafts", said)
    assert (reply.status_code, reply.json()["errors"][0]["field"].split(".")[0]) == (422, field)


async def test_a_strangers_draft_does_not_exist(mine: Api, api: Api, a_person: MakePerson) -> None:
    id_, etag = await begun(mine)
    finish = {"facts": FACTS}
    for stranger in (api.as_(await a_person(Role.LANDLORD)), api.as_(await a_person(Role.ADMIN))):
        assert (await stranger.get(f"/properties/drafts/{id_}")).status_code == 404
        kept = await stranger.put(f"/properties/drafts/{id_}", HALF, headers={"If-Match": etag})
        assert kept.status_code == 404
        finished = await stranger.post(f"/properties/drafts/{id_}/finish", finish, headers={"If-Match": etag})
        assert finished.status_code == 404
        assert (await stranger.delete(f"/properties/drafts/{id_}")).status_code == 204
        assert (await stranger.get("/properties/drafts")).json()["items"] == []
    assert (await mine.get(f"/properties/drafts/{id_}")).status_code == 200
    assert (await api.as_(await a_person(Role.TENANT)).post("/properties/drafts", HALF)).status_code == 403
    assert (await api.get("/properties/drafts")).status_code == 401


async def test_of_two_devices_the_second_is_told_and_nothing_is_lost(mine: Api) -> None:
    id_, etag = await begun(mine)
    path = f"/properties/drafts/{id_}"
    phone = await mine.put(path, words(title="From the phone"), headers={"If-Match": etag})
    assert phone.status_code == 200
    desk = await mine.put(path, words(title="From the desk"), headers={"If-Match": etag})
    assert (desk.status_code, desk.json()["code"]) == (412, "changed_meanwhile")
    blind = await mine.put(path, words(title="Without a look"))
    assert blind.status_code == 412
    assert (await mine.get(path)).json()["said"]["words"] == {"title": "From the phone"}
    chosen = await mine.put(path, words(title="From the desk"), headers={"If-Match": phone.headers["etag"]})
    assert chosen.status_code == 200


async def test_an_answer_that_was_lost_can_be_asked_for_again(mine: Api) -> None:
    id_, etag = await begun(mine)
    first = await mine.put(f"/properties/drafts/{id_}", words(title="Twice"), headers={"If-Match": etag})
    again = await mine.put(f"/properties/drafts/{id_}", words(title="Twice"), headers={"If-Match": etag})
    assert (again.status_code, again.headers["etag"]) == (200, first.headers["etag"])


@pytest.mark.parametrize("round_", range(3))
async def test_two_devices_at_the_same_moment_have_one_winner(mine: Api, round_: int) -> None:
    id_, etag = await begun(mine)
    replies = await asyncio.gather(
        *(
            mine.put(f"/properties/drafts/{id_}", words(title=f"Device {number}"), headers={"If-Match": etag})
            for number in range(4)
        )
    )
    assert sorted(reply.status_code for reply in replies) == [200, 412, 412, 412]


async def test_a_finished_draft_is_the_home_with_its_id(mine: Api) -> None:
    id_, etag = await begun(mine)
    reply = await mine.post(f"/properties/drafts/{id_}/finish", {"facts": FACTS}, headers={"If-Match": etag})
    assert reply.status_code == 200, reply.text
    home = reply.json()
    assert (home["id"], home["status"], home["title"]) == (id_, "draft", FACTS["title"])
    assert (await mine.get(f"/properties/{id_}")).headers["etag"] == reply.headers["etag"]
    assert (await mine.get(f"/properties/drafts/{id_}")).status_code == 404


async def test_a_draft_another_device_went_on_with_is_not_finished_over_it(mine: Api) -> None:
    id_, etag = await begun(mine)
    await mine.put(f"/properties/drafts/{id_}", words(title="Newer"), headers={"If-Match": etag})
    for headers in ({"If-Match": etag}, {}):
        late = await mine.post(f"/properties/drafts/{id_}/finish", {"facts": FACTS}, headers=headers)
        assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert (await mine.get(f"/properties/{id_}")).status_code == 404


async def test_a_draft_with_bad_facts_stays_a_draft(mine: Api) -> None:
    id_, etag = await begun(mine)
    at_sea = FACTS | {"pin": {"latitude": 50, "longitude": -30}}
    reply = await mine.post(f"/properties/drafts/{id_}/finish", {"facts": at_sea}, headers={"If-Match": etag})
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "pin")
    assert (await mine.get(f"/properties/drafts/{id_}")).json()["said"] == HALF


async def test_finishing_twice_at_once_makes_one_home(mine: Api) -> None:
    id_, etag = await begun(mine)
    replies = await asyncio.gather(
        *(mine.post(f"/properties/drafts/{id_}/finish", {"facts": FACTS}, headers={"If-Match": etag}) for _ in range(3))
    )
    assert {reply.status_code for reply in replies} == {200}
    assert len((await mine.get("/properties")).json()["items"]) == 1


async def test_what_is_typed_about_a_home_on_show_changes_nothing_until_it_is_saved(
    mine: Api, landlord: Person, a_property: MakeProperty
) -> None:
    home = await a_property(landlord, title="As it is")
    kept = await mine.put(f"/properties/drafts/{home}", words(title="As it may be"))
    assert (kept.status_code, kept.json()["new"]) == (200, False)
    assert (await mine.get(f"/properties/{home}")).json()["title"] == "As it is"
    assert (await mine.put(f"/properties/drafts/{home}", words(title="Again"))).status_code == 412
    assert (await mine.delete(f"/properties/drafts/{home}")).status_code == 204
    assert (await mine.get(f"/properties/drafts/{home}")).status_code == 404
    assert (await mine.delete(f"/properties/drafts/{home}")).status_code == 204


async def test_a_home_someone_changed_is_not_saved_over(mine: Api, api: Api, a_person: MakePerson) -> None:
    home = (await mine.post("/properties", FACTS)).json()
    seen = (await mine.get(f"/properties/{home['id']}")).headers["etag"]
    kept = await mine.put(f"/properties/drafts/{home['id']}", words(title="Mine"))
    admin = api.as_(await a_person(Role.ADMIN))
    assert (await admin.put(f"/properties/{home['id']}", FACTS | {"sleeps": 9})).status_code == 200
    request_body = {"facts": FACTS | {"title": "Mine"}, "home_etag": seen}
    headers = {"If-Match": kept.headers["etag"]}
    late = await mine.post(f"/properties/drafts/{home['id']}/finish", request_body, headers=headers)
    assert late.status_code == 412
    fresh = (await mine.get(f"/properties/{home['id']}")).headers["etag"]
    request_body["home_etag"] = fresh
    assert (
        await mine.post(f"/properties/drafts/{home['id']}/finish", request_body, headers=headers)
    ).status_code == 200


async def test_a_draft_of_a_home_that_is_not_there_or_not_ones_own_cannot_be_kept(
    mine: Api, a_property: MakeProperty
) -> None:
    for id_ in (new_id(), await a_property()):
        assert (await mine.put(f"/properties/drafts/{id_}", HALF)).status_code == 404


async def test_drafts_come_in_pages_the_last_changed_first(mine: Api) -> None:
    ids = [(await begun(mine, words(title=str(number))))[0] for number in range(3)]
    first = (await mine.get("/properties/drafts?limit=2")).json()
    rest = (await mine.get(f"/properties/drafts?limit=2&cursor={first['next_cursor']}")).json()
    assert [draft["id"] for draft in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None
