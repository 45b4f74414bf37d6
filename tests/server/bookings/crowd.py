"""A crowd at a few homes, everyone at once, and a witness in the database who notes each claim's life.

Every act runs in a transaction of its own and is written down with when it began and ended, which transaction it was
and what came of it. Afterwards `unexplained` goes through the notes.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.service import change_answers, change_endings, changes, endings, holds, prices
from server.calendars.service import blocks, claims
from server.calendars.service import door as calendars
from server.core.database import Database
from server.core.errors import AppError
from server.core.identity import Identity
from server.core.ids import new_id
from server.properties.importing.service import runs, steps
from server.properties.listing import service as listings
from shared_models.auth import Role
from shared_models.bookings import BookingRead, ChangeQuoteRequest, HistoryEventKind, QuoteRequest
from shared_models.calendars import BlockCreate
from shared_models.properties import PropertyStatus, StatusMove
from tests.served import crowd
from tests.server.bookings.test_races import a_home
from tests.server.properties.importing.conftest import EDINBURGH, a_line, lines
from tests.server.stays import day, rows

HOMES, TENANTS, DAYS, REASON = 3, 6, 12, "Because."
PLACE = {"neighbourhood": "Leith"}
WITNESS = """
CREATE TABLE witness (home uuid, source uuid, period daterange, came bool, xact text);
CREATE FUNCTION note_claim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP IN ('DELETE', 'UPDATE') THEN
        INSERT INTO witness VALUES (OLD.property_id, OLD.source_id, OLD.period, false, pg_current_xact_id()::text);
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        INSERT INTO witness VALUES (NEW.property_id, NEW.source_id, NEW.period, true, pg_current_xact_id()::text);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER witness AFTER INSERT OR UPDATE OR DELETE ON occupancy FOR EACH ROW EXECUTE FUNCTION note_claim();
"""
AGREED, GIVEN_BACK = (
    {HistoryEventKind.CONFIRMED, HistoryEventKind.ACCEPTED},
    {HistoryEventKind.LET_GO, HistoryEventKind.WITHDRAWN, HistoryEventKind.CANCELLED, HistoryEventKind.EXPIRED},
)
SAID: dict[str, set[HistoryEventKind]] = {
    "book": {HistoryEventKind.HELD, HistoryEventKind.REQUESTED},
    "confirm": AGREED,
    "accept": AGREED,
    "release": GIVEN_BACK,
    "decline": {HistoryEventKind.DECLINED},
    "cancel": GIVEN_BACK,
    "ask_change": {HistoryEventKind.CHANGE_ASKED},
    "accept_change": {HistoryEventKind.CHANGE_ACCEPTED},
    "decline_change": {HistoryEventKind.CHANGE_DECLINED},
    "withdraw_change": {HistoryEventKind.CHANGE_WITHDRAWN},
}
"""What a good answer promises to stand in the history: one of these. What is so already is answered well, too."""
EXPECTED = {
    *("ok", "dates_taken", "not_bookable", "too_many_holds", "quote_expired", "hold_lapsed", "invalid_transition"),
    *("not_found", "stays_open"),
}
"""Every answer there may be; a deadlock would be `try_again`, which is not among them."""


@dataclass(frozen=True)
class Note:
    """One act: what it was, when it ran, in which transaction, what came of it, and the nights it wanted."""

    name: str
    began: float
    ended: float
    xact: str
    answer: str
    booking: UUID | None = None
    home: UUID | None = None
    wanted: tuple[date, date] | None = None


@dataclass
class Crowd:
    """Tenants and a landlord at a few homes, and all that was noted."""

    database: Database
    landlord: Identity
    tenants: list[Identity]
    admin: Identity
    homes: list[UUID]
    notes: list[Note] = field(default_factory=list)
    seen: dict[UUID, BookingRead] = field(default_factory=dict)
    owners: dict[UUID, Identity] = field(default_factory=dict)
    blocks: list[UUID] = field(default_factory=list)

    @classmethod
    async def at(cls, database: Database) -> "Crowd":
        """A new crowd in a database of its own; the witness begins to look."""
        async with database.engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            await driver.execute(WITNESS)
        people = [
            Identity(id=id_, session_id=new_id(), roles=frozenset({Role.TENANT, Role.LANDLORD}))
            for id_, _ in await crowd(database, TENANTS + 1, Role.TENANT, Role.LANDLORD)
        ]
        ((admin, _),) = await crowd(database, 1, Role.ADMIN)
        homes = [
            await a_home(
                database,
                people[0].id,
                instant_book=number != 1,
                source_key=f"{people[0].id}/{EDINBURGH.source}/{number}",
                **PLACE,
            )
            for number in range(HOMES)
        ]
        roles = frozenset({Role.ADMIN})
        return cls(database, people[0], people[1:], Identity(id=admin, session_id=new_id(), roles=roles), homes)

    async def work(self, seed: int, acts: int) -> None:
        """One of the crowd: acts one after the other, drawn from a seed."""
        random = Random(seed)
        for _ in range(acts):
            (name,) = random.choices(list(WAYS), [often for _, often in WAYS.values()])
            await WAYS[name][0](self, random)

    async def noted(self, name: str, act: Callable[[AsyncSession], Awaitable[Any]], **about: Any) -> Any:
        """Run an act in its own transaction and write down what came of it."""
        began, xact, answer, made = time.monotonic(), "", "ok", None
        try:
            async with self.database.transaction() as session:
                xact = str(await session.scalar(text("SELECT pg_current_xact_id()::text")))
                made = await act(session)
        except AppError as error:
            answer = error.code.value
        if isinstance(made, BookingRead):
            self.seen[made.id] = made
            about["booking"] = made.id
        self.notes.append(Note(name, began, time.monotonic(), xact, answer, **about))
        return made

    def some_stay(self, random: Random) -> tuple[date, date]:
        first = random.randrange(2, DAYS)
        return day(first), day(first + random.randrange(1, 4))

    def some_booking(self, random: Random) -> BookingRead | None:
        return self.seen[random.choice(list(self.seen))] if self.seen else None

    async def book(self, random: Random) -> None:
        tenant, home, (check_in, check_out) = (
            random.choice(self.tenants),
            random.choice(self.homes),
            self.some_stay(random),
        )
        about = {"home": home, "wanted": (check_in, check_out)}
        request_body = QuoteRequest(property_id=home, check_in=check_in, check_out=check_out, guests=1)
        quote = await self.noted("quote", lambda session: prices.quote(session, tenant, request_body), **about)
        if quote is not None:
            made = await self.noted("book", lambda session: holds.hold(session, tenant, quote.id), **about)
            if made is not None:
                self.owners[made.id] = tenant

    async def act(self, random: Random) -> None:
        booking = self.some_booking(random)
        if booking is None:
            await self.book(random)
            return
        tenant, landlord, id_ = self.owners[booking.id], self.landlord, booking.id
        either = random.choice((tenant, landlord))
        ways: dict[str, Callable[[AsyncSession], Awaitable[Any]]] = {
            "confirm": lambda session: holds.confirm(session, tenant, id_),
            "release": lambda session: holds.release(session, tenant, id_),
            "accept": lambda session: holds.accept(session, landlord, id_),
            "decline": lambda session: holds.decline(session, landlord, id_, REASON),
            "cancel": lambda session: endings.cancel(session, either, id_, REASON),
        }
        (name,) = random.choices(list(ways), (6, 1, 5, 1, 2))
        await self.noted(name, ways[name], booking=id_)

    async def ask_change(self, random: Random) -> None:
        booking = self.some_booking(random)
        if booking is None:
            await self.book(random)
            return
        who, id_ = random.choice((self.owners[booking.id], self.landlord)), booking.id
        check_in, check_out = self.some_stay(random)
        about: dict[str, Any] = {"booking": id_, "home": booking.home.id, "wanted": (check_in, check_out)}
        request_body = ChangeQuoteRequest(check_in=check_in, check_out=check_out, guests=random.randrange(1, 3))
        quote = await self.noted("quote", lambda session: changes.quote(session, who, id_, request_body), **about)
        if quote is not None:
            await self.noted("ask_change", lambda session: changes.ask(session, who, id_, quote.id), **about)

    async def answer_change(self, random: Random) -> None:
        asked = [booking for booking in self.seen.values() if booking.change is not None]
        if not asked:
            await self.book(random)
            return
        booking = random.choice(asked)
        who, id_ = random.choice((self.owners[booking.id], self.landlord)), booking.id
        change = booking.change.id if booking.change is not None else id_
        ways: dict[str, Callable[[AsyncSession], Awaitable[Any]]] = {
            "accept_change": lambda session: change_answers.accept(session, who, id_, change),
            "decline_change": lambda session: change_answers.decline(session, who, id_, change, REASON),
            "withdraw_change": lambda session: change_answers.withdraw(session, who, id_, change),
        }
        (name,) = random.choices(list(ways), (4, 1, 1))
        await self.noted(name, ways[name], booking=id_)

    async def block(self, random: Random) -> None:
        home, (start, end) = random.choice(self.homes), self.some_stay(random)
        request_body = BlockCreate(property_id=home, start=start, end=end)
        about = {"home": home, "wanted": (start, end)}
        made = await self.noted("block", lambda session: blocks.block(session, self.landlord, request_body), **about)
        if made is not None:
            self.blocks.append(made.source_id)

    async def unblock(self, random: Random) -> None:
        if not self.blocks:
            await self.block(random)
            return
        block = random.choice(self.blocks)
        await self.noted("unblock", lambda session: blocks.unblock(session, self.landlord, block))

    async def lapse(self, random: Random) -> None:
        """A hold or a wish of somebody's has its time over, as if they had waited; then the jobs run."""
        home = random.choice(self.homes)

        async def age(session: AsyncSession) -> None:
            await calendars.lock(session, [home])
            source = await session.scalar(
                text(
                    "UPDATE occupancy SET expires_at = now() - interval '1 second' WHERE id = ("
                    "SELECT id FROM occupancy WHERE property_id = :home AND kind = 'hold' ORDER BY id LIMIT 1) "
                    "RETURNING source_id"
                ),
                {"home": home},
            )
            if source is not None:
                for aged in (
                    "UPDATE booking SET hold_expires_at = now() - interval '1 second' WHERE id = :id "
                    "AND status IN ('held', 'requested')",
                    "UPDATE occupancy SET expires_at = now() - interval '1 second' WHERE kind = 'hold' "
                    "AND source_id IN (SELECT unnest(ARRAY[id, other_hold_id]) FROM booking_change "
                    "WHERE :id IN (id, other_hold_id))",
                    "UPDATE booking_change SET expires_at = now() - interval '1 second' "
                    "WHERE :id IN (id, other_hold_id) AND status = 'asked'",
                ):
                    await session.execute(text(aged), {"id": source})

        await self.noted("age", age)
        job = random.choice((claims.remove_lapsed, change_endings.lapse))
        await self.noted("job", job)

    async def pause(self, random: Random) -> None:
        """A home goes off the market, or comes back."""
        home = random.choice(self.homes)
        then = random.choice((PropertyStatus.PAUSED, PropertyStatus.PUBLISHED, PropertyStatus.PUBLISHED))
        request_body = StatusMove(status=then)
        await self.noted("pause", lambda session: listings.move(session, self.admin, home, request_body))

    async def archive(self, random: Random) -> None:
        """Archive the last home, and open another in its place."""
        home = self.homes[-1]
        request_body = StatusMove(status=PropertyStatus.ARCHIVED)
        await self.noted("archive", lambda session: listings.move(session, self.admin, home, request_body))
        self.homes[-1] = await a_home(self.database, self.landlord.id, **PLACE)

    async def import_file(self, random: Random) -> None:
        """A file says other prices of the homes there are, and brings a new one; now and then it is taken back."""
        said = [a_line(id=number, price=random.randrange(50, 90)) for number in range(HOMES)]
        content = lines(*said, a_line(id=random.randrange(HOMES, 1000))).encode()
        begun = await self.noted(
            "import",
            lambda session: runs.start_file(
                session, self.landlord, "homes.csv", content, EDINBURGH, for_platform=False
            ),
        )
        if begun is None:
            return

        async def run() -> None:
            while await self.noted("step", lambda session: steps.step(session, begun.id)):
                pass

        await run()
        if random.random() < 0.4:
            await self.noted("cancel_import", lambda session: runs.cancel(session, self.landlord, begun.id))
            await run()


