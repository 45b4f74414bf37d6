"""Filling an empty database with a believable demo, through the services of the rooms, in one transaction.

One transaction, so that a start that is killed leaves nothing: the next one begins anew. The dice are loaded: every
machine gets the same homes and people, and the same stays counted from its own today.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.passwords import service as passwords
from server.auth.service import accounts
from server.bookings.service import holds, past, prices
from server.bookings.service.past import PastStay
from server.calendars.service import blocks
from server.core import clock
from server.core.database import Database, take_turn
from server.core.errors import StartupError
from server.core.identity import Identity
from server.core.ids import new_id
from server.core.settings import Settings
from server.demo import homes, paid, stays, turns
from server.demo.cities import cities
from server.demo.people import ADMIN, FIRST_LANDLORD, FIRST_TENANT, LANDLORDS, TENANTS
from server.demo.stays import Home, Plan, Visit
from server.demo.turns import Asked
from server.demo.words import words
from server.properties.listing import service as listing
from server.properties.service import door as properties
from server.properties.service import editing
from server.search import service as search
from server.users import listeners as _profiles  # noqa: F401  everyone who is added gets a profile
from shared_models.auth import Role
from shared_models.bookings import PaymentWay, QuoteRequest
from shared_models.calendars import BlockCreate
from shared_models.properties import BulkMove, LetType, PropertyFacts, PropertyStatus, StatusMove

PASSWORD = "a home for everyone"  # noqa: S105 - told to whoever starts the demo; refused in production
MAIL_DOMAIN = "estospaces.example"
"""Reserved by RFC 2606: no mail to it reaches anyone."""
SEED = 1767
STATES = {
    PropertyStatus.DRAFT: 8,
    PropertyStatus.PENDING_REVIEW: 8,
    PropertyStatus.REJECTED: 2,
    PropertyStatus.PAUSED: 4,
}
"""How many homes are not published, by state; the first landlord has at least one of each."""
_ONE_AT_A_TIME = 7_305_104_511_208_118  # any number that no other advisory lock uses

Progress = Callable[[str], None]
"""Told, in a few words, what was just made."""


@dataclass(frozen=True)
class DemoSignIns:
    """Who can look round: e-mails, and the password they share."""

    tenant: str
    landlord: str
    admin: str
    password: str


@dataclass(frozen=True)
class _People:
    admin: Identity
    tenants: list[Identity]
    landlords: Mapping[str, Identity]
    """By their name."""


@dataclass(frozen=True)
class _Made:
    """A home as it was made up, its landlord's name, and the state it is to have."""

    facts: PropertyFacts
    landlord: str
    status: PropertyStatus


@dataclass(frozen=True)
class _Added(_Made):
    """A home that is written."""

    id: UUID


SIGN_INS = DemoSignIns(
    tenant=f"{FIRST_TENANT[0]}@{MAIL_DOMAIN}",
    landlord=f"{FIRST_LANDLORD[0]}@{MAIL_DOMAIN}",
    admin=f"{ADMIN[0]}@{MAIL_DOMAIN}",
    password=PASSWORD,
)


async def is_empty(database: Database) -> bool:
    """Whether nobody is here yet (and so nothing is: all that there is belongs to someone)."""
    async with database.transaction() as session:
        return await _nobody_is_here(session)


async def sign_ins(database: Database) -> DemoSignIns | None:
    """The demo's sign-ins, if this database was filled with it."""
    async with database.transaction() as session:
        return await _sign_ins(session)


async def fill(database: Database, settings: Settings, on_progress: Progress) -> DemoSignIns | None:
    """Fill an empty database; one that is not empty stays as it is. All of it or, after a kill, nothing.

    Answers the sign-ins, or None when the database holds something else. Raises StartupError in production.
    """
    if settings.in_production:
        raise StartupError("Demo data is refused in production: its passwords are known to everyone.")
    password_hash = await passwords.hash_password(PASSWORD)
    async with database.transaction() as session:
        await take_turn(session, _ONE_AT_A_TIME)
        if await _nobody_is_here(session):
            await _fill(session, settings, password_hash, on_progress)
        return await _sign_ins(session)


