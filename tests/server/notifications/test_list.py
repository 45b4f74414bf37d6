"""What a person reads in the app: their own, the newest first, counted until read."""

from uuid import UUID

import pytest

from shared_models.auth import Role
from tests.conftest import PASSWORD, Api, MakePerson, MakeProperty
from tests.mailbox import Mailbox, RunJobs
from tests.server.stays import MakeBooking

pytestmark = pytest.mark.usefixtures("at_noon", "mailbox")


async def test_bookings_are_listed_newest_first_with_what_they_are_about_and_counted(
    api: Api, run_jobs: RunJobs, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD, name="Morag"), await a_person(name="Tom")
    home = await a_property(landlord, title="Attic")
    first = await a_booking(tenant, home, check_in=3, check_out=5)
    second = await a_booking(tenant, home, check_in=8, check_out=9)
    await run_jobs()
    page = (await api.as_(landlord).get("/notifications?limit=1")).json()
    rest = (await api.as_(landlord).get(f"/notifications?limit=1&cursor={page['next_cursor']}")).json()
    items = [*page["items"], *rest["items"]]
    assert {item["stay"]["booking_id"] for item in items} == {first["id"], second["id"]}
    assert [UUID(item["id"]) for item in items] == sorted((UUID(item["id"]) for item in items), reverse=True)
    assert items[0]["kind"] == "stay_booked"
    assert (items[0]["stay"]["other_name"], items[0]["stay"]["side"]) == ("Tom", "landlord")
    assert rest["next_cursor"] is None
    assert (await api.as_(landlord).get("/notifications/unread")).json() == {"count": 2}
    await api.as_(landlord).post(f"/notifications/{items[0]['id']}/read")
    assert (await api.as_(landlord).get("/notifications/unread")).json() == {"count": 1}
    await api.as_(landlord).post("/notifications/read")
    assert (await api.as_(landlord).get("/notifications/unread")).json() == {"count": 0}


async def test_each_says_what_it_is_about_by_a_kind_and_an_id(
    api: Api, run_jobs: RunJobs, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    tenant = await a_person()
    booking = await a_booking(tenant, await a_property())
    changed = {"current_password": PASSWORD, "password": "another steep hill 27"}
    assert (await api.as_(tenant).post("/auth/change-password", changed)).status_code == 204
    await run_jobs()
    items = (await api.as_(tenant).get("/notifications")).json()["items"]
    assert {(item["kind"], item["about_kind"], item["about_id"]) for item in items} == {
        ("stay_agreed", "booking", booking["id"]),
        ("payment_made", "booking", booking["id"]),
        ("password_changed", "account", str(tenant.id)),
    }


async def test_nobody_reads_or_marks_another_s(
    api: Api, run_jobs: RunJobs, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    tenant, stranger = await a_person(), await a_person()
    await a_booking(tenant, await a_property())
    await run_jobs()
    mine, paid = (await api.as_(tenant).get("/notifications")).json()["items"]
    assert {mine["kind"], paid["kind"]} == {"stay_agreed", "payment_made"}
    assert (await api.as_(stranger).get("/notifications")).json()["items"] == []
    assert (await api.as_(stranger).post(f"/notifications/{mine['id']}/read")).status_code == 404
    await api.as_(stranger).post("/notifications/read")
    assert (await api.as_(tenant).get("/notifications/unread")).json() == {"count": 2}
    assert (await api.get("/notifications")).status_code == 401


@pytest.mark.parametrize("cursor", ["x", "WyJ4Il0", "WzFd"])
async def test_a_cursor_that_is_not_ours_is_named(api: Api, a_person: MakePerson, cursor: str) -> None:
    reply = await api.as_(await a_person()).get(f"/notifications?cursor={cursor}")
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "cursor")


async def test_links_to_prove_or_reset_are_for_the_mail_alone(
    api: Api, mailbox: Mailbox, run_jobs: RunJobs, a_person: MakePerson
) -> None:
    person = await a_person(verified=False)
    await api.as_(person).post("/auth/verify-email/send")
    await api.post("/auth/forgot-password", {"email": person.email})
    await run_jobs()
    assert len(await mailbox.of(person.email)) == 2
    assert (await api.as_(person).get("/notifications")).json()["items"] == []


async def test_who_leaves_is_not_named_to_others_any_more(
    api: Api, run_jobs: RunJobs, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD, name="Morag"), await a_person(name="Tom Hartley")
    await a_booking(tenant, await a_property(landlord))
    await run_jobs()
    assert "Tom Hartley" in (await api.as_(landlord).get("/notifications")).text
    refused = await api.as_(tenant).post("/auth/close", {"password": PASSWORD})
    assert (refused.status_code, refused.json()["code"]) == (409, "account_in_use")
    assert refused.json()["detail"] == "There is still 1 open stay."
