"""All homes of a landlord in one calendar, and the nights they keep for themselves."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

import flet as ft

from client.api import bookings, calendars
from client.core import clock
from client.core.http import Http, wrong_input
from client.core.language import t
from client.core.rows import joined
from client.design.date_range_rules import DateRange, StayRules, nights
from client.features.landlord_calendar.grid import Span
from client.features.landlord_calendar.picks import Pick, draw, press, steer
from shared_models.bookings import BookingRead
from shared_models.calendars import (
    MAX_RANGE_DAYS,
    BlockChange,
    BlockCreate,
    CalendarLink,
    ClaimKind,
    ClaimRead,
    Period,
    PropertyCalendar,
)

_OF_GUESTS: Final = frozenset({ClaimKind.BOOKING, ClaimKind.HOLD})


def by_source(stays: Iterable[BookingRead]) -> dict[UUID, BookingRead]:
    """Stays by what claims on nights are for: the booking itself, and the change it waits for, which may have two."""
    return {source: stay for stay in stays for source in _sources_of(stay)}


def _sources_of(stay: BookingRead) -> Iterator[UUID]:
    yield stay.id
    if stay.change is not None:
        yield stay.change.id
        if stay.change.other_hold_id is not None:
            yield stay.change.other_hold_id


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What an address asks for: which days, and of which homes."""

    span: Span
    property_id: UUID | None = None
    text: str = ""


@ft.observable
@dataclasses.dataclass
class Picking:
    """What is being picked. An observable of its own: while one drags, only what shows it renders again."""

    pick: Pick | None = None
    note: str = ""
    by_keys: bool = False
    """Whether the keys stand on the grid: the last key was an arrow."""


