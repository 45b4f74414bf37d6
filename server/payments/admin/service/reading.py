"""Payments as admins read them: the list, and one with all that is known of it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.service import door as auth
from server.core import attempts, cursors
from server.core.errors import NotFound
from server.core.identity import Identity
from server.core.settings import Settings
from server.core.tables import OutgoingCall
from server.payments import rules as payment_rules
from server.payments.admin import rules
from server.payments.admin.repository import PaymentsOfAll, Wanted
from server.payments.admin.tables import RefundRequestTable
from server.payments.ledger import service as ledger
from server.payments.repository import Payments
from server.payments.service import calls, refunds, rooms
from server.payments.service.amounts import parts_of, to_read
from server.payments.service.rooms import Thing
from server.payments.tables import DisputeTable, PaymentTable, RefundTable
from server.users import service as users
from shared_models.money import Currency, Money
from shared_models.payments import PaymentStatus
from shared_models.payments_admin import (
    AmountParts,
    BookEntry,
    BookLine,
    DisputePage,
    DisputeRead,
    PaymentFull,
    PaymentRow,
    PaymentRows,
    ProviderCall,
    RefundRead,
    RefundRequestPage,
    RefundRequestRead,
    RefundRequestStatus,
)

MAX_PEOPLE = 200
"""How many people of a name are looked among: more than anyone reads."""


async def search(
    session: AsyncSession, text: str | None, status: PaymentStatus | None, cursor: str | None, limit: int
) -> PaymentRows:
    """Payments, the latest first: of a status, and of those whose booking, payer, amount or id at the provider a text
    may mean."""
    payments, wanted = PaymentsOfAll(session), await _wanted(session, text, status)
    rows = await payments.page(wanted, cursors.unpack_moment(cursor), limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    return PaymentRows(
        items=[PaymentRow(**row) for row in await _rows(session, rows[:limit])],
        next_cursor=None if last is None else cursors.pack_moment(last.created_at, last.id),
        waiting=await payments.waiting(),
    )


async def _wanted(session: AsyncSession, text: str | None, status: PaymentStatus | None) -> Wanted:
    if text is None or not text.strip():
        return Wanted(status)
    sought = rules.sought(text)
    by_email = await auth.with_email(session, sought.text)
    by_name = await users.called(session, sought.text, MAX_PEOPLE)
    return Wanted(status, sought, [*by_email, *by_name], await rooms.find(session, sought.text))


async def read(session: AsyncSession, settings: Settings, admin: Identity, payment_id: UUID) -> PaymentFull:
    """A payment with all that is known of it. Raises NotFound."""
    payment = await Payments(session).by_id(payment_id)
    if payment is None:
        raise NotFound
    (row,) = await _rows(session, [payment])
    currency, went_back = Currency(payment.currency), await Payments(session).refunds_of([payment.id])
    requests = await PaymentsOfAll(session).requests_of(payment.id)
    columns = {"is_held", "expires_at", "capture_before", "looked_at", "session_id", "intent_id"}
    return PaymentFull(
        **row,
        **payment.model_dump(include=columns | {"balance_transaction_id"}),
        parts=to_read(parts_of(payment, currency)),
        left=left_of(payment, went_back, requests),
        refunded_alone_up_to=alone_up_to(settings, admin, payment, requests),
        refunds=[_refund(each, currency) for each in went_back],
        requests=await requests_to_read(session, requests),
        is_disputed=payment.is_disputed,
        disputes=await _disputes(session, await Payments(session).disputes_of([payment.id])),
        entries=await _entries(session, payment),
        calls=await _calls(session, payment.id, [each.id for each in went_back]),
    )


def left_of(
    payment: PaymentTable, went_back: Sequence[RefundTable], requests: Sequence[RefundRequestTable]
) -> AmountParts:
    """What is left of each part of a payment, when what waits for a second admin goes back as well; nothing of one that
    was not paid."""
    currency = Currency(payment.currency)
    if payment.status != PaymentStatus.CAPTURED.value:
        return to_read(payment_rules.less(parts_of(payment, currency), [parts_of(payment, currency)]))
    waiting = [parts_of(row, currency) for row in requests if row.status == RefundRequestStatus.WAITING.value]
    left = refunds.left_of(payment, went_back)
    try:
        return to_read(payment_rules.less(left, waiting))
    except ValueError:  # more went back meanwhile than they knew who wait
        return to_read(payment_rules.less(left, [left]))


def alone_up_to(
    settings: Settings, admin: Identity, payment: PaymentTable, requests: Sequence[RefundRequestTable]
) -> Money:
    """How much an admin may let go back of a payment without a second one; nothing of what they paid themselves."""
    currency = Currency(payment.currency)
    if admin.id == payment.payer_id:
        return Money(amount_minor=0, currency=currency)
    alone = [
        Money(amount_minor=row.amount_minor, currency=currency)
        for row in requests
        if row.status == RefundRequestStatus.APPROVED.value and row.decided_by is None
    ]
    return rules.alone_up_to(settings.second_admin_above, currency, alone)


async def waiting_requests(
    session: AsyncSession, *, decided: bool, cursor: str | None, limit: int
) -> RefundRequestPage:
    """Refunds that wait for a second admin, the oldest first; or those that were decided, the latest first."""
    payments = PaymentsOfAll(session)
    rows = await payments.requests(decided=decided, after=cursors.unpack_moment(cursor), limit=limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    return RefundRequestPage(
        items=await requests_to_read(session, rows[:limit]),
        next_cursor=None if last is None else cursors.pack_moment(last.decided_at or last.asked_at, last.id),
        waiting=await payments.waiting(),
    )


async def requests_to_read(session: AsyncSession, rows: Sequence[RefundRequestTable]) -> list[RefundRequestRead]:
    """Refunds that admins want, with what was paid for and by whom."""
    payments = await PaymentsOfAll(session).payments([row.payment_id for row in rows])
    people = {id_ for row in rows for id_ in (row.asked_by, row.decided_by) if id_ is not None}
    names = await users.names(session, people | {payment.payer_id for payment in payments.values()})
    return [_request(row, payments[row.payment_id], names) for row in rows]


def _request(row: RefundRequestTable, payment: PaymentTable, names: Mapping[UUID, str]) -> RefundRequestRead:
    return RefundRequestRead(
        **row.model_dump(exclude={"stay_minor", "taxes", "amount_minor"}),
        title=payment.title,
        payer_name=names.get(payment.payer_id, ""),
        parts=to_read(parts_of(row, Currency(payment.currency))),
        asked_by_name=names.get(row.asked_by, ""),
        decided_by_name=names.get(row.decided_by, "") if row.decided_by else "",
    )


async def disputes(session: AsyncSession, *, undecided: bool, cursor: str | None, limit: int) -> DisputePage:
    """Disputes, the latest first; `undecided`: only those of which more is to be heard."""
    payments = PaymentsOfAll(session)
    rows = await payments.disputes(undecided=undecided, after=cursors.unpack_moment(cursor), limit=limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    return DisputePage(
        items=await _disputes(session, rows[:limit]),
        next_cursor=None if last is None else cursors.pack_moment(last.opened_at, last.id),
        undecided=await payments.undecided(),
    )


async def _disputes(session: AsyncSession, rows: Sequence[DisputeTable]) -> list[DisputeRead]:
    paid = await PaymentsOfAll(session).payments([row.payment_id for row in rows])
    names = await users.names(session, {payment.payer_id for payment in paid.values()})
    things = await rooms.things_of(session, map(refunds.subject_of, paid.values()))
    columns = {"id", "payment_id", "external_id", "status", "reason", "answer_by", "opened_at", "closed_at"}
    return [
        DisputeRead(
            **row.model_dump(include=columns),
            title=paid[row.payment_id].title,
            reference=_reference(things.get(refunds.subject_of(paid[row.payment_id]))),
            payer_name=names.get(paid[row.payment_id].payer_id, ""),
            amount=Money(amount_minor=row.amount_minor, currency=Currency(paid[row.payment_id].currency)),
        )
        for row in rows
    ]


async def data_export(session: AsyncSession, person_id: UUID) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Refunds that somebody wanted or decided as an admin, and those that admins wanted of their payments."""
    rows = await PaymentsOfAll(session).requests_about(person_id)
    hidden = {"asked_by", "decided_by"}
    return {"refund_requests": [row.model_dump(mode="json", exclude=hidden) for row in rows]}


