"""The start pages, put together from what the rooms below tell. Nothing is kept here and nothing is changed."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.service import door as bookings
from server.calendars.service import door as calendars
from server.cases import service as cases
from server.core import clock
from server.core.identity import Identity
from server.notifications import service as notifications
from server.properties.service import door as properties
from server.today import rules
from shared_models.auth import Role
from shared_models.bookings import BookingSide
from shared_models.cases import CaseKind
from shared_models.today import NIGHTS, VISIT_DAYS, AdminToday, LandlordToday, News, Review, TenantToday, Waiting

SHOWN = 6
"""How many rows of a list a start page shows."""
MAX_VISITS = 60


async def landlord(session: AsyncSession, caller: Identity) -> LandlordToday:
    """What a landlord sees first: as many statements for forty homes as for one."""
    side = BookingSide.LANDLORD
    due = await bookings.agenda(session, caller, side, limit=SHOWN)
    days = rules.around_today(clock.now(), VISIT_DAYS)
    stays = await bookings.coming_or_going(session, caller, days, limit=MAX_VISITS)
    on_show = await properties.on_show(session, caller.id)
    nights = rules.nights_from(rules.main_day([home.zone for home in on_show], clock.now()), NIGHTS)
    kinds = await calendars.kinds_by_night(session, [home.id for home in on_show], nights)
    unfinished = await properties.unfinished(session, caller.id, limit=SHOWN)
    return LandlordToday(
        answers=due.waiting,
        answer_count=due.waiting_count,
        others=due.on_others,
        reviews=await _reviews(session, caller),
        unfinished=unfinished.rows,
        unfinished_count=unfinished.to_do,
        visits=rules.visits(stays, clock.now()),
        upcoming=due.upcoming,
        homes=(await properties.own_counts(session, caller, None)).by_status,
        nights=rules.nights_let(nights, kinds),
        on_show=len(on_show),
        news=await _news(session, caller),
    )


async def tenant(session: AsyncSession, caller: Identity) -> TenantToday:
    """What a tenant sees first."""
    due = await bookings.agenda(session, caller, BookingSide.TENANT, limit=SHOWN)
    return TenantToday(
        waiting=due.waiting,
        next_trip=await bookings.next_trip(session, caller),
        upcoming=due.upcoming,
        news=await _news(session, caller),
    )


async def admin(session: AsyncSession, caller: Identity) -> AdminToday:
    """What an admin sees first."""
    queue = await cases.queue(session, None, SHOWN)
    load = await cases.load(session, caller)
    return AdminToday(
        cases=queue.items,
        total=queue.total,
        overdue=load.overdue,
        mine=load.mine,
        counts=queue.counts,
        news=await _news(session, caller),
    )


async def waiting(session: AsyncSession, caller: Identity) -> Waiting:
    """How much waits for the caller: three statements at most."""
    by_side = await bookings.waiting_by_side(session, caller)
    open_cases = (await cases.load(session, caller)).open if caller.has(Role.ADMIN) else 0
    return Waiting(
        unread=(await notifications.unread(session, caller)).count,
        answers=by_side[BookingSide.LANDLORD],
        trips=by_side[BookingSide.TENANT],
        cases=open_cases,
    )


async def _news(session: AsyncSession, caller: Identity) -> News:
    items = await notifications.latest_unread(session, caller, limit=SHOWN)
    return News(items=items, unread=(await notifications.unread(session, caller)).count)


async def _reviews(session: AsyncSession, caller: Identity) -> list[Review]:
    due = await cases.due_of(session, CaseKind.HOME_REVIEW, caller.id, limit=SHOWN)
    homes = await properties.homes(session, due)
    return [
        Review(property_id=id_, title=homes[id_].title, due_at=moment) for id_, moment in due.items() if id_ in homes
    ]
