"""The admins' queue over HTTP: who has a case, by when, what came of it; and that it is the only truth."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from server.cases import service as cases
from server.core.database import Database
from server.core.ids import new_id
from shared_models.auth import Role
from shared_models.cases import CaseKind
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.cases.conftest import only_case, queue, status_of
from tests.server.stays import rows

APPROVE: dict[str, Any] = {"outcome": "approved"}
SEND_BACK = {"outcome": "sent_back", "reasons": ["place_unclear"], "note": "The pin is in the park."}


async def submitted(api: Api, landlord: Person, a_property: MakeProperty, **facts: Any) -> UUID:
    home = await a_property(landlord, **({"status": "draft", "published_at": None} | facts))
    reply = await api.as_(landlord).post(f"/properties/{home}/status", {"status": "pending_review"})
    assert reply.status_code == 200, reply.text
    return home


async def test_a_home_that_is_submitted_is_a_case_with_its_deadline(
    api: Api, ada: Api, landlord: Person, a_property: MakeProperty
) -> None:
    home = await submitted(api, landlord, a_property, title="Loft", neighbourhood="Leith")
    case = await only_case(ada)
    told = ("kind", "status", "subject_id", "title", "place", "opened_by_name", "owner_name", "words")
    assert [case[name] for name in told] == [
        "home_review", "waiting", str(home), "Loft", "Leith, Edinburgh", "Morag", "", ["new"],
    ]  # fmt: skip
    wait = datetime.fromisoformat(case["due_at"]) - datetime.fromisoformat(case["opened_at"])
    assert wait == timedelta(hours=48)


async def test_people_are_called_what_any_room_that_knows_them_calls_them(
    api: Api, ada: Api, landlord: Person, a_property: MakeProperty, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody(_: AsyncSession, __: Iterable[UUID]) -> Mapping[UUID, str]:
        return {}

    monkeypatch.setattr(cases, "_names", [*cases._names])
    cases.register_names(nobody)
    await submitted(api, landlord, a_property)
    assert (await only_case(ada))["opened_by_name"] == "Morag"


async def test_the_queue_is_for_admins_alone(
    api: Api, landlord: Person, a_person: MakePerson, ada: Api, a_property: MakeProperty
) -> None:
    await submitted(api, landlord, a_property)
    case = await only_case(ada)
    paths = [("GET", "/cases"), ("GET", f"/cases/{case['id']}")]
    paths += [("POST", f"/cases/{case['id']}/{act}") for act in ("take", "release", "decide")]
    for method, path in paths:
        body = {"json": APPROVE} if path.endswith("decide") else {}
        for stranger in (landlord, await a_person(Role.TENANT)):
            assert (await api.as_(stranger).request(method, path, **body)).status_code == 403
        assert (await api.request(method, path, **body)).status_code == 401


@pytest.mark.parametrize("act", ["take", "release", "decide"])
async def test_a_case_that_is_not_there_is_not_found(ada: Api, act: str) -> None:
    assert (await ada.post(f"/cases/{new_id()}/{act}", APPROVE if act == "decide" else None)).status_code == 404
    assert (await ada.get(f"/cases/{new_id()}")).status_code == 404


async def test_approving_a_case_publishes_the_home_and_the_log_tells_all(
    api: Api, ada: Api, landlord: Person, a_property: MakeProperty
) -> None:
    home = await submitted(api, landlord, a_property)
    case = await only_case(ada)
    await ada.post(f"/cases/{case['id']}/take")
    closed = (await ada.post(f"/cases/{case['id']}/decide", APPROVE)).json()
    assert (closed["status"], closed["outcome"], closed["owner_name"]) == ("closed", "approved", "Ada")
    assert [(line["act"], line["by_name"]) for line in closed["log"]] == [
        ("opened", "Morag"), ("taken", "Ada"), ("closed", "Ada"),
    ]  # fmt: skip
    assert await status_of(ada, home) == "published"
    assert await queue(ada) == []
    assert (await only_case(ada, closed=True))["id"] == case["id"]


async def test_sending_back_tells_the_landlord_why_and_submitting_again_opens_a_new_case(
    api: Api, ada: Api, landlord: Person, a_property: MakeProperty
) -> None:
    home = await submitted(api, landlord, a_property)
    case = await only_case(ada)
    assert (await ada.post(f"/cases/{case['id']}/decide", SEND_BACK)).status_code == 200
    mine = api.as_(landlord)
    seen = (await mine.get(f"/properties/{home}")).json()
    assert (seen["status"], seen["review_reasons"], seen["review_note"]) == (
        "rejected", ["place_unclear"], "The pin is in the park.",
    )  # fmt: skip
    again = await mine.post(f"/properties/{home}/status", {"status": "pending_review"})
    assert (again.json()["status"], again.json()["review_reasons"], again.json()["review_note"]) == (
        "pending_review", [], None,
    )  # fmt: skip
    assert (await only_case(ada))["id"] != case["id"]


@pytest.mark.parametrize(
    ("decision", "field"),
    [
        ({"outcome": "sent_back"}, "body"),
        ({"outcome": "sent_back", "note": "  "}, "body"),
        ({"outcome": "sent_back", "reasons": ["ugly"]}, "reasons"),
        ({"outcome": "dismissed"}, "outcome"),
        ({"outcome": "withdrawn"}, "outcome"),
        ({"outcome": "unknown"}, "outcome"),
        ({}, "outcome"),
    ],
)
async def test_a_decision_that_makes_no_sense_names_the_field_and_decides_nothing(
    api: Api, ada: Api, landlord: Person, a_property: MakeProperty, decision: dict[str, Any], field: str
) -> None:
    home = await submitted(api, landlord, a_property)
    case = await only_case(ada)
    reply = await ada.post(f"/cases/{case['id']}/decide", decision)
    assert (reply.status_code, reply.json()["errors"][0]["field"].split(".")[0]) == (422, field)
    assert await status_of(ada, home) == "pending_review"
    assert (await only_case(ada))["status"] == "waiting"


async def test_what_someone_has_is_theirs_until_it_is_released(
    api: Api, ada: Api, ewan: Api, landlord: Person, a_property: MakeProperty
) -> None:
    home = await submitted(api, landlord, a_property)
    case = await only_case(ada)
    taken = (await ada.post(f"/cases/{case['id']}/take")).json()
    assert (taken["status"], taken["owner_name"]) == ("taken", "Ada")
    assert (await ada.post(f"/cases/{case['id']}/take")).json() == taken
    for path, body in (("take", None), ("decide", APPROVE)):
        late = await ewan.post(f"/cases/{case['id']}/{path}", body)
        assert (late.status_code, late.json()["code"]) == (409, "case_taken")
        assert "Ada" in late.json()["detail"]
    # Neither is there a way round it: the home's own moves know the case.
    moved = await ewan.post(f"/properties/{home}/status", {"status": "published"})
    assert (moved.status_code, moved.json()["code"]) == (409, "case_taken")
    many = (await ewan.post("/properties/bulk-status", {"status": "published", "ids": [str(home)]})).json()
    assert (many["moved"], many["refused"][0]["reason"]) == (0, "Ada works on its review.")
    every = {"status": "published", "from_status": "pending_review"}
    assert (await ewan.post("/properties/bulk-status", every)).json()["moved"] == 0
    assert [case["id"] for case in await queue(ada, mine=True)] == [case["id"]]
    assert await queue(ewan, mine=True) == []
    free = (await ewan.post(f"/cases/{case['id']}/release")).json()
    assert (free["status"], free["owner_name"], free["log"][-1]["by_name"]) == ("waiting", "", "Ewan")
    assert (await ewan.post(f"/cases/{case['id']}/decide", APPROVE)).status_code == 200


@pytest.mark.parametrize("round_", range(4))
async def test_two_admins_who_decide_at_once_have_one_outcome(
    api: Api, ada: Api, ewan: Api, landlord: Person, a_property: MakeProperty, round_: int
) -> None:
    home = await submitted(api, landlord, a_property)
    case = await only_case(ada)
    ways = [
        ada.post(f"/cases/{case['id']}/decide", APPROVE),
        ewan.post(f"/cases/{case['id']}/decide", SEND_BACK),
        ewan.post(f"/properties/{home}/status", {"status": "rejected", "note": "No."}),
        ada.post(f"/properties/{home}/status", {"status": "published"}),
    ]
    replies = await asyncio.gather(*ways[round_:], *ways[:round_])
    # Of the moves to "published" and "rejected" a second may follow a first, but a case ends once.
    decided = [reply for reply in replies if reply.status_code == 200 and "log" in reply.json()]
    assert len(decided) <= 1
    assert {reply.status_code for reply in replies} == {200, 409}
    ended = await only_case(ada, closed=True)
    full = (await ada.get(f"/cases/{ended['id']}")).json()
    assert [line["act"] for line in full["log"]] == ["opened", "closed"]


async def test_a_case_is_decided_once_and_the_second_hears_by_whom(
    api: Api, ada: Api, ewan: Api, landlord: Person, a_property: MakeProperty
) -> None:
    await submitted(api, landlord, a_property)
    case = await only_case(ada)
    replies = await asyncio.gather(
        ada.post(f"/cases/{case['id']}/decide", APPROVE), ewan.post(f"/cases/{case['id']}/decide", SEND_BACK)
    )
    assert sorted(reply.status_code for reply in replies) == [200, 409]
    late = next(reply.json() for reply in replies if reply.status_code == 409)
    won = next(reply.json() for reply in replies if reply.status_code == 200)
    assert late["code"] == "invalid_transition"
    assert won["owner_name"] in late["detail"]


async def test_the_moves_of_a_home_open_and_close_its_case(
    api: Api, ada: Api, landlord: Person, a_property: MakeProperty
) -> None:
    mine = api.as_(landlord)
    home = await submitted(api, landlord, a_property)
    await mine.post(f"/properties/{home}/status", {"status": "draft"})
    assert (await queue(ada), (await only_case(ada, closed=True))["outcome"]) == ([], "withdrawn")
    await mine.post("/properties/bulk-status", {"status": "pending_review", "ids": [str(home)]})
    await ada.post("/properties/bulk-status", {"status": "published", "from_status": "pending_review"})
    assert [case["outcome"] for case in await queue(ada, closed=True)] == ["approved", "withdrawn"]
    assert await queue(ada) == []


async def test_what_waits_and_the_open_reviews_are_the_same_whatever_the_way(
    api: Api, ada: Api, landlord: Person, a_property: MakeProperty, database: Database
) -> None:
    mine = api.as_(landlord)
    homes = [await submitted(api, landlord, a_property) for _ in range(4)]
    await ada.post(f"/properties/{homes[0]}/status", {"status": "published"})
    await ada.post(f"/properties/{homes[1]}/status", {"status": "rejected", "reasons": ["other"]})
    await mine.post(f"/properties/{homes[2]}/status", {"status": "draft"})
    differing = await rows(
        database,
        "SELECT id FROM property WHERE (status = 'pending_review') <> EXISTS (SELECT FROM case_file "
        "WHERE subject_id = property.id AND kind = 'home_review' AND case_file.status <> 'closed')",
    )
    assert differing == []


async def test_the_queue_comes_in_pages_and_counts_by_kind(
    api: Api, ada: Api, a_person: MakePerson, landlord: Person, a_property: MakeProperty
) -> None:
    homes = [await submitted(api, landlord, a_property) for _ in range(3)]
    shown = await a_property(landlord)
    await api.as_(await a_person()).post(f"/properties/{shown}/reports", {"reason": "unsafe"})
    first = (await ada.get("/cases?limit=2")).json()
    rest = (await ada.get(f"/cases?limit=2&cursor={first['next_cursor']}")).json()
    # A report may wait one day and a review two: it comes first though it is the youngest.
    assert [case["subject_id"] for case in first["items"] + rest["items"]] == [str(id_) for id_ in (shown, *homes)]
    counts = {kind.value: 0 for kind in CaseKind if kind is not CaseKind.UNKNOWN} | {"home_review": 3, "home_report": 1}
    assert (first["total"], first["counts"], rest["next_cursor"]) == (4, counts, None)
    assert [case["kind"] for case in await queue(ada, kind="home_report")] == ["home_report"]
    for home in homes:
        await ada.post(f"/properties/{home}/status", {"status": "published"})
    latest = (await ada.get("/cases?closed=true&limit=2")).json()
    older = (await ada.get(f"/cases?closed=true&limit=2&cursor={latest['next_cursor']}")).json()
    assert [case["subject_id"] for case in latest["items"] + older["items"]] == [str(id_) for id_ in reversed(homes)]


@pytest.mark.parametrize("taken", [True, False])
async def test_a_case_that_is_withdrawn_keeps_who_worked_on_it_and_gets_no_other_owner(
    api: Api, ada: Api, landlord: Person, a_property: MakeProperty, taken: bool
) -> None:
    home = await submitted(api, landlord, a_property)
    if taken:
        assert (await ada.post(f"/cases/{(await only_case(ada))['id']}/take")).status_code == 200
    moved = await api.as_(landlord).post(f"/properties/{home}/status", {"status": "draft"})
    assert moved.status_code == 200, moved.text
    ended = await only_case(ada, closed=True)
    assert (ended["outcome"], ended["owner_name"]) == ("withdrawn", "Ada" if taken else "")
