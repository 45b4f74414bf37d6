"""A copy of all that is kept of a person: whole, theirs alone, and not to be had again and again."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from server import schema
from server.core.database import Database
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.stays import MakeBooking, a_booking, a_hold, a_quote, a_request, at_noon

__all__ = ["a_booking", "a_hold", "a_quote", "a_request", "at_noon"]
pytestmark = pytest.mark.usefixtures("at_noon")

TOLD = {
    "identity": "account",
    "identity_role": "account",
    "auth_session": "sessions",
    "mail_link": "links_by_mail",
    "profile": "person",
    "case_file": "cases",
    "case_entry": "case_entries",
    "property": "homes",
    "property_draft": "drafts",
    "property_bulk_edit": "bulk_edits",
    "import_run": "imports",
    "block": "blocks",
    "quote": "prices_shown",
    "booking": "stays_as_tenant",
    "notification": "notifications",
    "payment": "payments",
    "payment_customer": "payment_customers",
    "earning": "earnings",
    "clawback": "clawbacks",
    "saved_card": "saved_cards",
    "refund_request": "refund_requests",
    "reconciliation_run": "reconciliation_runs",
    "reconciliation_finding": "reconciliation_findings",
}
"""Where the copy tells what each table that points at people keeps."""


def test_every_table_that_points_at_people_is_in_the_copy() -> None:
    pointing = {
        table.name
        for table in schema.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "identity"
    } | {"identity"}
    assert pointing == set(TOLD), "say in TOLD where the copy tells of it, and let its room keep it with users.keeps"


async def copy(api: Api, who: Person) -> dict[str, Any]:
    reply = await api.as_(who).get("/users/me/kept")
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-disposition"].startswith("attachment")
    found: dict[str, Any] = reply.json()
    return found


async def test_the_copy_is_whole_and_names_nobody_else(
    api: Api,
    database: Database,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_request: MakeBooking,
    a_booking: MakeBooking,
    run_jobs: Any,
) -> None:
    isla, morag = await a_person(name="Isla Reid"), await a_person(Role.LANDLORD, name="Morag Sinclair")
    home = await a_property(morag, title="The flat", address_line="1 York Place")
    stay = await a_booking(isla, home)
    asked = await a_request(
        isla, await a_property(morag, title="The loft", instant_book=False), check_in=20, check_out=22
    )
    no = await api.as_(morag).post(f"/bookings/{asked['id']}/decline", {"reason": "Because of my sister Fiona."})
    assert no.status_code == 200
    await api.as_(isla).post(f"/properties/{home}/reports", {"reason": "unsafe", "note": "No alarm."})
    await api.as_(morag).post("/properties/drafts", {"words": {"title": "Half a home"}})
    block = {"property_id": str(home), "start": "2030-01-01", "end": "2030-01-03", "note": "Paint"}
    await api.as_(morag).post("/calendars/blocks", block)
    await run_jobs()

    islas, morags = await copy(api, isla), await copy(api, morag)
    assert islas["person"]["email"] == isla.email
    assert set(islas["sections"]) == set(morags["sections"]) >= set(TOLD.values()) - {"person"}
    assert [row["id"] for row in islas["sections"]["stays_as_tenant"]] == [stay["id"], asked["id"]]
    assert [row["note"] for row in islas["sections"]["case_entries"]] == ["No alarm."]
    assert islas["sections"]["homes"] == islas["sections"]["stays_as_landlord"] == []
    assert {row["title"] for row in morags["sections"]["homes"]} == {"The flat", "The loft"}
    assert morags["sections"]["drafts"][0]["said"]["words"] == {"title": "Half a home"}
    assert morags["sections"]["blocks"][0]["note"] == "Paint"
    assert [row["note"] for row in morags["sections"]["what_you_did"]] == ["Because of my sister Fiona."]

    his, hers = json.dumps(islas), json.dumps(morags)
    for words in (morag.name, morag.email, str(morag.id), "Fiona", "York Place"):
        assert words not in his, words
    for words in (isla.name, isla.email, str(isla.id), "No alarm"):
        assert words not in hers, words
    for secret in await _secrets(database):
        assert secret not in his + hers


async def _secrets(database: Database) -> list[str]:
    async with database.engine.connect() as connection:
        found = await connection.execute(
            text("SELECT password_hash FROM identity UNION SELECT token_hash FROM auth_session")
        )
        return [secret for (secret,) in found if secret]


async def test_it_is_not_made_again_and_again(api: Api, a_person: MakePerson) -> None:
    isla, other = await a_person(), await a_person()
    for _ in range(3):
        await copy(api, isla)
    refused = await api.as_(isla).get("/users/me/kept")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_tries")
    assert int(refused.headers["retry-after"]) > 0
    await copy(api, other)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"theme": "dark"}, 200),
        ({"language": "de", "name": "Isla"}, 200),
        ({}, 422),
        ({"theme": "pink"}, 422),
        ({"theme": "unknown"}, 422),
        ({"language": "xx"}, 422),
        ({"name": None}, 422),
    ],
)
async def test_what_one_prefers_is_kept_with_the_account(
    api: Api, a_person: MakePerson, change: dict[str, Any], status: int
) -> None:
    isla = await a_person(name="Before")
    before = (await api.as_(isla).get("/users/me")).json()
    assert (before["theme"], before["language"]) == (None, None)
    reply = await api.as_(isla).patch("/users/me", change)
    assert reply.status_code == status, reply.text
    after = (await api.as_(isla).get("/users/me")).json()
    assert after == before | (change if status == 200 else {})