async def _rows(session: AsyncSession, rows: Sequence[PaymentTable]) -> list[dict[str, Any]]:
    """The fields of `PaymentRow` of each payment; as many statements for many as for one."""
    payers = {row.payer_id for row in rows}
    names, emails = await users.names(session, payers), await auth.emails_of(session, payers)
    things = await rooms.things_of(session, map(refunds.subject_of, rows))
    went_back = await Payments(session).refunds_of([row.id for row in rows])
    fields = {"id", "subject_kind", "subject_id", "title", "payer_id", "status", "created_at", "settled_at"}
    return [
        row.model_dump(include=fields)
        | {
            "reference": _reference(things.get(refunds.subject_of(row))),
            "payer_name": names.get(row.payer_id, ""),
            "payer_email": emails.get(row.payer_id),
            "amount": parts_of(row, Currency(row.currency)).total,
            "refunded": _refunded(row, [each for each in went_back if each.payment_id == row.id]),
        }
        for row in rows
    ]


def _reference(thing: Thing | None) -> str:
    return "" if thing is None else thing.reference


def _refunded(payment: PaymentTable, went_back: Sequence[RefundTable]) -> Money:
    return parts_of(payment, Currency(payment.currency)).total - refunds.left_of(payment, went_back).total


def _refund(row: RefundTable, currency: Currency) -> RefundRead:
    columns = {"id", "status", "is_of_credit", "external_id", "created_at"}
    return RefundRead(**row.model_dump(include=columns), parts=to_read(parts_of(row, currency)))


async def _entries(session: AsyncSession, payment: PaymentTable) -> list[BookEntry]:
    return [
        BookEntry(
            id=id_,
            kind=entry.kind.value,
            source=entry.fact.source,
            external_id=entry.fact.external_id,
            happened_at=entry.fact.happened_at,
            posted_at=posted_at,
            lines=[
                BookLine(account=line.account.code.value, owner=line.account.owner, amount=line.amount)
                for line in entry.postings
            ],
        )
        for id_, posted_at, entry in await ledger.entries_about(session, refunds.subject_of(payment))
    ]


async def _calls(session: AsyncSession, payment_id: UUID, refund_ids: Sequence[UUID]) -> list[ProviderCall]:
    opened = await attempts.of_subjects(session, calls.OPEN_PAGE, [payment_id])
    sent = await attempts.of_subjects(session, refunds.SEND_REFUND, refund_ids)
    return [_call(call) for call in (*opened, *sent)]


def _call(call: OutgoingCall) -> ProviderCall:
    columns = {"status", "attempts", "first_tried_at", "settled_at", "error"}
    return ProviderCall(name=call.kind, **call.model_dump(include=columns))
