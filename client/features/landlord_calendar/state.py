"""All homes of a landlord in one calendar, and the nights they keep for themselves."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from uuid import UUID

import flet as ft

from client.api import bookings, calendars
from client.core.http import Http
from client.features.landlord_calendar.grid import Pick, Span, press
from shared_models.bookings import BookingRead, BookingSide, BookingTime
from shared_models.calendars import BlockCreate, ClaimKind, ClaimRead, PropertyCalendar

MOST_PAGES_OF_STAYS = 5
"""How far the list of stays is followed for names; a bar without a name still says that it is a stay."""


@ft.observable
@dataclasses.dataclass
class CalendarState:
    """The homes shown with their claims, and what is being picked."""

    http: Http
    span: Span | None = None
    property_id: UUID | None = None
    homes: tuple[PropertyCalendar, ...] = ()
    titles: Mapping[UUID, str] = dataclasses.field(default_factory=lambda: MappingProxyType({}))
    """Every home seen so far, so that one can be chosen while only another is shown."""
    stays: Mapping[UUID, BookingRead] = dataclasses.field(default_factory=lambda: MappingProxyType({}))
    next_cursor: str | None = None
    loaded: bool = False
    pick: Pick | None = None
    in_the_way: bool = False
    """Whether the last press met taken nights."""
    note: str = ""
    active: UUID | None = None
    """The home whose days are buttons, when there are too many homes for all to be."""

    async def load(self, span: Span, property_id: UUID | None) -> None:
        """The first homes (or one) with their claims in a span. Raises ApiError."""
        only = [property_id] if property_id else []
        page = await calendars.mine(self.http, span.start, span.end, property_ids=only)
        if property_id != self.property_id or self.span is None or not self.loaded:
            self.pick = None
        self.span, self.property_id = span, property_id
        self._take((), tuple(page.items), page.next_cursor)
        await self._name_stays()

    async def more(self) -> None:
        """The next homes. Raises ApiError."""
        if self.next_cursor is None or self.span is None:
            return
        page = await calendars.mine(self.http, self.span.start, self.span.end, cursor=self.next_cursor)
        self._take(self.homes, tuple(page.items), page.next_cursor)
        await self._name_stays()

    def _take(
        self, before: tuple[PropertyCalendar, ...], items: tuple[PropertyCalendar, ...], cursor: str | None
    ) -> None:
        here = {home.property_id for home in before}
        self.homes = (*before, *(home for home in items if home.property_id not in here))
        self.titles = MappingProxyType({**self.titles, **{home.property_id: home.title for home in self.homes}})
        self.next_cursor, self.loaded = cursor, True

    async def _name_stays(self) -> None:
        """Find out who stays: a claim knows only the id of its booking."""
        for when in (BookingTime.UPCOMING, BookingTime.PAST):
            cursor = None
            for _ in range(MOST_PAGES_OF_STAYS):
                if not self._nameless():
                    return
                page = await bookings.bookings(self.http, BookingSide.LANDLORD, when, cursor=cursor)
                self.stays = MappingProxyType({**self.stays, **{stay.id: stay for stay in page.items}})
                cursor = page.next_cursor
                if cursor is None:
                    break

    def _nameless(self) -> bool:
        return any(
            claim.kind in (ClaimKind.BOOKING, ClaimKind.HOLD) and claim.source_id not in self.stays
            for home in self.homes
            for claim in home.claims
        )

    def home(self, property_id: UUID) -> PropertyCalendar | None:
        """A home that is shown."""
        return next((home for home in self.homes if home.property_id == property_id), None)

    def press(self, home: PropertyCalendar, day: date) -> None:
        """A day of a home was pressed, to begin or to end a block."""
        self.pick, self.in_the_way = press(self.pick, home, day)
        self.active = home.property_id

    def forget_pick(self) -> None:
        """Nothing is picked any more."""
        self.pick, self.in_the_way, self.note = None, False, ""

    async def block(self) -> ClaimRead | None:
        """Block the nights picked, with the note. Raises ApiError; the pick and the note then stay."""
        pick = self.pick
        if pick is None or pick.end is None:
            return None
        wish = BlockCreate(property_id=pick.property_id, start=pick.start, end=pick.end, note=self.note)
        claim = await calendars.block(self.http, wish)
        self._put(claim)
        self.forget_pick()
        return claim

    async def unblock(self, claim: ClaimRead) -> None:
        """Give blocked nights back. Raises ApiError."""
        await calendars.unblock(self.http, claim.source_id)
        self.homes = tuple(
            home.model_copy(update={"claims": [kept for kept in home.claims if kept.id != claim.id]})
            for home in self.homes
        )

    async def block_again(self, claim: ClaimRead) -> None:
        """Undo: block the same nights once more. Raises ApiError."""
        wish = BlockCreate(property_id=claim.property_id, start=claim.start, end=claim.end, note=claim.note)
        self._put(await calendars.block(self.http, wish))

    def _put(self, claim: ClaimRead) -> None:
        self.homes = tuple(
            home.model_copy(update={"claims": sorted([*home.claims, claim], key=lambda each: each.start)})
            if home.property_id == claim.property_id
            else home
            for home in self.homes
        )