async def _sign_ins(session: AsyncSession) -> DemoSignIns | None:
    return SIGN_INS if await accounts.id_of_email(session, SIGN_INS.admin) is not None else None


async def _nobody_is_here(session: AsyncSession) -> bool:
    return bool(await session.scalar(text("SELECT NOT EXISTS (SELECT FROM identity)")))


async def _fill(session: AsyncSession, settings: Settings, password_hash: str, on_progress: Progress) -> None:
    random = Random(SEED)
    people = await _add_people(session, password_hash)
    on_progress(f"{len(people.tenants)} tenants and {len(people.landlords)} landlords")
    added = await _add_homes(session, people, make_up_homes(random))
    on_progress(f"{len(added)} homes in {len(cities())} cities")
    await search.learn(session)
    published = [home for home in added if home.status == PropertyStatus.PUBLISHED]
    plan = stays.make_up(random, await _with_today(session, published), len(people.tenants))
    if settings.stripe_secret_key is not None:  # the page of a real provider waits for a person
        plan = replace(plan, by_card=[])
    await _add_stays(session, random, people, published, plan)
    on_progress(f"{len(plan.begun) + len(plan.coming)} stays, {len(plan.coming)} of them to come")


async def _add_people(session: AsyncSession, password_hash: str) -> _People:
    async def add(name: str, role: Role) -> Identity:
        named = {FIRST_LANDLORD[1]: FIRST_LANDLORD[0], FIRST_TENANT[1]: FIRST_TENANT[0], ADMIN[1]: ADMIN[0]}
        email = f"{named.get(name) or _mail_name(name)}@{MAIL_DOMAIN}"
        id_ = await accounts.add_person(session, email, name, password_hash, [role], verified_at=clock.now())
        return Identity(id=id_, session_id=new_id(), roles=frozenset({role}))

    admin = await add(ADMIN[1], Role.ADMIN)
    tenants = [await add(name, Role.TENANT) for name in TENANTS]
    landlords = {name: await add(name, Role.LANDLORD) for names in LANDLORDS.values() for name in names}
    return _People(admin, tenants, landlords)