@ft.observable
@dataclasses.dataclass
class CalendarState:
    """The homes shown with their claims, and which of them is worked on."""

    http: Http
    wanted: Wanted | None = None
    """What is shown now; None before the first answer."""
    homes: tuple[PropertyCalendar, ...] = ()
    stays: Mapping[UUID, BookingRead] = dataclasses.field(default_factory=lambda: MappingProxyType({}))
    """Who stays, by what a claim is for: a booking, or a change of one that waits for an answer."""
    next_cursor: str | None = None
    picking: Picking = dataclasses.field(default_factory=Picking)
    picked_home: UUID | None = None
    """The home of the pick: it changes seldom, the pick itself all the time."""
    active: UUID | None = None
    """The home whose nights are buttons, for those who do not use a pointer."""

    async def load(self, wanted: Wanted) -> None:
        """The first homes (or one) with their claims. Raises ApiError."""
        only = [wanted.property_id] if wanted.property_id else []
        span = wanted.span
        page = await calendars.mine(self.http, span.start, span.end, property_ids=only, text=wanted.text)
        self.wanted = wanted
        self._take((), tuple(page.items), page.next_cursor)
        pick = self.picking.pick
        if pick is not None and self.home(pick.property_id) is None:
            self.forget_pick()
        await self._name_stays(page.items, span)

    async def more(self) -> None:
        """The next homes. Raises ApiError."""
        asked = wanted, cursor = self.wanted, self.next_cursor
        if cursor is None or wanted is None:
            return
        span = wanted.span
        page = await calendars.mine(self.http, span.start, span.end, text=wanted.text, cursor=cursor)
        if asked == (self.wanted, self.next_cursor):
            self._take(self.homes, tuple(page.items), page.next_cursor)
            await self._name_stays(page.items, span)

    def _take(
        self, before: tuple[PropertyCalendar, ...], items: tuple[PropertyCalendar, ...], cursor: str | None
    ) -> None:
        self.homes = joined(before, items, lambda home: home.property_id)
        self.next_cursor = cursor

    async def _name_stays(self, homes: Sequence[PropertyCalendar], span: Span) -> None:
        """Find out who stays at these homes: a claim knows only the id of its booking, or of its change."""
        if not any(claim.kind in _OF_GUESTS for home in homes for claim in home.claims):
            return
        period, ids = Period(start=span.start, end=span.end), [home.property_id for home in homes]
        cursor = None
        while True:
            page = await bookings.bookings_within(self.http, period, property_ids=ids, cursor=cursor)
            self._keep(page.items)
            cursor = page.next_cursor
            if cursor is None:
                return

    def _keep(self, stays: Iterable[BookingRead]) -> None:
        self.stays = MappingProxyType({**self.stays, **by_source(stays)})

    def home(self, property_id: UUID) -> PropertyCalendar | None:
        """A home that is shown."""
        return next((home for home in self.homes if home.property_id == property_id), None)

    def today(self, property_id: UUID) -> date:
        """The date it is now at a home."""
        home = self.home(property_id)
        return clock.today_in(home.zone if home is not None else "UTC")

    def _set_pick(self, pick: Pick | None) -> None:
        self.picking.pick = pick
        self.picked_home = pick.property_id if pick is not None else None

    def press(self, home: PropertyCalendar, night: date) -> None:
        """A night of a home was pressed."""
        self.picking.by_keys = False
        self._set_pick(press(self.picking.pick, home, night, clock.today_in(home.zone)))

    def activate(self, home: PropertyCalendar) -> None:
        """A home was chosen to work on without a pointer: its nights become buttons, the keys stand on the first.

        Enter after an arrow opens the form; the button of the home, which may still have the focus, hears it as well.
        """
        pick = self.picking.pick
        if self.picking.by_keys and pick is not None and pick.property_id == home.property_id:
            return
        self.active = home.property_id
        self._set_pick(None)
        self.steer("ArrowRight", False, only=home)

    def begin_drag(self, home: PropertyCalendar, night: date) -> None:
        """A pointer begins to draw over a home's nights; a night that is taken or over ends what was picked."""
        pick = draw(home, night, night, clock.today_in(home.zone))
        self._set_pick(pick if pick.nights else None)

    def drag(self, home: PropertyCalendar, night: date) -> None:
        """The pointer is over another night now."""
        pick = self.picking.pick
        if pick is not None and pick.property_id == home.property_id and pick.reach != night:
            self._set_pick(draw(home, pick.anchor, night, clock.today_in(home.zone)))

    def end_drag(self, home: PropertyCalendar, night: date) -> None:
        """The pointer was let go, maybe further on than was told before. The next press begins anew."""
        self.drag(home, night)
        if self.picking.pick is not None:
            self.picking.pick = dataclasses.replace(self.picking.pick, closed=True)

    def steer(self, key: str, shift: bool, *, only: PropertyCalendar | None = None) -> bool:
        """A key was pressed on the grid; answers whether it was one of ours."""
        if self.wanted is None or not self.homes:
            return False
        homes = (only,) if only is not None else self.homes
        pick = steer(self.picking.pick, homes, key, shift, self.wanted.span, clock.today_in(homes[0].zone))
        if pick is None:
            return False
        self._set_pick(pick)
        return True

    def forget_pick(self) -> None:
        """Nothing is picked any more."""
        self._set_pick(None)
        self.picking.note = ""

    async def block_picked(self) -> ClaimRead | None:
        """Block the nights picked, with the note. Raises ApiError; the pick and the note then stay."""
        pick = self.picking.pick
        if pick is None or not pick.nights:
            return None
        request = BlockCreate(property_id=pick.property_id, start=pick.start, end=pick.end, note=self.picking.note)
        claim = await self.block(request)
        self.forget_pick()
        return claim

    async def block(self, request: BlockCreate) -> ClaimRead:
        """Block nights. Raises ApiError."""
        claim = await calendars.block(self.http, request)
        self._put(claim)
        return claim

    async def change(self, claim: ClaimRead, change: BlockChange) -> None:
        """Other nights or another reason for a block. Raises ApiError."""
        self._put(await calendars.change_block(self.http, claim.source_id, change))

    async def give_back(self, claim: ClaimRead) -> None:
        """Let a block's nights be booked again, from today on: what is over stays as it was. Raises ApiError."""
        today = self.today(claim.property_id)
        if claim.start < today:
            await self.change(claim, BlockChange(end=today))
            return
        await calendars.unblock(self.http, claim.source_id)
        self.homes = tuple(
            home.model_copy(update={"claims": [kept for kept in home.claims if kept.id != claim.id]})
            for home in self.homes
        )

    async def restore(self, claim: ClaimRead) -> None:
        """Undo: a block as it was. Raises ApiError."""
        if any(claim.id == kept.id for home in self.homes for kept in home.claims):
            await self.change(claim, BlockChange(start=claim.start, end=claim.end, note=claim.note))
        else:
            await self.block(
                BlockCreate(property_id=claim.property_id, start=claim.start, end=claim.end, note=claim.note)
            )

    def _put(self, claim: ClaimRead) -> None:
        def claims_of(home: PropertyCalendar) -> list[ClaimRead]:
            others = [kept for kept in home.claims if kept.id != claim.id]
            return sorted([*others, claim], key=lambda each: each.start)

        self.homes = tuple(
            home.model_copy(update={"claims": claims_of(home)}) if home.property_id == claim.property_id else home
            for home in self.homes
        )


