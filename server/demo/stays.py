"""Who stays where and when: visits that are over, on now and to come, and nights that landlords keep. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from server.demo.words import words
from shared_models.properties import LetType, PropertyFacts
from shared_models.stay_dates import Stay
from shared_models.stay_limits import StayLimits, refusals

LOOKS_BACK_DAYS = 150
LOOKS_AHEAD_DAYS = 60
VISITED = 0.5
"""How many of the homes have visits at all, busy ones aside."""
BLOCKED = 0.25
"""How many of the stretches to come are kept by the landlord."""
BUSY_GAPS = (0, 0, 1, 2, 3, 5)
QUIET_GAPS = (0, *range(8, 90, 4))
"""Free nights between two stretches. A busy home's calendar is one to look at."""
PAST_VISITS_OF_FIRST_TENANT = 4
COMING_VISITS_OF_FIRST_TENANT = 3
PAID_BY_CARD = 6
"""How many visits to come are paid by card, beside one of the first tenant's."""


@dataclass(frozen=True)
class Home:
    """A published home: what is said of it, and which day it is there. A busy one is visited for certain."""

    facts: PropertyFacts
    today: date
    busy: bool


@dataclass(frozen=True)
class Visit:
    """`tenant` and `home` are places in the lists of tenants and homes."""

    home: int
    tenant: int
    stay: Stay
    guests: int


@dataclass(frozen=True)
class Block:
    """Nights a landlord keeps."""

    home: int
    stay: Stay
    note: str


@dataclass(frozen=True)
class Plan:
    """All that happens: visits that have begun, those to come, and blocks. Nothing overlaps, for homes or people."""

    begun: list[Visit]
    coming: list[Visit]
    blocks: list[Block]
    by_card: list[Visit]
    """Those of the visits to come whose price is paid by card: the last ones to busy homes, and the shortest of the
    first tenant's."""
    missed: Visit | None = None
    """One that has begun, and to which nobody came."""


def make_up(random: Random, homes: Sequence[Home], tenants: int) -> Plan:
    """Visits by all but the first of `tenants`, who then takes over some of them."""
    plan, busy = Plan([], [], [], []), _Diaries(tenants)
    for place, home in enumerate(homes):
        if not home.busy and random.random() > VISITED:
            continue
        for stay in _stretches(random, home):
            if stay.check_in > home.today and random.random() < BLOCKED:
                plan.blocks.append(_kept(random, place, stay))
                continue
            guests = random.randint(1, min(home.facts.sleeps or 2, 4))
            if stay.check_in > home.today and refusals(_limits(home.facts), stay, guests, home.today):
                continue
            tenant = busy.someone_free(random, stay)
            if stay.check_in != home.today and tenant is not None:
                visits = plan.begun if stay.check_in < home.today else plan.coming
                visits.append(Visit(place, tenant, stay, guests))
    over = [visit for visit in plan.begun if visit.stay.check_out < homes[visit.home].today]
    taken = _for_first_tenant(homes, over, PAST_VISITS_OF_FIRST_TENANT)
    taken |= _for_first_tenant(homes, plan.coming, COMING_VISITS_OF_FIRST_TENANT)
    begun, coming = _handed_over(plan.begun, taken), _handed_over(plan.coming, taken)
    return Plan(begun, coming, plan.blocks, _by_card(homes, coming), _missed(homes, begun))


def _by_card(homes: Sequence[Home], coming: Sequence[Visit]) -> list[Visit]:
    at_once = [visit for visit in coming if _is_paid_when_booked(homes[visit.home].facts)]
    busy = [visit for visit in at_once if visit.tenant and homes[visit.home].busy]
    firsts = sorted((visit for visit in at_once if not visit.tenant), key=lambda visit: visit.stay.nights)
    return busy[-PAID_BY_CARD:] + firsts[: 1 if len(firsts) == COMING_VISITS_OF_FIRST_TENANT else 0]


def _is_paid_when_booked(facts: PropertyFacts) -> bool:
    return bool(facts.instant_book) and facts.let_type == LetType.NIGHTLY


def _missed(homes: Sequence[Home], begun: Sequence[Visit]) -> Visit | None:
    """The shortest of the visits to busy homes that are on now: whoever does not come to one of months says so."""
    on_now = [visit for visit in begun if homes[visit.home].busy and visit.stay.check_out > homes[visit.home].today]
    return min(on_now, key=lambda visit: visit.stay.nights, default=None)


def _kept(random: Random, home: int, stay: Stay) -> Block:
    nights = min(stay.nights, random.randint(2, 8))
    kept = Stay(check_in=stay.check_in, check_out=stay.check_in + timedelta(days=nights))
    return Block(home, kept, random.choice(words().blocks))


def _limits(facts: PropertyFacts) -> StayLimits:
    return StayLimits.model_validate(facts)


def _stretches(random: Random, home: Home) -> Iterator[Stay]:
    """Stretches of nights one after the other; now and then one begins on the day another ends."""
    day = home.today - timedelta(days=random.randint(LOOKS_BACK_DAYS - 60, LOOKS_BACK_DAYS))
    while day < home.today + timedelta(days=LOOKS_AHEAD_DAYS):
        nights = _nights(random, home.facts)
        yield Stay(check_in=day, check_out=day + timedelta(days=nights))
        day += timedelta(days=nights + random.choice(BUSY_GAPS if home.busy else QUIET_GAPS))


def _nights(random: Random, facts: PropertyFacts) -> int:
    usual = (28, 30, 45, 60, 90) if facts.let_type == LetType.MONTHLY else (2, 3, 3, 4, 5, 7)
    return max(facts.min_nights or 1, min(random.choice(usual), facts.max_nights or 365))


class _Diaries:
    """When each tenant is away; the first keeps a free diary."""

    def __init__(self, tenants: int) -> None:
        self._away: list[list[Stay]] = [[] for _ in range(tenants)]

    def someone_free(self, random: Random, stay: Stay) -> int | None:
        """A tenant with nothing else on these nights, who has them from now on; None when all are away."""
        for tenant in random.sample(range(1, len(self._away)), len(self._away) - 1):
            if not any(stay.overlaps(other) for other in self._away[tenant]):
                self._away[tenant].append(stay)
                return tenant
        return None


def _for_first_tenant(homes: Sequence[Home], visits: Sequence[Visit], most: int) -> set[Visit]:
    """Some visits one person can make: short, in different cities, not at the same time."""
    chosen: list[Visit] = []
    for visit in visits:
        cities = {homes[other.home].facts.address.city for other in chosen}
        fits = visit.stay.nights <= 7 and homes[visit.home].facts.address.city not in cities
        if len(chosen) < most and fits and not any(visit.stay.overlaps(other.stay) for other in chosen):
            chosen.append(visit)
    return set(chosen)


def _handed_over(visits: Sequence[Visit], taken: set[Visit]) -> list[Visit]:
    return [replace(visit, tenant=0) if visit in taken else visit for visit in visits]
