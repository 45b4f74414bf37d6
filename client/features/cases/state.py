"""The admins' queue, the case that is open, and the decision on it."""

import dataclasses
from collections.abc import Awaitable, Callable
from uuid import UUID

import flet as ft

from client.api import cases as api
from client.api import properties
from client.core.http import ApiError, Http, wrong_input
from client.core.language import t
from client.core.rows import joined
from client.parts.bulk_moves import BulkProgress, Told, Work
from client.parts.case_words import is_change
from shared_models.cases import (
    ABOUT_HOMES,
    SAY_WHY,
    CaseDecision,
    CaseFull,
    CaseKind,
    CaseOutcome,
    CasePage,
    CaseRead,
    CaseStatus,
    SendBackReason,
)
from shared_models.problems import ProblemCode
from shared_models.properties import BulkMove, BulkMoved, PropertyRead, PropertyStatus

FEW_LEFT = 8
"""With fewer rows on the page the next ones are fetched."""
ALL, MINE, CLOSED = "", "mine", "closed"
_GONE = frozenset({ProblemCode.INVALID_TRANSITION, ProblemCode.NOT_FOUND, ProblemCode.CASE_TAKEN})


@ft.observable
@dataclasses.dataclass
class CasesState:
    """The rows shown, the case that is open, and what is being decided."""

    http: Http
    show: str = ALL
    """Which cases: `""` all open ones, a kind, `mine`, or `closed`."""
    rows: tuple[CaseRead, ...] = ()
    total: int = 0
    counts: tuple[tuple[CaseKind, int], ...] = ()
    next_cursor: str | None = None
    loaded: bool = False
    open_id: UUID | None = None
    case: CaseFull | None = None
    """The open case with its log; None while it loads."""
    home: PropertyRead | None = None
    """The home it is about; None while it loads, when it is gone, and for what is about none."""
    problem: ApiError | None = None
    """Why the open case did not load."""
    chosen: frozenset[UUID] = frozenset()
    request: CaseOutcome | None = None
    """The outcome that is being explained."""
    reasons: frozenset[SendBackReason] = frozenset()
    note: str = ""
    bulk: BulkProgress = dataclasses.field(default_factory=BulkProgress)

    async def load(self, show: str) -> None:
        """The queue from its start, the most urgent first. Raises ApiError."""
        page = await self._page(show, None)
        self.show, self.rows, self.total, self.next_cursor = show, tuple(page.items), page.total, page.next_cursor
        self.counts = tuple((kind, page.counts.get(kind.value, 0)) for kind in CaseKind if kind is not CaseKind.UNKNOWN)
        self.loaded, self.chosen = True, frozenset()
        if self.open_id not in {row.id for row in self.rows}:
            self.open(self.rows[0].id if self.rows else None)

    async def _page(self, show: str, cursor: str | None) -> CasePage:
        kind = CaseKind(show) if show in [kind.value for kind in CaseKind] else None
        return await api.queue(self.http, kind=kind, mine=show == MINE, closed=show == CLOSED, cursor=cursor)

    async def more(self) -> None:
        """The next of the queue. Raises ApiError."""
        asked = show, cursor = self.show, self.next_cursor
        if cursor is None:
            return
        page = await self._page(show, cursor)
        if asked == (self.show, self.next_cursor):
            self.rows = joined(self.rows, page.items)
            self.total, self.next_cursor = page.total, page.next_cursor

    @property
    def waiting(self) -> int:
        """How many cases are open in all."""
        return sum(number for _, number in self.counts)

    def open(self, id_: UUID | None) -> None:
        """Look at another case; what was typed about the one before is let go."""
        if id_ != self.open_id:
            self.open_id, self.case, self.home, self.problem = id_, None, None, None
            self.explain(None)

    def explain(self, outcome: CaseOutcome | None) -> None:
        """Begin to say why (None: think again)."""
        self.request = outcome
        if outcome is None:
            self.reasons, self.note = frozenset(), ""

    def toggle(self, reason: SendBackReason) -> None:
        """Choose a reason, or not."""
        self.reasons = self.reasons ^ {reason}

    async def show_open(self) -> None:
        """Fetch the open case and its home; what went wrong stands in `problem`."""
        id_ = self.open_id
        if id_ is None:
            return
        self.problem = None
        try:
            case = await api.case(self.http, id_)
            home = await self._home(case.subject_id) if case.kind in ABOUT_HOMES else None
        except ApiError as error:
            if id_ == self.open_id:
                self.problem = error
            return
        if id_ == self.open_id:
            self.home, self.case = home, case

    async def _home(self, home_id: UUID) -> PropertyRead | None:
        try:
            return await properties.property_(self.http, home_id)
        except ApiError as error:
            if error.code is not ProblemCode.NOT_FOUND:
                raise
            return None

    def step(self, by: int) -> None:
        """Open the next (1) or the previous (-1) case of the queue; at an end nothing happens."""
        place = self._place()
        if place is not None and 0 <= place + by < len(self.rows):
            self.open(self.rows[place + by].id)

    def choose(self, id_: UUID, on: bool) -> None:
        """Choose a case for approving many at once, or not."""
        self.chosen = self.chosen | {id_} if on else self.chosen - {id_}

    async def take(self) -> None:
        """Work on the open case. Raises ApiError."""
        await self._own(api.take)

    async def release(self) -> None:
        """Give the open case back. Raises ApiError."""
        await self._own(api.release)

    async def run_again(self) -> None:
        """Run all again that the open case is about; it stays open until that has worked. Raises ApiError."""
        await self._own(api.run_again)

    async def _own(self, act: "Callable[[Http, UUID], Awaitable[CaseFull]]") -> None:
        case = self.case
        if case is None:
            return
        try:
            self._put(await act(self.http, case.id))
        except ApiError as error:
            await self._look_again(error)
            raise

    def _put(self, case: CaseFull) -> None:
        if case.id == self.open_id:
            self.case = case
        row = CaseRead.model_validate(case.model_dump())
        self.rows = tuple(row if shown.id == row.id else shown for shown in self.rows)

    async def decide(self, outcome: CaseOutcome) -> None:
        """End the open case and open the next one. Raises ApiError, which names the field."""
        id_ = self.open_id
        if id_ is None:
            return
        explained = outcome is self.request
        note, reasons = self.note.strip() if explained else "", self.reasons if explained else frozenset()
        if outcome in SAY_WHY and not (reasons or note):
            raise wrong_input({"note": _why_words(outcome)})
        ordered = tuple(reason for reason in SendBackReason if reason in reasons)
        decision = CaseDecision(outcome=outcome, reasons=ordered, note=note or None)
        try:
            await api.decide(self.http, id_, decision)
        except ApiError as error:
            await self._look_again(error)
            raise
        self._leave(id_)
        if self.next_cursor is not None and len(self.rows) < FEW_LEFT:
            await self.more()

    async def _look_again(self, error: ApiError) -> None:
        """Another admin was faster, or it was withdrawn: show how it stands now."""
        if error.code in _GONE:
            await self.load(self.show)
            await self.show_open()

    def _leave(self, id_: UUID) -> None:
        place = self._place() or 0
        gone = next((row for row in self.rows if row.id == id_), None)
        self.rows = tuple(row for row in self.rows if row.id != id_)
        self.total, self.chosen = max(0, self.total - 1), self.chosen - {id_}
        self.counts = tuple(
            (kind, number - 1 if gone is not None and kind is gone.kind else number) for kind, number in self.counts
        )
        self.open(self.rows[min(place, len(self.rows) - 1)].id if self.rows else None)

    def _place(self) -> int | None:
        return next((place for place, row in enumerate(self.rows) if row.id == self.open_id), None)

    async def approve_chosen(self) -> bool:
        """Approve the chosen reviews; True when the server answered. Refusals stand in `bulk`."""
        chosen = [row for row in self.rows if row.id in self.chosen and row.kind is CaseKind.HOME_REVIEW]
        new = [row.subject_id for row in chosen if not is_change(row)]
        moves = [
            BulkMove(status=PropertyStatus.PUBLISHED, ids=new[start : start + 500]) for start in range(0, len(new), 500)
        ]
        return await self._bulk(self._work(moves, [row.id for row in chosen if is_change(row)]))

    async def approve_all(self) -> bool:
        """Publish every new home that waits; True when the server answered. Refusals stand in `bulk`."""
        move = BulkMove(status=PropertyStatus.PUBLISHED, from_status=PropertyStatus.PENDING_REVIEW)
        return await self._bulk(self._work([move], []))

    async def _bulk(self, work: Work) -> bool:
        done = await self.bulk.run(t("Publishing"), work)
        await self.load(self.show)
        return done

    def _work(self, moves: list[BulkMove], changes: list[UUID]) -> Work:
        async def work(told: Told) -> BulkMoved:
            moved = 0
            for move in moves:
                step = await properties.move_all(self.http, move, _after(told, moved))
                moved += step.moved
            for case_id in changes:
                await api.decide(self.http, case_id, CaseDecision(outcome=CaseOutcome.APPROVED))
                moved += 1
            done = BulkMoved(moved=moved, refused=list(self.bulk.refused), remaining=0)
            told(done)
            return done

        return work


def _why_words(outcome: CaseOutcome) -> str:
    if outcome is CaseOutcome.PAID_OTHERWISE:
        return t("Say how it was paid.")
    return t("Choose a reason, or say why in a few words.")


def _after(told: Told, moved: int) -> Told:
    """Tells of a step with what was moved before it added."""
    return lambda step: told(step.model_copy(update={"moved": step.moved + moved}))


def is_mine(case: CaseRead, me: UUID | None) -> bool:
    """Whether I work on it."""
    return case.status is CaseStatus.TAKEN and case.owner_id == me
