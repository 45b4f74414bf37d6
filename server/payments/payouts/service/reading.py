"""Where a landlord's money is: what they earn with each payment. One query for the screen and the file."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock, cursors
from server.core.database import Database
from server.core.errors import NotFound
from server.core.identity import Identity
from server.core.spreadsheets import csv_line
from server.core.words import Translator, translator
from server.payments.ledger import service as ledger
from server.payments.ledger.service import Subject
from server.payments.payouts import rules
from server.payments.payouts.repository import Payouts, WithPayment
from server.payments.payouts.service.earning import available
from server.payments.payouts.tables import ClawbackTable, EarningTable, TransferTable
from server.payments.service import rooms
from server.payments.service.rooms import Thing
from server.payments.tables import PaymentTable
from server.users import service as users
from shared_models.earning_words import status_words, waits_words
from shared_models.earnings import Earning, EarningsPage, EarningStatus, EarningsTotal, TransferStatus, WaitReason
from shared_models.fee_tax import FeeTaxRule
from shared_models.ledger import AccountCode
from shared_models.money import Currency, Money

AT_A_TIME = 200


async def page(session: AsyncSession, caller: Identity, *, cursor: str | None = None, limit: int = 20) -> EarningsPage:
    """What the caller earns, the latest due first; with the first page how much there is in each currency.

    Raises Malformed for a bad cursor.
    """
    before = cursors.unpack_moment(cursor)
    found = await Payouts(session).page_of(caller.id, before, limit + 1)
    rows = found[:limit]
    more = len(found) > limit
    return EarningsPage(
        items=await _to_read(session, rows),
        next_cursor=cursors.pack_moment(rows[-1][0].due_at, rows[-1][0].id) if more else None,
        totals=await _totals(session, caller.id) if before is None else (),
    )


async def one(session: AsyncSession, caller: Identity, earning_id: UUID) -> Earning:
    """What the caller earns with one payment. Raises NotFound."""
    found = await Payouts(session).one_of(caller.id, earning_id)
    if found is None:
        raise NotFound
    return (await _to_read(session, [found]))[0]


@dataclass
class _Moved:
    """What went and came of an earning, in minor units."""

    transfers: list[TransferTable] = field(default_factory=list)
    clawbacks: list[ClawbackTable] = field(default_factory=list)

    def transferred(self, status: TransferStatus) -> int:
        return sum(row.amount_minor - row.reversed_minor for row in self.transfers if row.status == status.value)

    @property
    def taken_later(self) -> int:
        return sum(row.recovered_minor for row in self.clawbacks)

    @property
    def owed(self) -> int:
        return sum(row.owed_minor - row.recovered_minor - row.reversed_minor for row in self.clawbacks)

    @property
    def paid_at(self) -> datetime | None:
        return max((row.done_at for row in self.transfers if row.done_at is not None), default=None)


async def _to_read(session: AsyncSession, rows: Sequence[WithPayment]) -> list[Earning]:
    """Earnings as their landlord sees them, in the same number of statements however many there are."""
    ids, moved = [row.id for row, _ in rows], defaultdict[UUID, _Moved](_Moved)
    for transfer in await Payouts(session).transfers_of(ids):
        moved[transfer.earning_id].transfers.append(transfer)
    for clawback in await Payouts(session).clawbacks_of(ids):
        moved[clawback.earning_id].clawbacks.append(clawback)
    things = await rooms.things_of(session, (_about(payment) for _, payment in rows))
    held = await _held(session, [payment for _, payment in rows])
    return [
        _earning(row, payment, moved[row.id], held[payment.id], things.get(_about(payment))) for row, payment in rows
    ]


def _about(payment: PaymentTable) -> Subject:
    return Subject(payment.subject_kind, payment.subject_id)


async def _held(session: AsyncSession, payments: Collection[PaymentTable]) -> Mapping[UUID, int]:
    """What is held for what each was paid for, and is nobody's yet."""
    found = await ledger.balances(session, *(_about(payment).owner for payment in payments))
    liable = {
        (each.account.owner, each.currency.value): each.amount_minor
        for each in found
        if each.account.code is AccountCode.STAY_LIABILITY
    }
    return {payment.id: liable.get((_about(payment).owner, payment.currency), 0) for payment in payments}


