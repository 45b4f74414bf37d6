"""Where somebody's money is: their payments with what happened to each. One query for the screen, the mails, the file
for spreadsheets and the receipt."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock, cursors
from server.core.database import Database
from server.core.errors import NotFound
from server.core.identity import Identity
from server.core.spreadsheets import csv_line
from server.core.words import Translator, translator
from server.payments.repository import Payments
from server.payments.service import rooms
from server.payments.service.refunds import subject_of
from server.payments.service.rooms import Thing
from server.payments.tables import DisputeTable, PaymentTable, RefundTable
from server.users import service as users
from shared_models.money import Currency, Money
from shared_models.paging import Page
from shared_models.payment_history import (
    DisputeFacts,
    PaymentFacts,
    PaymentHistory,
    RefundFacts,
    movements,
    whereabouts,
)
from shared_models.payment_words import Speech, movement_words, whereabouts_words
from shared_models.payments import DisputeStatus, PaymentStatus, RefundStatus

AT_A_TIME = 200


async def page(
    session: AsyncSession, caller: Identity, *, reference: str | None = None, cursor: str | None = None, limit: int = 20
) -> Page[PaymentHistory]:
    """What the caller was asked to pay, for the thing of a `reference` alone if there is one, the newest first.

    Raises Malformed for a bad cursor.
    """
    before: UUID | None = None if cursor is None else cursors.unpack(cursor, [UUID])[0]
    things = None if reference is None else await rooms.find(session, reference)
    found = await Payments(session).page_of_payer(caller.id, before, limit + 1, things=things)
    rows = found[:limit]
    next_cursor = cursors.pack([rows[-1].id]) if len(found) > limit else None
    return Page(items=await to_read(session, rows), next_cursor=next_cursor)


async def one(session: AsyncSession, caller: Identity, payment_id: UUID) -> PaymentHistory:
    """A payment of the caller's. Raises NotFound."""
    payment = await Payments(session).one_of_payer(caller.id, payment_id)
    if payment is None:
        raise NotFound
    return (await to_read(session, [payment]))[0]


async def by_id(session: AsyncSession, payment_id: UUID) -> PaymentHistory:
    """A payment, for the rooms above, which have asked who may see it. Raises NotFound."""
    payment = await Payments(session).by_id(payment_id)
    if payment is None:
        raise NotFound
    return (await to_read(session, [payment]))[0]


async def to_read(session: AsyncSession, payments: Sequence[PaymentTable]) -> list[PaymentHistory]:
    """Payments as the one who paid sees them, in the same number of statements however many there are."""
    ids = [row.id for row in payments]
    refunds, disputes = defaultdict[UUID, list[RefundTable]](list), defaultdict[UUID, list[DisputeTable]](list)
    for refund in await Payments(session).refunds_of(ids):
        refunds[refund.payment_id].append(refund)
    for dispute in await Payments(session).disputes_of(ids):
        disputes[dispute.payment_id].append(dispute)
    things = await rooms.things_of(session, map(subject_of, payments))
    return [
        _history(row, facts_of(row, refunds[row.id], disputes[row.id]), things.get(subject_of(row))) for row in payments
    ]


def facts_of(payment: PaymentTable, refunds: Sequence[RefundTable], disputes: Sequence[DisputeTable]) -> PaymentFacts:
    """What the rows of a payment, its refunds and its disputes tell."""
    currency = Currency(payment.currency)
    lost = payment.lost_stay_minor + sum(minor for _, minor in payment.lost_taxes)
    return PaymentFacts(
        status=PaymentStatus(payment.status),
        amount=Money(amount_minor=payment.amount_minor, currency=currency),
        created_at=payment.created_at,
        authorised_at=payment.authorised_at,
        settled_at=payment.settled_at,
        is_late=payment.is_late,
        lost=Money(amount_minor=lost, currency=currency),
        lost_credit=Money(amount_minor=payment.lost_credit_minor, currency=currency),
        refunds=[_refund_facts(row, currency) for row in refunds],
        disputes=[_dispute_facts(row, currency) for row in disputes],
    )


def _refund_facts(row: RefundTable, currency: Currency) -> RefundFacts:
    return RefundFacts(
        id=row.id,
        amount=Money(amount_minor=row.amount_minor, currency=currency),
        status=RefundStatus(row.status),
        asked_at=row.created_at,
        is_of_credit=row.is_of_credit,
        is_credited=row.is_credited,
        sent_at=row.sent_at,
        failed_at=row.failed_at,
        paid_otherwise_at=row.paid_otherwise_at,
    )


def _dispute_facts(row: DisputeTable, currency: Currency) -> DisputeFacts:
    return DisputeFacts(
        status=DisputeStatus(row.status),
        amount=Money(amount_minor=row.amount_minor, currency=currency),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        taken=Money(amount_minor=row.taken_minor, currency=currency),
        was_taken=bool(row.movements),
    )


def _history(payment: PaymentTable, facts: PaymentFacts, thing: Thing | None) -> PaymentHistory:
    return PaymentHistory(
        id=payment.id,
        title=payment.title if thing is None or thing.title is None else thing.title,
        subject_kind=payment.subject_kind,
        subject_id=payment.subject_id,
        part_of=None if thing is None else thing.part_of,
        status=facts.status,
        amount=facts.amount,
        created_at=payment.created_at,
        movements=movements(facts),
        money=whereabouts(facts, clock.now()),
        has_receipt=facts.status is PaymentStatus.CAPTURED,
    )


async def csv_lines(database: Database, caller: Identity) -> AsyncIterator[str]:
    """All of the caller's payments for a spreadsheet: a line for each thing that happened, in their own language.

    Amounts are plain figures with the decimals of their currency. A payment of which nothing happened has one line all
    the same. No connection is held while a reader is slow.
    """
    async with database.transaction() as session:
        spoken = translator(await users.language_of(session, caller.id))
    t = spoken.t
    yield csv_line(
        [t("Time (UTC)"), t("Payment"), t("For"), t("What happened"), t("Amount"), t("Currency"), t("Where it is now")]
    )
    before: UUID | None = None
    while True:
        async with database.transaction() as session:
            rows = await Payments(session).page_of_payer(caller.id, before, AT_A_TIME)
            found = await to_read(session, rows)
        for payment in found:
            for line in _csv_of(payment, spoken):
                yield line
        if len(found) < AT_A_TIME:
            return
        before = found[-1].id


def _csv_of(payment: PaymentHistory, spoken: Translator) -> list[str]:
    speech = speech_of(spoken)
    now = " ".join(whereabouts_words(part, speech) for part in payment.money)
    happened = [(each.at, movement_words(each.kind, speech), each.amount) for each in payment.movements]
    lines = happened or [(payment.created_at, "", payment.amount)]
    return [
        csv_line(
            [
                at.strftime("%Y-%m-%d %H:%M:%S"),
                str(payment.id),
                payment.title,
                words,
                amount.major,
                amount.currency.value,
                now,
            ]
        )
        for at, words, amount in lines
    ]


def speech_of(spoken: Translator) -> Speech:
    """How a language of the server says what both sides say alike."""
    return Speech(spoken.t, spoken.money, spoken.short_day)