WAYS: dict[str, tuple[Callable[[Crowd, Random], Awaitable[None]], int]] = {
    "book": (Crowd.book, 8),
    "act": (Crowd.act, 9),
    "ask_change": (Crowd.ask_change, 6),
    "answer_change": (Crowd.answer_change, 6),
    "block": (Crowd.block, 2),
    "unblock": (Crowd.unblock, 2),
    "lapse": (Crowd.lapse, 2),
    "pause": (Crowd.pause, 1),
    "archive": (Crowd.archive, 1),
    "import_file": (Crowd.import_file, 2),
}
"""What people do, and how often."""


async def unexplained(people: Crowd) -> list[Any]:
    """Answers that should not be, successes that are not in the database, and refusals that no claim explains."""
    odd: list[Any] = [note for note in people.notes if note.answer not in EXPECTED]
    history = await rows(people.database, "SELECT booking_id, kind FROM booking_history")
    written = {(row.booking_id, row.kind) for row in history}
    for note in people.notes:
        promised = {(note.booking, deed.value) for deed in SAID.get(note.name, ())}
        if note.answer == "ok" and promised and not promised & written:
            odd.append(("not written down", note))
    lives = await _lives(people)
    refused = [note for note in people.notes if note.answer == "dates_taken"]
    odd += [("nothing stood in the way", note) for note in refused if not any(_stood(life, note) for life in lives)]
    return odd


