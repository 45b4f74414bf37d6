"""The books compared with what the provider says, every day: by line, and as a whole.

A look reads the provider's lines page by page, each kept in a transaction of its own, and no transaction is open
meanwhile. What it compares is all that was ever read with all that was ever posted, in one walk through both: so a
difference is found whatever day it is of, and goes away by itself when what was missing has come.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from server.cases import service as cases
from server.cases.service import Opening, SubjectSummary
from server.core import clock, cursors, jobs
from server.core.identity import Identity
from server.payments.ledger import service as ledger
from server.payments.reconciliation import rules
from server.payments.reconciliation.repository import Reconciliations
from server.payments.reconciliation.rules import Difference, Movement
from server.payments.reconciliation.tables import ReconciliationFindingTable, ReconciliationRunTable
from server.payments.rules import STRIPE
from server.users import service as users
from shared_models.cases import CaseDecision, CaseKind, CaseOutcome
from shared_models.money import Currency, Money
from shared_models.reconciliation import (
    ClearingBalance,
    Finding,
    FindingKind,
    FindingStatus,
    ReconciliationRun,
    RunPage,
    RunStatus,
)

RECONCILE = "payments.reconcile"
MAX_ASKED_ONE_BY_ONE = 100
SUBJECT = UUID("0b9a2f5e-3c1d-4a77-9d0e-6f1f2c5b8a41")
"""What the case about differences is about: all of them, for they have one cause more often than not."""
log = structlog.get_logger(__name__)


async def begin(session: AsyncSession, asked_by: UUID | None = None) -> ReconciliationRunTable:
    """The look that is running, or else a new one at all that moved until a quarter of an hour ago."""
    runs = Reconciliations(session)
    read_up_to = await runs.read_up_to()
    since = None if read_up_to is None else read_up_to - rules.OVERLAP
    return await runs.begin(clock.now() - rules.GRACE, since, asked_by)


async def ask(session: AsyncSession, admin: Identity) -> ReconciliationRun:
    """Have a look begun now, as part of this transaction; the one that is running where there is one."""
    run = await begin(session, admin.id)
    await jobs.defer(session, RECONCILE, lock=RECONCILE)
    return (await _runs_to_read(session, [run]))[0]


async def unknown_there(session: AsyncSession) -> Sequence[str]:
    """What the provider did not know when it was last asked, to be asked for one by one."""
    return await Reconciliations(session).unknown_there(MAX_ASKED_ONE_BY_ONE)


async def keep(session: AsyncSession, run_id: UUID, lines: Sequence[Movement], cursor: str | None) -> None:
    """Keep lines that were read, and how far the look has come with them."""
    runs = Reconciliations(session)
    run = await runs.locked(run_id)
    if run is not None:
        run.movements += await runs.keep(lines)
        run.cursor = cursor


def held_by(run: ReconciliationRunTable) -> Mapping[Currency, int] | None:
    """What the provider held when the lines of a look began to be read; None before that."""
    return None if run.held is None else {Currency(code): minor for code, minor in run.held.items()}


async def hold(session: AsyncSession, run_id: UUID, held: Mapping[Currency, int]) -> datetime | None:
    """Note what the provider holds now that its lines begin to be read. Answers from when on to read them where all of
    them were read before: None where there are none."""
    runs = Reconciliations(session)
    run = await runs.locked(run_id)
    if run is not None:
        run.held, run.cursor = {currency.value: amount for currency, amount in held.items()}, None
    newest = await runs.newest_line()
    return None if newest is None else newest - rules.OVERLAP


async def finish(session: AsyncSession, run_id: UUID, held: Mapping[Currency, int] | None) -> None:
    """Compare, and write down what differs; twice is once. `held`: None when it changed all the time.

    A difference that is new opens a case; when none is open any more the case is closed.
    """
    runs = Reconciliations(session)
    run = await runs.locked(run_id)
    if run is None or run.status == RunStatus.DONE.value:
        return
    compared = await rules.compared(runs.lines(), ledger.moved(session, STRIPE), run.until)
    found = [*compared.found, *([] if held is None else compared.off_balance(held))]
    are_new, are_open = await _note(session, run, found, balances_are_known=held is not None)
    run.status, run.finished_at, run.found = RunStatus.DONE.value, clock.now(), len(are_open)
    run.balances = None if held is None else [[*each] for each in compared.balances(held)]
    if are_new:
        words = sorted({difference.kind.value for difference in are_open})
        log.warning("books_differ_from_provider", kinds=words, differences=len(are_open))
        await cases.open_cases(session, CaseKind.RECONCILIATION, [Opening(SUBJECT, by=None, words=words)])
    if not are_open:
        succeeded = CaseDecision(outcome=CaseOutcome.SUCCEEDED)
        await cases.settle(session, CaseKind.RECONCILIATION, [SUBJECT], succeeded, None)


async def _note(
    session: AsyncSession, run: ReconciliationRunTable, found: Iterable[Difference], *, balances_are_known: bool
) -> tuple[list[ReconciliationFindingTable], list[Difference]]:
    """Write down what differs; answers what is new, and all that nobody has explained."""
    runs = Reconciliations(session)
    standing = {(row.kind, row.external_id): row for row in await runs.live()}
    added, unexplained = list[ReconciliationFindingTable](), list[Difference]()
    for difference in found:
        row = standing.pop(difference.key, None)
        if row is None or not _is_same(row, difference):
            if row is not None:
                _is_gone(row)
                await session.flush()  # the database knows one difference of a kind and an id
            added.append(_row(run, difference))
            await runs.add(added[-1:])
        if row is None or row.status != FindingStatus.EXPLAINED.value:
            unexplained.append(difference)
    for row in standing.values():
        if balances_are_known or row.kind != FindingKind.OTHER_BALANCE.value:
            _is_gone(row)
    return added, unexplained


def _is_same(row: ReconciliationFindingTable, difference: Difference) -> bool:
    return (_money(row.theirs_minor, row.theirs_currency), _money(row.ours_minor, row.ours_currency)) == (
        difference.theirs,
        difference.ours,
    )


def _is_gone(row: ReconciliationFindingTable) -> None:
    row.status, row.settled_at = FindingStatus.GONE.value, clock.now()


def _row(run: ReconciliationRunTable, difference: Difference) -> ReconciliationFindingTable:
    theirs, ours = difference.theirs, difference.ours
    return ReconciliationFindingTable(
        run_id=run.id,
        kind=difference.kind.value,
        external_id=difference.external_id,
        what=difference.what,
        theirs_minor=None if theirs is None else theirs.amount_minor,
        theirs_currency=None if theirs is None else theirs.currency.value,
        ours_minor=None if ours is None else ours.amount_minor,
        ours_currency=None if ours is None else ours.currency.value,
        happened_at=difference.at,
    )


async def lock(session: AsyncSession, subject_id: UUID) -> None:
    """Let the differences that a case is about stay as they are."""
    del subject_id  # there is one
    await Reconciliations(session).live()


async def summarise(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, SubjectSummary]:
    """What the queue calls them: their kinds are the case's own words."""
    del session
    return dict.fromkeys(ids, SubjectSummary(""))