@ft.observable
@dataclasses.dataclass
class BlockForm:
    """A block as it is written down: a new one, or other nights and another reason for `claim`."""

    http: Http
    property_id: UUID | None = None
    chosen: DateRange = dataclasses.field(default_factory=DateRange)
    note: str = ""
    claim: ClaimRead | None = None
    home: PropertyCalendar | None = None
    """The home with all that holds its nights from now on; None until it is loaded."""

    async def load(self, property_id: UUID) -> None:
        """Choose a home and find out which of its nights are taken. Raises ApiError."""
        self.property_id, self.home = property_id, None
        start = clock.today_in("UTC") - timedelta(days=1)
        page = await calendars.mine(
            self.http, start, start + timedelta(days=MAX_RANGE_DAYS), property_ids=[property_id]
        )
        self.home = page.items[0] if page.items else None

    @property
    def today(self) -> date:
        """The date it is now at the home."""
        return clock.today_in(self.home.zone if self.home is not None else "UTC")

    @property
    def runs(self) -> bool:
        """Whether some of the block's nights are over: then it can end on another day, but not begin on one."""
        return self.claim is not None and self.claim.start < self.today

    @property
    def rules(self) -> StayRules:
        """Which days can be chosen."""
        claims = self.home.claims if self.home is not None else []
        own = self.claim.id if self.claim is not None else None
        return StayRules(
            first=self.today,
            taken=frozenset(night for claim in claims if claim.id != own for night in nights(claim.start, claim.end)),
            longest=MAX_RANGE_DAYS,
            last=self.today + timedelta(days=MAX_RANGE_DAYS - 2),
        )

    def choose(self, wished: DateRange) -> None:
        """Take over what was pressed in the calendar."""
        if not self.runs or self.claim is None:
            self.chosen = wished
            return
        end = wished.check_out or wished.check_in
        if end is not None:
            self.chosen = DateRange(self.claim.start, end)

    @property
    def request(self) -> BlockCreate:
        """The block to make. Raises ApiError, which names the field."""
        start, end = self.chosen.check_in, self.chosen.check_out
        errors = {}
        if self.property_id is None:
            errors["property_id"] = t("Choose the home whose nights you want to block.")
        if start is None:
            errors["start"] = t("Choose the first night, then the day it is free again.")
        elif end is None:
            errors["start"] = t("Choose the day it is free again. For one night it is the day after.")
        if self.property_id is None or start is None or end is None:
            raise wrong_input(errors)
        return BlockCreate(property_id=self.property_id, start=start, end=end, note=self.note)

    @property
    def unchanged(self) -> bool:
        """Whether a block that is there would stay as it is."""
        claim = self.claim
        now = (self.chosen.check_in, self.chosen.check_out, self.note)
        return claim is not None and now == (claim.start, claim.end, claim.note)


@ft.observable
@dataclasses.dataclass
class LinkState:
    """The secret address of one home's calendar."""

    http: Http
    property_id: UUID | None = None
    link: CalendarLink | None = None

    async def load(self, property_id: UUID) -> None:
        """Which address there is. Raises ApiError."""
        self.property_id, self.link = property_id, None
        self.link = await calendars.link(self.http, property_id)

    async def renew(self) -> None:
        """Make an address, or another one. Raises ApiError."""
        if self.property_id is not None:
            self.link = await calendars.renew_link(self.http, self.property_id)

    async def remove(self) -> None:
        """No address any more. Raises ApiError."""
        if self.property_id is not None:
            await calendars.remove_link(self.http, self.property_id)
            self.link = CalendarLink(property_id=self.property_id)
