"""What I earn by letting, and one of it with where its money is."""

import dataclasses
from uuid import UUID

import flet as ft

from client.api import earnings as api
from client.core.http import ApiError, Http
from client.core.rows import joined
from shared_models.earnings import Earning, EarningsTotal
from shared_models.problems import ProblemCode


@ft.observable
@dataclasses.dataclass
class EarningsState:
    """What I earn, as far as its pages have been read, and how much there is in each currency."""

    http: Http
    items: tuple[Earning, ...] | None = None
    totals: tuple[EarningsTotal, ...] = ()
    next_cursor: str | None = None

    async def load(self) -> None:
        """The first page. Raises ApiError."""
        page = await api.mine(self.http)
        self.items, self.totals, self.next_cursor = tuple(page.items), page.totals, page.next_cursor

    async def load_more(self) -> None:
        """The next page, when there is one. Raises ApiError."""
        cursor = self.next_cursor
        if cursor is None:
            return
        page = await api.mine(self.http, cursor=cursor)
        if self.next_cursor == cursor:
            self.items, self.next_cursor = joined(self.items or (), page.items), page.next_cursor

    async def as_file(self, month: str | None) -> bytes:
        """All of it for a spreadsheet, or what is due in a month. Raises ApiError."""
        return await api.as_file(self.http, month)


@ft.observable
@dataclasses.dataclass
class EarningState:
    """What I earn with one payment."""

    http: Http
    id: UUID | None
    earning: Earning | None = None
    missing: bool = False

    async def load(self) -> None:
        """Read it. Raises ApiError."""
        if self.id is None:
            self.missing = True
            return
        try:
            self.earning, self.missing = await api.one(self.http, self.id), False
        except ApiError as problem:
            if problem.code is not ProblemCode.NOT_FOUND:
                raise
            self.missing = True
