"""A landlord's homes: the list with its filters, what may be done with each, and moving many at once."""

import dataclasses
from collections.abc import Sequence
from uuid import UUID

import flet as ft

from client.api import drafts
from client.api import properties as api
from client.core.http import ApiError, Http
from client.core.language import t, tn
from client.core.rows import joined
from client.design.table import Sorting, Ways, column_of
from client.features.homes.bulk_request import BulkRequest
from client.parts.bulk_moves import BulkProgress, Told, Work
from shared_models.base import known
from shared_models.bulk_edits import BulkEdited
from shared_models.drafts import DraftRead
from shared_models.properties import (
    BulkMove,
    BulkMoved,
    HomeOrder,
    PropertyRead,
    PropertyRow,
    PropertyStatus,
    StatusMove,
)

STATUSES = tuple(PropertyStatus(word) for word in known(PropertyStatus))


@dataclasses.dataclass(frozen=True)
class Act:
    """Something a landlord can do with a listing: which state it leads to and what is said of it."""

    key: str
    to: PropertyStatus
    back: PropertyStatus | None
    """Where Undo leads; None when there is no way back."""


SUBMIT = Act("submit", PropertyStatus.PENDING_REVIEW, PropertyStatus.DRAFT)
WITHDRAW = Act("withdraw", PropertyStatus.DRAFT, PropertyStatus.PENDING_REVIEW)
PAUSE = Act("pause", PropertyStatus.PAUSED, PropertyStatus.PUBLISHED)
RESUME = Act("resume", PropertyStatus.PUBLISHED, PropertyStatus.PAUSED)
REWORK = Act("rework", PropertyStatus.DRAFT, None)
ARCHIVE = Act("archive", PropertyStatus.ARCHIVED, None)

_ACTS: dict[PropertyStatus, tuple[Act, ...]] = {
    PropertyStatus.DRAFT: (SUBMIT, ARCHIVE),
    PropertyStatus.PENDING_REVIEW: (WITHDRAW,),
    PropertyStatus.PUBLISHED: (PAUSE, ARCHIVE),
    PropertyStatus.PAUSED: (RESUME, ARCHIVE),
    PropertyStatus.REJECTED: (SUBMIT, REWORK, ARCHIVE),
}
BULK_ACTS = (SUBMIT, PAUSE, ARCHIVE)


def acts_for(status: PropertyStatus) -> tuple[Act, ...]:
    """What its landlord may do with a listing in this state."""
    return _ACTS.get(status, ())


def label_of(act: Act) -> str:
    """The word on the button."""
    return {
        "submit": t("Submit for review"),
        "withdraw": t("Withdraw from review"),
        "pause": t("Pause"),
        "resume": t("Resume"),
        "rework": t("Back to draft"),
        "archive": t("Archive"),
    }[act.key]


def done_words(act: Act, title: str, stays_remaining: int) -> str:
    """What the toast says after it was done."""
    done = {
        "submit": t("{title} waits for review.", title=title),
        "withdraw": t("{title} is a draft again.", title=title),
        "pause": t("{title} is paused. Nobody can book it until you resume it.", title=title),
        "resume": t("{title} can be booked again.", title=title),
        "rework": t("{title} is a draft again. Correct it, then submit it.", title=title),
        "archive": t("{title} is archived.", title=title),
    }[act.key]
    return _with_remaining(done, stays_remaining)


def _with_remaining(done: str, stays: int) -> str:
    remain = tn("{n} stay that is not over remains.", "{n} stays that are not over remain.", stays) if stays else ""
    return f"{done} {remain}".rstrip()


def bulk_done_words(act: Act, number: int, stays_remaining: int) -> str:
    """What the toast says after many were moved."""
    if act is SUBMIT:
        return tn("{n} home waits for review.", "{n} homes wait for review.", number)
    if act is PAUSE:
        return _with_remaining(tn("{n} home is paused.", "{n} homes are paused.", number), stays_remaining)
    return tn("{n} home is archived.", "{n} homes are archived.", number)


def status_in(word: str | None) -> PropertyStatus | None:
    """The state an address names; None for all, also when the word means nothing."""
    return next((status for status in STATUSES if status.value == word), None)


WAYS: Ways[HomeOrder] = {
    "title": (HomeOrder.TITLE, HomeOrder.TITLE_BACKWARDS),
    "price": (HomeOrder.PRICE_LOW, HomeOrder.PRICE_HIGH),
    "changed": (HomeOrder.CHANGED_LAST, HomeOrder.CHANGED_FIRST),
}