@dataclass(frozen=True)
class _Life:
    home: UUID
    source: UUID
    period: Any
    came: float
    went: float


async def _lives(people: Crowd) -> list[_Life]:
    """How long each claim stood at most: from when the act that made it began to when the one that took it ended.

    A claim that changed its kind went and came in one act; whatever came more often than it went stands still.
    """
    acts = {note.xact: note for note in people.notes if note.xact}
    seen: dict[tuple[UUID, UUID, Any], list[Any]] = {}
    for row in await rows(people.database, "SELECT * FROM witness"):
        seen.setdefault((row.home, row.source, row.period), []).append(row)
    lives: list[_Life] = []
    for (home, source, period), moments in seen.items():
        came = [acts[row.xact].began for row in moments if row.came]
        went = [acts[row.xact].ended for row in moments if not row.came]
        stands = len(came) > len(went)
        lives.append(_Life(home, source, period, min(came), float("inf") if stands else max(went)))
    return lives


def _stood(life: _Life, note: Note) -> bool:
    if note.wanted is None or life.home != note.home or life.source == note.booking:
        return False
    first, last = note.wanted
    overlaps = life.period.lower < last and first < life.period.upper
    return overlaps and life.came <= note.ended and note.began <= life.went


async def all_at_once(people: Crowd, seeds: Sequence[int], acts: int) -> None:
    """Everyone works at the same time."""
    await asyncio.gather(*(people.work(seed, acts) for seed in seeds))


def answers(people: Crowd) -> Counter[tuple[str, str]]:
    """How often what came of what."""
    return Counter((note.name, note.answer) for note in people.notes)
