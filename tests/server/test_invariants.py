"""Each invariant finds what breaks it, and nothing in data that came about by the rules."""

from collections.abc import Sequence

import pytest
from sqlalchemy import text

from server.core.database import Database
from server.invariants import INVARIANTS, violations
from server.payments.ledger import service as ledger
from shared_models.auth import Role
from tests.conftest import PASSWORD, Api, MakePerson, MakeProperty
from tests.server.access.things import MAKERS, a_world
from tests.server.payments.ledger.facts import a_charge
from tests.server.stays import a_booking, a_hold, a_quote, at_noon

__all__ = ["a_booking", "a_hold", "a_quote", "at_noon"]
pytestmark = pytest.mark.usefixtures("at_noon")

OPEN_POSTINGS = "ALTER TABLE ledger_posting DISABLE TRIGGER USER"
OPEN_BALANCES = "ALTER TABLE ledger_balance DISABLE TRIGGER USER"
LEFT = "UPDATE identity SET email = NULL, email_verified_at = NULL, password_hash = NULL, erased_at = now() "
BREAKING: dict[str, Sequence[str]] = {
    "one_claim_a_night": (
        "ALTER TABLE occupancy DROP CONSTRAINT ex_occupancy_no_overlap",
        "INSERT INTO occupancy SELECT gen_random_uuid(), property_id, period, 'block', gen_random_uuid(), NULL, "
        "created_at, changed_at FROM occupancy WHERE kind = 'booking'",
    ),
    "live_bookings_have_their_nights": ("DELETE FROM occupancy WHERE kind = 'booking'",),
    "open_changes_have_their_nights": (
        "DELETE FROM occupancy WHERE source_id IN (SELECT unnest(ARRAY[id, other_hold_id]) FROM booking_change)",
    ),
    "guests_claims_have_a_reason": ("UPDATE booking SET status = 'cancelled' WHERE status = 'confirmed'",),
    "agreed_stays_are_paid": (
        "UPDATE payment SET status = 'authorised', balance_transaction_id = NULL WHERE status = 'captured'",
    ),
    "what_was_paid_is_agreed_or_goes_back": ("UPDATE booking SET confirmed_at = NULL WHERE status = 'confirmed'",),
    "what_is_due_was_asked_for": (
        "UPDATE booking SET status = 'cancelled', refund_minor = 1, refund_taxes = '[]' WHERE status = 'confirmed'",
    ),
    "nobody_pays_for_what_is_over": (
        "UPDATE booking SET status = 'expired', hold_expires_at = NULL WHERE status = 'requested'",
    ),
    "months_add_up": ("UPDATE rent_month SET amount_minor = amount_minor + 1",),
    "months_are_owed_for_a_stay": (
        "UPDATE booking SET status = 'cancelled', refund_minor = 0, refund_taxes = '[]' WHERE payment = 'monthly'",
    ),
    "paid_months_were_paid": ("UPDATE rent_month SET status = 'paid', settled_at = now()",),
    "nobody_pays_for_closed_months": ("UPDATE rent_month SET status = 'closed', settled_at = now()",),
    "blocks_have_their_nights": ("DELETE FROM occupancy WHERE kind = 'block'",),
    "who_left_has_no_stays": (f"{LEFT} WHERE id IN (SELECT tenant_id FROM booking)",),
    "who_left_has_no_home_on_show": (f"{LEFT} WHERE id IN (SELECT landlord_id FROM property)",),
    "who_left_is_signed_out": (f"{LEFT} WHERE id IN (SELECT identity_id FROM auth_session)",),
    "who_left_is_forgotten": (f"{LEFT} WHERE id IN (SELECT person_id FROM notification)",),
    "what_failed_has_a_case": (
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) VALUES ('mail', 'a_job', '{}', 'failed')",
    ),
    "what_differs_has_a_case": (
        "INSERT INTO reconciliation_run (id, status, until, started_at, movements, found) "
        "VALUES (gen_random_uuid(), 'running', now(), now(), 0, 0)",
        "INSERT INTO reconciliation_finding (id, run_id, kind, status, external_id, what, found_at) "
        "SELECT gen_random_uuid(), id, 'not_in_books', 'open', 'txn_1', 'payout', now() FROM reconciliation_run",
    ),
    "who_left_is_nameless": (f"{LEFT} WHERE id IN (SELECT tenant_id FROM booking)",),
    "who_left_has_begun_nothing": (f"{LEFT} WHERE id IN (SELECT person_id FROM property_draft)",),
    "mails_have_a_reader": (f"{LEFT} WHERE id IN (SELECT person_id FROM notification)",),
    "entries_balance": (
        OPEN_POSTINGS,
        "UPDATE ledger_posting SET amount_minor = amount_minor + 1 WHERE line = 1",
    ),
    "balances_follow_from_postings": (OPEN_BALANCES, "UPDATE ledger_balance SET amount_minor = amount_minor + 1"),
    "landlords_have_what_the_books_say": ("UPDATE earning SET net_minor = 100, earned_at = now(), times = 1",),
    "what_was_paid_is_somebodys": ("DELETE FROM earning",),
    "guarded_accounts_are_not_below_zero": (OPEN_POSTINGS, "UPDATE ledger_posting SET amount_minor = -amount_minor"),
}
MADE = (
    "paying_month_id",
    "agreed_id",
    "changed_id",
    "requested_id",
    "block_id",
    "notification_id",
    "case_id",
    "session_id",
    "begun_id",
    "edit_id",
)
GONE = "(SELECT id FROM identity WHERE erased_at IS NOT NULL)"
BREAKING_A_PART = (
    ("who_left_has_no_stays", f"UPDATE booking SET tenant_id = {GONE} WHERE status = 'requested'"),
    ("who_left_has_no_stays", f"UPDATE booking SET landlord_id = {GONE} WHERE status = 'confirmed'"),
    ("who_left_is_signed_out", f"UPDATE auth_session SET ended_at = NULL WHERE identity_id = {GONE}"),
    ("who_left_is_signed_out", f"INSERT INTO identity_role SELECT id, 'tenant' FROM {GONE} AS gone"),
    ("who_left_is_forgotten", f"UPDATE notification SET person_id = {GONE}"),
    (
        "who_left_is_forgotten",
        "INSERT INTO idempotent_reply (person_id, route, key, body_hash, status, created_at) "
        f"SELECT id, 'POST /quotes', 'a', 'b', 201, now() FROM {GONE} AS gone",
    ),
    ("who_left_is_nameless", f"UPDATE profile SET name = 'Tom Hartley' WHERE identity_id = {GONE}"),
    ("who_left_is_nameless", f"UPDATE notification SET other_id = {GONE}"),
    ("who_left_is_nameless", f"UPDATE auth_session SET program = 'Firefox' WHERE identity_id = {GONE}"),
    ("who_left_has_begun_nothing", f"UPDATE property_draft SET person_id = {GONE}"),
    ("who_left_has_begun_nothing", f"UPDATE property_bulk_edit SET person_id = {GONE}"),
    ("mails_have_a_reader", "DELETE FROM notification"),
    (
        "entries_balance",
        "INSERT INTO ledger_entry SELECT gen_random_uuid(), kind, about_kind, about_id, source, 'other', reverses, "
        "lines, happened_at, posted_at FROM ledger_entry LIMIT 1",
    ),
    ("balances_follow_from_postings", OPEN_BALANCES, "UPDATE ledger_balance SET postings = postings + 1"),
    ("balances_follow_from_postings", OPEN_BALANCES, "DELETE FROM ledger_balance"),
    (
        "balances_follow_from_postings",
        OPEN_BALANCES,
        "INSERT INTO ledger_balance SELECT DISTINCT account_id, 1, 1 FROM ledger_posting JOIN ledger_account "
        "ON ledger_account.id = account_id WHERE code = 'provider_clearing'",
    ),
)
"""Each way to break an invariant that forbids several things, alone; `GONE` is the only one who has left."""