def _earning(row: EarningTable, payment: PaymentTable, moved: _Moved, held: int, thing: Thing | None) -> Earning:
    fee, tax = row.fee_minor - row.back_fee_minor, row.tax_minor - row.back_tax_minor
    theirs = row.net_minor - row.back_net_minor
    waiting = held + available(row) + moved.transferred(TransferStatus.ASKED)
    amounts = {
        "let_for": payment.stay_minor,
        "given_back": payment.stay_minor - theirs - fee - tax - held,
        "fee": fee,
        "fee_tax": tax,
        "recovered": row.recovered_minor,
        "paid_out": moved.transferred(TransferStatus.DONE),
        "taken_later": moved.taken_later,
        "waiting": waiting,
        "owed": moved.owed,
    }
    status = _status(row, waiting=waiting, theirs=theirs)
    return Earning(
        id=row.id,
        title=payment.title if thing is None or thing.title is None else thing.title,
        reference="" if thing is None else thing.reference,
        subject_kind=payment.subject_kind,
        part_of=None if thing is None else thing.part_of,
        status=status,
        waits_for=WaitReason(row.waits_for) if row.waits_for and status is EarningStatus.WAITS else None,
        due_at=row.due_at,
        earned_at=row.earned_at,
        paid_at=moved.paid_at,
        fee_tax_rule=None if row.tax_rule is None else FeeTaxRule(row.tax_rule),
        **{name: rules.money(minor, row.currency) for name, minor in amounts.items()},
    )


def _status(row: EarningTable, *, waiting: int, theirs: int) -> EarningStatus:
    if waiting and row.due_at > clock.now():
        return EarningStatus.ON_THE_WAY
    if waiting:
        return EarningStatus.PAYING if row.waits_for is None else EarningStatus.WAITS
    return EarningStatus.PAID if theirs else EarningStatus.GIVEN_BACK


async def _totals(session: AsyncSession, landlord_id: UUID) -> tuple[EarningsTotal, ...]:
    payouts, now = Payouts(session), clock.now()
    unearned = await payouts.open_of(landlord_id)
    held = await _held(session, [payment for _, payment in unearned])
    to_come, due = defaultdict[str, int](int), defaultdict[str, int](int)
    for row, payment in unearned:
        (to_come if row.due_at > now else due)[row.currency] += held[payment.id]
    return tuple(
        EarningsTotal(
            currency=Currency(code),
            on_the_way=rules.money(to_come[code], code),
            waits=rules.money(due[code] + rest + asked, code),
            paid=rules.money(paid, code),
            owed=rules.money(owed, code),
        )
        for code, rest, asked, paid, owed in await payouts.sums_of(landlord_id)
    )


async def csv_lines(
    database: Database, caller: Identity, due_within: tuple[datetime, datetime] | None
) -> AsyncIterator[str]:
    """What the caller earns, or the part that is due within a time, for a spreadsheet and in their own language.

    Amounts are plain figures with the decimals of their currency. No connection is held while a reader is slow.
    """
    async with database.transaction() as session:
        spoken = translator(await users.language_of(session, caller.id))
    yield csv_line(_heads(spoken))
    before: tuple[datetime, UUID] | None = None
    while True:
        async with database.transaction() as session:
            rows = await Payouts(session).page_of(caller.id, before, AT_A_TIME, due_within=due_within)
            found = await _to_read(session, rows)
        for earning in found:
            yield csv_line(_cells(earning, spoken))
        if len(found) < AT_A_TIME:
            return
        before = (rows[-1][0].due_at, rows[-1][0].id)


def _heads(spoken: Translator) -> list[str]:
    t = spoken.t
    return [
        *(t("Due (UTC)"), t("Stay"), t("Reference"), t("Where it is now"), t("Currency"), t("Let for")),
        *(t("Given back"), t("Fee"), t("VAT on the fee"), t("Taken for an older stay"), t("Paid out")),
        *(t("Taken from later stays"), t("To be paid out"), t("Still owed"), t("Paid out on (UTC)")),
    ]


def _cells(earning: Earning, spoken: Translator) -> list[Any]:
    where = status_words(earning.status, spoken.t)
    if earning.waits_for is not None:
        where = f"{where}: {waits_words(earning.waits_for, spoken.t)}"
    amounts: tuple[Money, ...] = (
        *(earning.let_for, earning.given_back, earning.fee, earning.fee_tax, earning.recovered, earning.paid_out),
        *(earning.taken_later, earning.waiting, earning.owed),
    )
    paid = "" if earning.paid_at is None else _moment(earning.paid_at)
    told = [_moment(earning.due_at), earning.title, earning.reference, where, earning.let_for.currency.value]
    return [*told, *(amount.major for amount in amounts), paid]


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")


async def data_export(session: AsyncSession, person_id: UUID) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """What a person earned and owes, and what was moved to their account."""
    rows = await Payouts(session).all_of(person_id)
    ids = [row.id for row in rows]
    hidden = {"landlord_id"}
    return {
        "earnings": [row.model_dump(mode="json", exclude=hidden) for row in rows],
        "transfers": [row.model_dump(mode="json") for row in await Payouts(session).transfers_of(ids)],
        "clawbacks": [row.model_dump(mode="json", exclude=hidden) for row in await Payouts(session).clawbacks_of(ids)],
    }