async def decide(session: AsyncSession, admin: Identity, subject_id: UUID, decision: CaseDecision) -> None:
    """An admin has said why the books differ: nobody is asked again while nothing else differs."""
    del subject_id
    for row in await Reconciliations(session).live():
        if row.status == FindingStatus.OPEN.value:
            row.status, row.settled_at = FindingStatus.EXPLAINED.value, clock.now()
            row.explained_by, row.note = admin.id, decision.note


async def read(session: AsyncSession, cursor: str | None, limit: int) -> RunPage:
    """Looks, the latest first; with the first page what differs now."""
    runs, after = Reconciliations(session), cursors.unpack_moment(cursor)
    rows = await runs.page(after, limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    findings = [] if after is not None else await runs.live_to_read()
    names = await users.names(session, {row.explained_by for row in findings if row.explained_by is not None})
    return RunPage(
        items=await _runs_to_read(session, rows[:limit]),
        next_cursor=None if last is None else cursors.pack_moment(last.started_at, last.id),
        findings=[_to_read(row, names) for row in findings],
    )


async def data_export(session: AsyncSession, person_id: UUID) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """What an admin wanted looked at, and what they explained."""
    runs = Reconciliations(session)
    return {
        "reconciliation_runs": [
            row.model_dump(mode="json", include={"id", "started_at"}) for row in await runs.asked_by(person_id)
        ],
        "reconciliation_findings": [
            row.model_dump(mode="json", include={"id", "kind", "note", "settled_at"})
            for row in await runs.explained_by(person_id)
        ],
    }


async def _runs_to_read(session: AsyncSession, rows: Sequence[ReconciliationRunTable]) -> list[ReconciliationRun]:
    names = await users.names(session, {row.asked_by for row in rows if row.asked_by is not None})
    return [
        ReconciliationRun(
            **row.model_dump(exclude={"asked_by", "balances", "since", "cursor", "held"}),
            asked_by_name=names.get(row.asked_by, "") if row.asked_by else "",
            balances=None if row.balances is None else [_balance(*each) for each in row.balances],
        )
        for row in rows
    ]


def _balance(code: str, theirs: int, ours: int) -> ClearingBalance:
    currency = Currency(code)
    amounts = [Money(amount_minor=minor, currency=currency) for minor in (theirs, ours)]
    return ClearingBalance(theirs=amounts[0], ours=amounts[1])


def _to_read(row: ReconciliationFindingTable, names: Mapping[UUID, str]) -> Finding:
    return Finding(
        **row.model_dump(include={"id", "kind", "status", "external_id", "what", "happened_at", "found_at", "note"}),
        settled_at=row.settled_at,
        theirs=_money(row.theirs_minor, row.theirs_currency),
        ours=_money(row.ours_minor, row.ours_currency),
        explained_by_name=names.get(row.explained_by, "") if row.explained_by else "",
    )


def _money(minor: int | None, currency: str | None) -> Money | None:
    return None if minor is None or currency is None else Money(amount_minor=minor, currency=Currency(currency))