def order_in(word: str | None) -> HomeOrder:
    """The order an address names; the last changed first, when it names none."""
    return next((order for order in HomeOrder if order.value == word), HomeOrder.CHANGED_LAST)


def sorting_of(order: HomeOrder) -> Sorting:
    """By which column the table is ordered, which way its arrow points, and what readers hear."""
    words = {
        HomeOrder.TITLE: t("sorted, A to Z"),
        HomeOrder.TITLE_BACKWARDS: t("sorted, Z to A"),
        HomeOrder.PRICE_LOW: t("sorted, lowest first"),
        HomeOrder.PRICE_HIGH: t("sorted, highest first"),
        HomeOrder.CHANGED_LAST: t("sorted, last changed first"),
        HomeOrder.CHANGED_FIRST: t("sorted, first changed first"),
    }
    down = (HomeOrder.TITLE_BACKWARDS, HomeOrder.PRICE_HIGH, HomeOrder.CHANGED_LAST)
    return Sorting(column_of(WAYS, order), order in down, words[order])


@ft.observable
@dataclasses.dataclass
class HomesState:
    """The homes shown, those chosen, and how many stand in each state."""

    http: Http
    rows: tuple[PropertyRow, ...] = ()
    counts: tuple[tuple[PropertyStatus, int], ...] = ()
    """In the order of a listing's life; of the homes that match the text."""
    total: int = 0
    stays_remaining: int = 0
    """How many stays go on at the homes that were paused last."""
    loaded: bool = False
    next_cursor: str | None = None
    chosen: frozenset[UUID] = frozenset()
    whole: bool = False
    """Not only the chosen rows but every home in the filtered state, also those not loaded."""
    status: PropertyStatus | None = None
    text: str = ""
    order: HomeOrder = HomeOrder.CHANGED_LAST
    at: UUID | None = None
    """The row that the keys are on."""
    begun: tuple[DraftRead, ...] = ()
    """Homes that were begun in the editor and are not there yet; the latest of them."""
    bulk: BulkProgress = dataclasses.field(default_factory=BulkProgress)

    async def load(self, status: PropertyStatus | None, text: str, order: HomeOrder | None = None) -> None:
        """The first page of homes in a state (None: any) with a text in them; in the order of before, or another.

        Raises ApiError.
        """
        same, order = (status, text) == (self.status, self.text), order or self.order
        page = await api.mine(self.http, status=status, text=text, order=order)
        await self._count(text)
        self.begun = tuple(draft for draft in (await drafts.mine(self.http)).items if draft.new)
        self.status, self.text, self.order = status, text, order
        self.rows, self.next_cursor, self.loaded = tuple(page.items), page.next_cursor, True
        shown = {row.id for row in self.rows}
        self.chosen = frozenset(self.chosen & shown) if same else frozenset()
        self.whole = False

    async def more(self) -> None:
        """The next page, after what is shown. Raises ApiError."""
        asked = status, text, order, cursor = self.status, self.text, self.order, self.next_cursor
        if cursor is None:
            return
        page = await api.mine(self.http, status=status, text=text, order=order, cursor=cursor)
        if asked == (self.status, self.text, self.order, self.next_cursor):
            self.rows, self.next_cursor = joined(self.rows, page.items), page.next_cursor

    async def _count(self, text: str) -> None:
        counts = (await api.my_counts(self.http, text=text)).by_status
        self.counts = tuple((status, counts.get(status.value, 0)) for status in STATUSES)
        self.total = sum(number for _, number in self.counts)

    @property
    def matching(self) -> int:
        """How many homes the filters leave, loaded or not."""
        return self.total if self.status is None else dict(self.counts).get(self.status, 0)

    @property
    def chosen_number(self) -> int:
        """How many homes a bulk act is for."""
        return self.matching if self.whole else len(self.chosen)

    @property
    def may_choose_whole(self) -> bool:
        """Whether more homes stand in the filtered state than are loaded, and all of them can be meant at once."""
        everything_shown = bool(self.rows) and len(self.chosen) == len(self.rows)
        return self.status is not None and not self.text and self.next_cursor is not None and everything_shown

    def choose(self, id_: UUID, on: bool) -> None:
        """Choose a home for a bulk act, or not."""
        self.whole = False
        self.chosen = self.chosen | {id_} if on else self.chosen - {id_}

    def step(self, by: int) -> None:
        """Move the keys to the next row or the one before; at first to the first."""
        ids = [row.id for row in self.rows]
        if ids:
            place = ids.index(self.at) + by if self.at in ids else 0
            self.at = ids[min(max(place, 0), len(ids) - 1)]

    @property
    def row_at(self) -> PropertyRow | None:
        """The row that the keys are on, if it is shown."""
        return next((row for row in self.rows if row.id == self.at), None)

    def choose_all(self, on: bool) -> None:
        """Choose every home that is loaded, or none."""
        self.whole = False
        self.chosen = frozenset(row.id for row in self.rows) if on else frozenset()

    async def move(self, row: PropertyRow, to: PropertyStatus) -> None:
        """Move one listing: its row shows that at once, and what it was when the server refuses. Raises ApiError."""
        self._put(row.model_copy(update={"status": to}))
        try:
            moved = await api.move(self.http, row.id, StatusMove(status=to))
        except ApiError:
            self._put(row)
            raise
        self._put(_moved(row, moved))
        self.stays_remaining = moved.stays_remaining or 0
        await self._count(self.text)

    def _put(self, row: PropertyRow) -> None:
        """Show a row as it is now, where it stands."""
        self.rows = tuple(row if shown.id == row.id else shown for shown in self.rows)

    async def duplicate(self, row: PropertyRow) -> PropertyRead:
        """Begin another home with all this one says. Raises ApiError."""
        copy = await api.duplicate(self.http, row.id)
        await self.load(self.status, self.text)
        return copy

    async def discard(self, draft: DraftRead) -> None:
        """Throw a begun home away. Raises ApiError."""
        await drafts.discard(self.http, draft.id)
        self.begun = tuple(kept for kept in self.begun if kept.id != draft.id)

    async def edit_chosen(self, request: BulkRequest) -> tuple[BulkEdited, ...]:
        """Change the chosen homes; those that stay as they are stand in `bulk`. Raises ApiError."""
        ids = tuple(row.id for row in self.rows if row.id in self.chosen)
        done = [await api.edit_many(self.http, request.on(part)) for part in _parts(ids, 500)]
        await self.load(self.status, self.text)
        self.choose_all(on=False)
        self.bulk.refused = tuple(refusal for edit in done for refusal in edit.refused)
        return tuple(done)

    async def undo_edits(self, edits: Sequence[BulkEdited]) -> None:
        """Give the homes back what they had; those changed since stand in `bulk`. Raises ApiError."""
        undone = [await api.undo_edit(self.http, edit.id) for edit in edits]
        await self.load(self.status, self.text)
        self.bulk.refused = tuple(refusal for edit in undone for refusal in edit.refused)

    async def move_chosen(self, act: Act) -> tuple[UUID, ...]:
        """Move all chosen listings that can be moved; returns those moved one by one (none when the whole state was).

        Progress, refusals and problems stand in `bulk`.
        """
        ids = tuple(row.id for row in self.rows if row.id in self.chosen)
        whole, status, text = self.whole, self.status, self.text
        if whole:
            steps = [BulkMove(status=act.to, from_status=status)]
        else:
            steps = [BulkMove(status=act.to, ids=list(part)) for part in _parts(ids, 500)]
        self.stays_remaining = 0
        await self.bulk.run(label_of(act), self._work(steps))
        refused = {refusal.id for refusal in self.bulk.refused}
        await self.load(status, text)
        self.choose_all(on=False)
        if whole or self.bulk.problem is not None:
            return ()
        return tuple(id_ for id_ in ids if id_ not in refused)

    async def move_back(self, ids: Sequence[UUID], to: PropertyStatus) -> None:
        """Undo a bulk move. Raises ApiError."""
        for part in _parts(tuple(ids), 500):
            await api.bulk_move(self.http, BulkMove(status=to, ids=list(part)))
        await self.load(self.status, self.text)

    def _work(self, moves: Sequence[BulkMove]) -> Work:
        async def work(told: Told) -> BulkMoved:
            moved, refused = 0, []
            for move in moves:
                step = await api.move_all(self.http, move, _after(told, moved))
                moved += step.moved
                refused += step.refused
                self.stays_remaining += step.stays_remaining
            return BulkMoved(moved=moved, refused=refused, remaining=0)

        return work


def _after(told: Told, moved: int) -> Told:
    """Tells of a step with what was moved before it added."""
    return lambda step: told(step.model_copy(update={"moved": step.moved + moved}))


def _parts(ids: tuple[UUID, ...], size: int) -> list[tuple[UUID, ...]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def _moved(row: PropertyRow, read: PropertyRead) -> PropertyRow:
    return row.model_copy(
        update={"status": read.status, "review_note": read.review_note, "updated_at": read.updated_at}
    )
