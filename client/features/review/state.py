"""The queue of listings that wait for an admin, and the decision on each."""

import dataclasses
from uuid import UUID

import flet as ft

from client.api import properties as api
from client.core.http import ApiError, Http
from client.core.language import t
from client.parts.bulk_moves import BulkProgress, Told, Work
from shared_models.problems import ProblemCode
from shared_models.properties import BulkMove, BulkMoved, PropertyRead, PropertyRow, PropertyStatus, StatusMove

FEW_LEFT = 8
"""With fewer rows on the page the next ones are fetched."""
_GONE = frozenset({ProblemCode.WRONG_MOVE, ProblemCode.NOT_FOUND})


@ft.observable
@dataclasses.dataclass
class ReviewState:
    """The queue, the listing that is open, and what is being decided."""

    http: Http
    rows: tuple[PropertyRow, ...] = ()
    total: int = 0
    next_cursor: str | None = None
    loaded: bool = False
    open_id: UUID | None = None
    home: PropertyRead | None = None
    """The open listing with all its facts; None while it loads."""
    problem: ApiError | None = None
    """Why the open listing did not load."""
    chosen: frozenset[UUID] = frozenset()
    rejecting: bool = False
    reason: str = ""
    bulk: BulkProgress = dataclasses.field(default_factory=BulkProgress)

    async def load(self) -> None:
        """The queue from its start, the longest waiting first. Raises ApiError."""
        page = await api.to_review(self.http)
        self.rows, self.total, self.next_cursor = tuple(page.items), page.total, page.next_cursor
        self.loaded, self.chosen = True, frozenset()
        if self.open_id not in {row.id for row in self.rows}:
            self.open(self.rows[0].id if self.rows else None)

    async def more(self) -> None:
        """The next of the queue. Raises ApiError."""
        if self.next_cursor is None:
            return
        page = await api.to_review(self.http, cursor=self.next_cursor)
        here = {row.id for row in self.rows}
        self.rows = (*self.rows, *(row for row in page.items if row.id not in here))
        self.total, self.next_cursor = page.total, page.next_cursor

    def open(self, id_: UUID | None) -> None:
        """Look at another listing; what was typed about the one before is let go."""
        if id_ != self.open_id:
            self.open_id, self.home, self.problem = id_, None, None
            self.rejecting, self.reason = False, ""

    async def show(self) -> None:
        """Fetch the facts of the open listing; what went wrong stands in `problem`."""
        id_ = self.open_id
        if id_ is None:
            return
        self.problem = None
        try:
            home = await api.property_(self.http, id_)
        except ApiError as error:
            if id_ == self.open_id:
                self.problem = error
            return
        if id_ == self.open_id:
            self.home = home

    def step(self, by: int) -> None:
        """Open the next (1) or the previous (-1) listing of the queue; at an end nothing happens."""
        place = self._place()
        if place is not None and 0 <= place + by < len(self.rows):
            self.open(self.rows[place + by].id)

    def choose(self, id_: UUID, on: bool) -> None:
        """Choose a listing for approving many at once, or not."""
        self.chosen = self.chosen | {id_} if on else self.chosen - {id_}

    async def approve(self) -> PropertyRead | None:
        """Publish the open listing and open the next one. Raises ApiError."""
        return await self._decide(StatusMove(status=PropertyStatus.PUBLISHED))

    async def reject(self) -> PropertyRead | None:
        """Send the open listing back with the reason and open the next one. Raises ApiError."""
        return await self._decide(StatusMove(status=PropertyStatus.REJECTED, note=self.reason.strip()))

    async def _decide(self, move: StatusMove) -> PropertyRead | None:
        id_ = self.open_id
        if id_ is None:
            return None
        try:
            home = await api.move(self.http, id_, move)
        except ApiError as error:
            if error.code in _GONE:  # withdrawn, or another admin was faster
                await self.load()
            raise
        self._leave(id_)
        if self.next_cursor is not None and len(self.rows) < FEW_LEFT:
            await self.more()
        return home

    def _leave(self, id_: UUID) -> None:
        place = self._place() or 0
        self.rows = tuple(row for row in self.rows if row.id != id_)
        self.total, self.chosen = max(0, self.total - 1), self.chosen - {id_}
        self.open(self.rows[min(place, len(self.rows) - 1)].id if self.rows else None)

    def _place(self) -> int | None:
        return next((place for place, row in enumerate(self.rows) if row.id == self.open_id), None)

    async def approve_chosen(self) -> bool:
        """Publish the chosen listings; True when the server answered. Refusals stand in `bulk`."""
        ids = [row.id for row in self.rows if row.id in self.chosen]
        moves = [
            BulkMove(status=PropertyStatus.PUBLISHED, ids=ids[start : start + 500]) for start in range(0, len(ids), 500)
        ]
        return await self._bulk(self._work(moves))

    async def approve_all(self) -> bool:
        """Publish everything that waits; True when the server answered. Refusals stand in `bulk`."""
        move = BulkMove(status=PropertyStatus.PUBLISHED, from_status=PropertyStatus.PENDING_REVIEW)
        return await self._bulk(self._work([move]))

    async def _bulk(self, work: Work) -> bool:
        done = await self.bulk.run(t("Publishing"), work)
        await self.load()
        return done

    def _work(self, moves: list[BulkMove]) -> Work:
        async def work(told: Told) -> BulkMoved:
            moved = 0
            for move in moves:
                step = await api.move_all(self.http, move, _after(told, moved))
                moved += step.moved
            return BulkMoved(moved=moved, refused=[], remaining=0)

        return work


def _after(told: Told, moved: int) -> Told:
    """Tells of a step with what was moved before it added."""
    return lambda step: told(step.model_copy(update={"moved": step.moved + moved}))