@pytest.fixture
async def full(api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty) -> Database:
    """A database with something of everything that the invariants speak of."""
    world = await a_world(api, database, a_person, a_property)
    for maker in MADE:
        await MAKERS[maker](world)
    gone = await a_person(Role.LANDLORD)
    home = await a_property(gone, status="draft", published_at=None)
    for path, request_body in (
        ("/properties/drafts", {"words": {"title": "Begun"}}),
        ("/properties/bulk-edits", {"ids": [str(home)], "price_percent": 10}),
    ):
        assert (await api.as_(gone).post(path, request_body)).status_code == 201
    assert (await api.as_(gone).post("/auth/close", {"password": PASSWORD})).status_code == 204
    async with database.transaction() as session:
        await ledger.post(session, a_charge())
    return database


async def test_what_came_about_by_the_rules_breaks_nothing(full: Database) -> None:
    assert await violations(full) == []


def test_every_invariant_is_broken_once_here() -> None:
    assert list(BREAKING) == [invariant.name for invariant in INVARIANTS]


@pytest.mark.parametrize("name", BREAKING)
async def test_what_breaks_an_invariant_is_found(full: Database, name: str) -> None:
    await is_found(full, name, BREAKING[name])


@pytest.mark.parametrize("broken", BREAKING_A_PART)
async def test_what_breaks_a_part_of_an_invariant_is_found(full: Database, broken: tuple[str, ...]) -> None:
    name, *statements = broken
    await is_found(full, name, statements)


async def is_found(full: Database, name: str, statements: Sequence[str]) -> None:
    """Break an invariant, see that its query finds something, and take the breaking back."""
    async with full.engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
        (invariant,) = (one for one in INVARIANTS if one.name == name)
        values = {"now": (await connection.execute(text("SELECT now()"))).scalar()} if ":now" in invariant.query else {}
        assert (await connection.execute(text(invariant.query), values)).all() != []
        await connection.rollback()
