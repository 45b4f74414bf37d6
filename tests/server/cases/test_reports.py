"""Reports of homes on show over HTTP."""

from typing import Any

import pytest

from shared_models.auth import Role
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.cases.conftest import only_case, queue, status_of

UNSAFE = {"reason": "unsafe", "note": "The gas stove leaks."}


@pytest.fixture
async def tenant(api: Api, a_person: MakePerson) -> Api:
    return api.as_(await a_person(name="Ting"))


async def test_a_report_is_a_case_for_today(tenant: Api, ada: Api, landlord: Person, a_property: MakeProperty) -> None:
    home = await a_property(landlord, title="Loft")
    assert (await tenant.post(f"/properties/{home}/reports", UNSAFE)).status_code == 204
    case = await only_case(ada, kind="home_report")
    assert (case["title"], case["opened_by_name"], case["words"]) == ("Loft", "Ting", ["unsafe"])
    log = (await ada.get(f"/cases/{case['id']}")).json()["log"]
    assert [(line["act"], line["words"], line["note"]) for line in log] == [
        ("opened", ["unsafe"], "The gas stove leaks."),
    ]  # fmt: skip


async def test_more_reports_of_one_home_make_one_case(
    tenant: Api, api: Api, a_person: MakePerson, ada: Api, a_property: MakeProperty
) -> None:
    home = await a_property()
    other = api.as_(await a_person(name="Bo"))
    await tenant.post(f"/properties/{home}/reports", UNSAFE)
    await other.post(f"/properties/{home}/reports", {"reason": "not_real"})
    case = await only_case(ada)
    log = (await ada.get(f"/cases/{case['id']}")).json()["log"]
    assert [(line["act"], line["by_name"]) for line in log] == [("opened", "Ting"), ("added", "Bo")]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"reason": "ugly"}, "reason"),
        ({"reason": "unknown"}, "reason"),
        ({}, "reason"),
        ({"reason": "other", "note": "x" * 1001}, "note"),
        ({"reason": "other", "mood": "bad"}, "mood"),
    ],
)
async def test_a_bad_report_names_the_field(
    tenant: Api, a_property: MakeProperty, body: dict[str, Any], field: str
) -> None:
    reply = await tenant.post(f"/properties/{await a_property()}/reports", body)
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, field)


async def test_only_what_one_may_see_can_be_reported_and_not_ones_own(
    tenant: Api, api: Api, landlord: Person, a_property: MakeProperty, ada: Api
) -> None:
    hidden, own = await a_property(landlord, status="draft"), await a_property(landlord)
    assert (await tenant.post(f"/properties/{hidden}/reports", UNSAFE)).status_code == 404
    assert (await api.as_(landlord).post(f"/properties/{own}/reports", UNSAFE)).status_code == 403
    assert (await api.post(f"/properties/{own}/reports", UNSAFE)).status_code == 401
    assert await queue(ada) == []


async def test_a_report_without_ground_leaves_the_home_as_it_is(
    tenant: Api, ada: Api, a_property: MakeProperty
) -> None:
    home = await a_property()
    await tenant.post(f"/properties/{home}/reports", UNSAFE)
    case = await only_case(ada)
    closed = (await ada.post(f"/cases/{case['id']}/decide", {"outcome": "dismissed"})).json()
    assert (closed["outcome"], await status_of(ada, home)) == ("dismissed", "published")


async def test_a_home_taken_down_goes_back_to_its_landlord_with_the_reason(
    tenant: Api, api: Api, ada: Api, landlord: Person, a_property: MakeProperty
) -> None:
    home = await a_property(landlord)
    await tenant.post(f"/properties/{home}/reports", UNSAFE)
    case = await only_case(ada)
    assert (await ada.post(f"/cases/{case['id']}/decide", {"outcome": "taken_down"})).status_code == 422
    down = {"outcome": "taken_down", "note": "Have the stove looked at."}
    assert (await ada.post(f"/cases/{case['id']}/decide", down)).status_code == 200
    seen = (await api.as_(landlord).get(f"/properties/{home}")).json()
    assert (seen["status"], seen["review_note"]) == ("rejected", "Have the stove looked at.")
    assert (await tenant.get(f"/properties/{home}")).status_code == 404
    again = await api.as_(landlord).post(f"/properties/{home}/status", {"status": "pending_review"})
    assert again.status_code == 200


async def test_a_landlord_cannot_reject_their_own_home(api: Api, landlord: Person, a_property: MakeProperty) -> None:
    home = await a_property(landlord)
    reply = await api.as_(landlord).post(f"/properties/{home}/status", {"status": "rejected", "note": "so"})
    assert reply.status_code == 403


async def test_the_case_of_a_home_that_is_archived_can_still_be_closed(
    tenant: Api, api: Api, ada: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord = await a_person(Role.LANDLORD)
    home = await a_property(landlord)
    await tenant.post(f"/properties/{home}/reports", UNSAFE)
    await api.as_(landlord).post(f"/properties/{home}/status", {"status": "archived"})
    case = await only_case(ada)
    down = {"outcome": "taken_down", "reasons": ["other"]}
    assert (await ada.post(f"/cases/{case['id']}/decide", down)).status_code == 200
    assert await status_of(ada, home) == "archived"
