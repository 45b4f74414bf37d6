"""What must always be true of the data, as queries that find whatever breaks it: for `estospaces check` and the tests.

Each query answers one row for each violation, beginning with an id to look for; `:now` is the moment of asking. They
read a snapshot and lock nothing, so they may be asked while the product runs.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from server.core import clock
from server.core.database import Database

MAX_TOLD = 100
"""Violations of one invariant that are told."""


@dataclass(frozen=True)
class Invariant:
    """A rule of the whole database."""

    name: str
    meaning: str
    query: str


@dataclass(frozen=True)
class Violation:
    """What breaks an invariant: the id of a row, and whatever else the query says of it."""

    invariant: str
    id: UUID
    more: tuple[object, ...] = ()


INVARIANTS = (
    Invariant(
        "one_claim_a_night",
        "No two claims hold the same night of a home.",
        "SELECT one.id, other.id FROM occupancy one JOIN occupancy other "
        "ON one.property_id = other.property_id AND one.period && other.period AND one.id < other.id",
    ),
    Invariant(
        "live_bookings_have_their_nights",
        "A booking that is asked for, held or agreed has exactly one claim: its home, its nights, its end.",
        "SELECT booking.id, status FROM booking WHERE status IN ('requested', 'held', 'confirmed') "
        "AND 1 <> (SELECT count(*) FROM occupancy WHERE source_id = booking.id "
        "AND kind = CASE status WHEN 'confirmed' THEN 'booking' ELSE 'hold' END "
        "AND occupancy.property_id = booking.property_id AND period = daterange(check_in, check_out) "
        "AND expires_at IS NOT DISTINCT FROM hold_expires_at)",
    ),
    Invariant(
        "open_changes_have_their_nights",
        "A change that waits for an answer or its payment holds the nights that the booking lacks, and no others.",
        # What the booking and the holds of its change have together is what they would have after a yes.
        "SELECT change.id FROM booking_change change JOIN booking ON booking.id = change.booking_id "
        "JOIN quote ON quote.id = change.quote_id WHERE change.status IN ('asked', 'awaiting_payment') AND ("
        "booking.status <> 'confirmed' OR datemultirange(daterange(quote.check_in, quote.check_out)) "
        "- datemultirange(daterange(booking.check_in, booking.check_out)) <> coalesce((SELECT range_agg(period) "
        "FROM occupancy WHERE source_id IN (change.id, change.other_hold_id) AND kind = 'hold' "
        "AND expires_at = change.expires_at AND property_id = booking.property_id), '{}'::datemultirange))",
    ),
    Invariant(
        "guests_claims_have_a_reason",
        "A claim of a guest belongs to a booking or an open change that is in the state for it; of a stay that was "
        "cancelled while it went on, the nights that were slept by then.",
        "SELECT id, kind FROM occupancy WHERE kind IN ('hold', 'booking') AND NOT EXISTS ("
        "SELECT FROM booking WHERE booking.id = source_id AND status = ANY (CASE kind "
        "WHEN 'hold' THEN ARRAY['held', 'requested'] ELSE ARRAY['confirmed', 'completed'] END)) AND NOT EXISTS ("
        "SELECT FROM booking JOIN property ON property.id = booking.property_id WHERE kind = 'booking' "
        "AND booking.id = source_id AND booking.status = 'cancelled' AND payment IN ('card', 'monthly') "
        "AND lower(period) = check_in AND upper(period) = (booking.updated_at AT TIME ZONE zone)::date) "
        "AND NOT EXISTS (SELECT FROM booking_change change WHERE kind = 'hold' AND change.status IN ('asked', "
        "'awaiting_payment') AND occupancy.source_id IN (change.id, change.other_hold_id))",
    ),
    Invariant(
        "agreed_stays_are_paid",
        "A stay that is paid by card and agreed was paid, or its money is being captured.",
        "SELECT booking.id, booking.status FROM booking WHERE payment = 'card' "
        "AND booking.status IN ('confirmed', 'completed', 'no_show') AND NOT EXISTS (SELECT FROM payment "
        "WHERE subject_kind = 'booking' AND subject_id = booking.id AND (payment.status = 'captured' "
        "OR payment.status = 'authorised' AND capture_asked_at IS NOT NULL))",
    ),
    Invariant(
        "what_was_paid_is_agreed_or_goes_back",
        "Whoever paid for a stay has it, or all that was paid was asked to go back.",
        "SELECT payment.id, booking.id FROM payment JOIN booking ON booking.id = subject_id "
        "WHERE subject_kind = 'booking' AND payment.status = 'captured' AND confirmed_at IS NULL AND amount_minor > "
        "(SELECT coalesce(sum(refund.amount_minor), 0) FROM refund WHERE payment_id = payment.id)",
    ),
    Invariant(
        "what_is_due_was_asked_for",
        "Of a stay that ended early no more is held than is not given back of its price.",
        # Of a stay that is paid month by month the months that were paid are what a refund is of.
        "SELECT booking.id FROM booking WHERE refund_minor IS NOT NULL AND CASE payment WHEN 'monthly' THEN ("
        "SELECT coalesce(sum(amount_minor), 0) FROM rent_month WHERE booking_id = booking.id AND status = 'paid') "
        "ELSE total_minor END - refund_minor < ("
        "SELECT coalesce(sum(amount_minor - (SELECT coalesce(sum(refund.amount_minor), 0) FROM refund "
        "WHERE payment_id = payment.id)), 0) FROM payment WHERE payment.status = 'captured' AND subject_id IN ("
        "SELECT booking.id UNION ALL SELECT change.id FROM booking_change change "
        "WHERE change.booking_id = booking.id UNION ALL SELECT month.id FROM rent_month month "
        "WHERE month.booking_id = booking.id))",
    ),
    Invariant(
        "nobody_pays_for_what_is_over",
        "A payment is under way for nights that are held, or it is being ended or captured.",
        "SELECT payment.id, booking.id FROM payment JOIN booking ON booking.id = subject_id "
        "WHERE subject_kind = 'booking' AND payment.status IN ('intended', 'open', 'authorised') "
        "AND let_go_at IS NULL AND capture_asked_at IS NULL AND booking.status NOT IN ('held', 'requested')",
    ),
    Invariant(
        "months_add_up",
        "The months of a stay that is paid month by month, agreed and not ended early, are its price, in order.",
        "SELECT booking.id, booking.status FROM booking LEFT JOIN rent_month month ON month.booking_id = booking.id "
        "AND month.status <> 'closed' WHERE payment = 'monthly' AND booking.status IN ('confirmed', 'completed') "
        "GROUP BY booking.id HAVING coalesce(sum(month.amount_minor), 0) <> booking.total_minor "
        "OR max(month.number) <> count(*)",
    ),
    Invariant(
        "months_are_owed_for_a_stay",
        "A month is to be paid only while its stay is agreed: nobody owes one of a stay that ended early.",
        "SELECT month.id, booking.id FROM rent_month month JOIN booking ON booking.id = booking_id "
        "WHERE month.status = 'to_pay' AND booking.status NOT IN ('confirmed', 'completed')",
    ),
    Invariant(
        "paid_months_were_paid",
        "A month is paid by one payment that was captured for it, of its amount; all other money for it goes back.",
        "SELECT month.id, month.status FROM rent_month month LEFT JOIN payment ON subject_kind = 'rent_month' "
        "AND subject_id = month.id AND payment.status = 'captured' GROUP BY month.id "
        "HAVING count(payment.id) FILTER (WHERE NOT is_late) <> (CASE month.status WHEN 'paid' THEN 1 ELSE 0 END) "
        "OR count(*) FILTER (WHERE NOT is_late AND payment.amount_minor <> month.amount_minor) > 0 "
        "OR count(*) FILTER (WHERE is_late AND payment.amount_minor > (SELECT coalesce(sum(refund.amount_minor), 0) "
        "FROM refund WHERE payment_id = payment.id)) > 0",
    ),
    Invariant(
        "nobody_pays_for_closed_months",
        "A payment is under way for a month that is to be paid, or it is being ended.",
        "SELECT payment.id, month.id FROM payment JOIN rent_month month ON month.id = subject_id "
        "WHERE subject_kind = 'rent_month' AND payment.status IN ('intended', 'open', 'authorised') "
        "AND let_go_at IS NULL AND month.status <> 'to_pay'",
    ),
    Invariant(
        "blocks_have_their_nights",
        "A landlord's block and its claim are there together, at the same home.",
        "SELECT coalesce(block.id, source_id) FROM block FULL JOIN "
        "(SELECT source_id, property_id FROM occupancy WHERE kind = 'block') claim "
        "ON source_id = block.id AND claim.property_id = block.property_id WHERE block.id IS NULL OR source_id IS NULL",
    ),
    Invariant(
        "who_left_has_no_stays",
        "Nobody who has left is tenant or landlord of a stay to come.",
        "SELECT booking.id, identity.id FROM booking JOIN identity ON identity.id IN (tenant_id, landlord_id) "
        "WHERE erased_at IS NOT NULL AND (status IN ('requested', 'held') AND hold_expires_at > :now "
        "OR status = 'confirmed' AND check_out > (CAST(:now AS timestamptz) AT TIME ZONE "
        "(SELECT zone FROM property WHERE property.id = property_id))::date)",
    ),
    Invariant(
        "who_left_has_no_home_on_show",
        "No home of someone who has left is published, or waits for it.",
        "SELECT property.id, identity.id FROM property JOIN identity ON identity.id = landlord_id "
        "WHERE erased_at IS NOT NULL AND status IN ('published', 'pending_review')",
    ),
    Invariant(
        "who_left_is_signed_out",
        "Nobody who has left has a live session, a role or a link that was mailed.",
        "SELECT identity.id FROM identity WHERE erased_at IS NOT NULL AND ("
        "EXISTS (SELECT FROM auth_session WHERE identity_id = identity.id AND ended_at IS NULL) "
        "OR EXISTS (SELECT FROM identity_role WHERE identity_id = identity.id) "
        "OR EXISTS (SELECT FROM mail_link WHERE identity_id = identity.id))",
    ),
    Invariant(
        "who_left_is_forgotten",
        "Of someone who has left there is no address, no password, nothing they were told and no answer kept.",
        "SELECT identity.id FROM identity WHERE erased_at IS NOT NULL AND (email IS NOT NULL "
        "OR password_hash IS NOT NULL OR EXISTS (SELECT FROM notification WHERE person_id = identity.id) "
        "OR EXISTS (SELECT FROM idempotent_reply WHERE person_id = identity.id))",
    ),
    Invariant(
        "what_failed_has_a_case",
        "Whatever failed for good more than five minutes ago stands in an open case.",
        "SELECT CAST(md5(task_name) AS uuid), task_name, count(*) FROM procrastinate_jobs failed "
        "WHERE status = 'failed' AND NOT EXISTS (SELECT FROM case_file WHERE kind = 'failed_job' "
        "AND case_file.status <> 'closed' AND subject_id = CAST(md5(task_name) AS uuid)) "
        "AND coalesce((SELECT max(at) FROM procrastinate_events WHERE job_id = failed.id), '-infinity') "
        "< CAST(:now AS timestamptz) - interval '5 minutes' GROUP BY task_name",
    ),
    Invariant(
        "what_differs_has_a_case",
        "Whatever differs between the books and the provider, and is not explained, stands in an open case.",
        "SELECT id, kind, external_id FROM reconciliation_finding WHERE status = 'open' "
        "AND NOT EXISTS (SELECT FROM case_file WHERE kind = 'reconciliation' AND status <> 'closed')",
    ),
    Invariant(
        "who_left_is_nameless",
        "Someone who has left has no name, neither of their own nor in what others were told, and no machine.",
        "SELECT identity.id FROM identity WHERE erased_at IS NOT NULL AND ("
        "EXISTS (SELECT FROM profile WHERE identity_id = identity.id AND name <> 'Former member') "
        "OR EXISTS (SELECT FROM notification WHERE other_id = identity.id) "
        "OR EXISTS (SELECT FROM auth_session WHERE identity_id = identity.id "
        "AND num_nonnulls(program, system, address_hash, device_hash) > 0))",
    ),
    Invariant(
        "who_left_has_begun_nothing",
        "Nothing stands in the editor of someone who has left, and nothing waits for their undo.",
        "SELECT identity.id FROM identity WHERE erased_at IS NOT NULL AND ("
        "EXISTS (SELECT FROM property_draft WHERE person_id = identity.id) "
        "OR EXISTS (SELECT FROM property_bulk_edit WHERE person_id = identity.id))",
    ),
    Invariant(
        "mails_have_a_reader",
        "A mail that is still to be sent is for someone who has not left.",
        "SELECT call.id FROM outgoing_call call WHERE kind = 'notifications.send_mail' "
        "AND status IN ('waiting', 'calling') AND NOT EXISTS ("
        "SELECT FROM notification JOIN identity ON identity.id = person_id WHERE notification.id = subject_id "
        "AND erased_at IS NULL)",
    ),
    Invariant(
        "entries_balance",
        "An entry of the books has all of its lines, and they add up to nothing in each currency.",
        "SELECT entry.id, currency, sum(amount_minor) FROM ledger_entry entry "
        "JOIN ledger_posting ON entry_id = entry.id GROUP BY entry.id, currency HAVING sum(amount_minor) <> 0 "
        "UNION ALL SELECT entry.id, 'lines', count(entry_id) FROM ledger_entry entry "
        "LEFT JOIN ledger_posting ON entry_id = entry.id GROUP BY entry.id HAVING count(entry_id) <> lines",
    ),
    Invariant(
        "balances_follow_from_postings",
        "The balance kept of a guarded account is what its postings add up to, and of no other one is any kept.",
        "SELECT account.id, code, kept.amount_minor, summed.amount_minor FROM ledger_account account "
        "LEFT JOIN ledger_balance kept ON kept.account_id = account.id LEFT JOIN (SELECT account_id, "
        "sum(amount_minor) AS amount_minor, count(*) AS postings FROM ledger_posting GROUP BY account_id) summed "
        "ON summed.account_id = account.id AND NOT may_go_below_zero WHERE "
        "(kept.amount_minor, kept.postings) IS DISTINCT FROM (summed.amount_minor, summed.postings)",
    ),
    Invariant(
        "landlords_have_what_the_books_say",
        "What a landlord has earned and was not paid, and what they owe, is what stands on their accounts.",
        "SELECT coalesce(told.landlord_id, booked.landlord_id), told.*, booked.* FROM ("
        "SELECT landlord_id, currency, sum(payable) AS payable, sum(owed) AS owed FROM ("
        "SELECT landlord_id, currency, net_minor - returned_minor - recovered_minor - paid_minor AS payable, 0 AS owed "
        "FROM earning UNION ALL SELECT landlord_id, currency, transfer.amount_minor, 0 FROM transfer "
        "JOIN earning ON earning.id = earning_id WHERE status = 'asked' UNION ALL "
        "SELECT landlord_id, currency, 0, owed_minor - recovered_minor - (SELECT coalesce(sum(amount_minor), 0) "
        "FROM transfer_reversal WHERE clawback_id = clawback.id AND status = 'done') FROM clawback "
        "WHERE undone_at IS NULL) each GROUP BY landlord_id, currency) told FULL JOIN ("
        "SELECT CAST(substr(owner, 10) AS uuid) AS landlord_id, ledger_account.currency, "
        "-coalesce(sum(amount_minor) FILTER (WHERE code = 'landlord_payable'), 0) AS payable, "
        "coalesce(sum(amount_minor) FILTER (WHERE code = 'landlord_receivable'), 0) AS owed FROM ledger_account "
        "JOIN ledger_posting ON account_id = ledger_account.id WHERE code IN ('landlord_payable', "
        "'landlord_receivable') GROUP BY 1, 2) booked ON (booked.landlord_id, booked.currency) = "
        "(told.landlord_id, told.currency) WHERE (coalesce(told.payable, 0), coalesce(told.owed, 0)) <> "
        "(coalesce(booked.payable, 0), coalesce(booked.owed, 0))",
    ),
    Invariant(
        "what_was_paid_is_somebodys",
        "Of every payment that was captured and wanted for a stay it is written down who earns it.",
        "SELECT payment.id, subject_kind FROM payment WHERE status = 'captured' AND NOT is_late "
        "AND subject_kind IN ('booking', 'booking_change', 'rent_month') "
        "AND NOT EXISTS (SELECT FROM earning WHERE payment_id = payment.id)",
    ),
    Invariant(
        "guarded_accounts_are_not_below_zero",
        "What the books owe to somebody, or are owed, is never less than nothing.",
        "SELECT account.id, code, owner, sum(amount_minor) FROM ledger_account account "
        "JOIN ledger_posting ON account_id = account.id WHERE NOT may_go_below_zero GROUP BY account.id "
        "HAVING sum(CASE normal WHEN 'debit' THEN amount_minor ELSE -amount_minor END) < 0",
    ),
)


async def violations_of(database: Database, invariant: Invariant) -> list[Violation]:
    """What breaks an invariant now, at most `MAX_TOLD`."""
    async with database.transaction() as session:
        found = await session.execute(text(f"{invariant.query} LIMIT {MAX_TOLD}"), _values(invariant))
        return [Violation(invariant.name, row[0], tuple(row[1:])) for row in found.all()]


async def violations(database: Database) -> list[Violation]:
    """What breaks any invariant now. Nothing, if all is well."""
    return [found for invariant in INVARIANTS for found in await violations_of(database, invariant)]


def _values(invariant: Invariant) -> dict[str, object]:
    return {"now": clock.now()} if ":now" in invariant.query else {}