def _mail_name(name: str) -> str:
    """`Élodie Tremblay` → `elodie.tremblay`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return ".".join(plain.replace("'", "").split())


def make_up_homes(random: Random) -> list[_Made]:
    """Every home and its landlord; the first landlord of a city has the most. Cities are mixed, as they would come."""
    made = []
    for city in cities():
        landlords = LANDLORDS[city.name]
        weights = [3, *(1 for _ in landlords[1:])]
        whose = iter(random.choices(landlords, weights, k=homes.HOMES_PER_CITY))
        made += [_Made(facts, next(whose), PropertyStatus.PUBLISHED) for facts in homes.make_up(random, city)]
    random.shuffle(made)
    firsts = [place for place, home in enumerate(made) if home.landlord == FIRST_LANDLORD[1]]
    others = [place for place, home in enumerate(made) if home.landlord != FIRST_LANDLORD[1]]
    for status, many in STATES.items():
        for place in [firsts.pop(), *(others.pop() for _ in range(many - 1))]:
            made[place] = replace(made[place], status=status)
    return made


async def _add_homes(session: AsyncSession, people: _People, made: Sequence[_Made]) -> list[_Added]:
    """Homes as landlords write them and an admin decides on them."""
    added = []
    for home in made:
        created = await editing.create(session, people.landlords[home.landlord], home.facts)
        added.append(_Added(home.facts, home.landlord, home.status, created.page.id))

    async def move(to: PropertyStatus, *of: PropertyStatus) -> None:
        ids = [home.id for home in added if home.status in of]
        await listing.move_many(session, people.admin, BulkMove(status=to, ids=ids))

    await move(PropertyStatus.PENDING_REVIEW, *STATES.keys() - {PropertyStatus.DRAFT}, PropertyStatus.PUBLISHED)
    await move(PropertyStatus.PUBLISHED, PropertyStatus.PAUSED, PropertyStatus.PUBLISHED)
    await move(PropertyStatus.PAUSED, PropertyStatus.PAUSED)
    refused = [home.id for home in added if home.status == PropertyStatus.REJECTED]
    for id_, note in zip(refused, words().rejected, strict=True):
        await listing.move(session, people.admin, id_, StatusMove(status=PropertyStatus.REJECTED, note=note))
    return added


async def _with_today(session: AsyncSession, added: Sequence[_Added]) -> list[Home]:
    known = await properties.homes(session, [home.id for home in added])
    return [
        Home(home.facts, clock.today_in(known[home.id].zone), busy=home.landlord == FIRST_LANDLORD[1]) for home in added
    ]


async def _add_stays(
    session: AsyncSession, random: Random, people: _People, published: Sequence[_Added], plan: Plan
) -> None:
    """Stays that have begun are written down; those to come are booked, or asked for and answered, as people do."""
    begun = await past.record_past_stays(session, [_past(random, people, published, visit) for visit in plan.begun])
    await _add_coming(session, people, published, plan)
    for block in plan.blocks:
        home = published[block.home]
        kept = BlockCreate(property_id=home.id, start=block.stay.check_in, end=block.stay.check_out, note=block.note)
        await blocks.block(session, people.landlords[home.landlord], kept)
    first = people.landlords[FIRST_LANDLORD[1]]
    if plan.missed is not None:
        await turns.miss(session, first, begun[plan.begun.index(plan.missed)])
    hers = [home for home in published if home.landlord == FIRST_LANDLORD[1]]
    others = [home for home in published if home.landlord != FIRST_LANDLORD[1]]
    looked_at = [(home.id, home.facts) for home in (others[0], hers[0])]
    await turns.send_in(session, people.tenants[1], first, looked_at)


async def _add_coming(session: AsyncSession, people: _People, published: Sequence[_Added], plan: Plan) -> None:
    """Stays to come: asked for and answered, booked at once, or held and on their way to be paid."""
    requests: list[Asked] = []
    agreed: list[Asked] = []
    for visit in plan.coming:
        if visit not in plan.by_card:
            home = published[visit.home]
            asked = await _ask(session, people, home, visit, _usual_payment(home.facts))
            if home.facts.instant_book:
                await holds.confirm(session, asked.tenant, asked.booking.id)
            (agreed if home.facts.instant_book else requests).append(asked)
    await turns.turn(session, agreed + await turns.answer(session, requests))
    # Last, for nobody holds more than a few homes at a time.
    held = [await _ask(session, people, published[visit.home], visit, PaymentWay.CARD) for visit in plan.by_card]
    await paid.go_to_pay(session, held)


def _usual_payment(facts: PropertyFacts) -> PaymentWay:
    """How most stays are paid: as before cards were taken, and months as always."""
    return PaymentWay.MONTHLY if facts.let_type is LetType.MONTHLY else PaymentWay.ON_ARRIVAL


async def _ask(session: AsyncSession, people: _People, home: _Added, visit: Visit, payment: PaymentWay) -> Asked:
    tenant = people.tenants[visit.tenant]
    request = QuoteRequest(property_id=home.id, guests=visit.guests, **visit.stay.model_dump())
    quote = await prices.quote(session, tenant, request, payment=payment)
    booking = await holds.hold(session, tenant, quote.id)
    hers = home.landlord == FIRST_LANDLORD[1]
    return Asked(booking, tenant, people.landlords[home.landlord], hers=hers, his=visit.tenant == 0)


def _past(random: Random, people: _People, published: Sequence[_Added], visit: Visit) -> PastStay:
    """A visit that has begun, agreed some weeks before it did."""
    earlier = timedelta(days=random.randint(3, 40), minutes=random.randint(0, 1439))
    return PastStay(
        property_id=published[visit.home].id,
        tenant_id=people.tenants[visit.tenant].id,
        stay=visit.stay,
        guests=visit.guests,
        agreed_at=clock.now() - (clock.now().date() - visit.stay.check_in) - earlier,
    )
