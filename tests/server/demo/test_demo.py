"""Filling a database with the demo."""

import asyncio
from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from server.core.database import Database
from server.core.errors import StartupError
from server.core.jobs import Queue
from server.core.settings import Environment, Settings
from server.demo import service as demo
from server.demo import stays, turns
from server.demo.people import FIRST_LANDLORD, TENANTS
from shared_models.properties import LetType, PropertyStatus
from tests.conftest import Api, MakePerson
from tests.server.paying import Checkout, checkout

__all__ = ["checkout"]

COUNTS = "SELECT (SELECT count(*) FROM property), (SELECT count(*) FROM booking), (SELECT count(*) FROM identity)"


async def _counts(database: Database) -> tuple[int, ...]:
    async with database.transaction() as session:
        return tuple((await session.execute(text(COUNTS))).one())


async def _signed_in(api: Api, email: str) -> dict[str, str]:
    reply = await api.post("/auth/sign-in", {"email": email, "password": demo.PASSWORD})
    assert reply.status_code == 200, reply.text
    return {"Authorization": f"Bearer {reply.json()['access_token']}"}


@pytest.fixture
async def filled(database: Database, settings: Settings) -> list[str]:
    """A database with the demo, and what was told meanwhile."""
    told: list[str] = []
    assert await demo.is_empty(database)
    await demo.fill(database, settings, told.append)
    return told


async def test_a_filled_demo_shows_each_of_the_three_something_to_do(filled: list[str], api: Api) -> None:
    assert [words.split()[0] for words in filled[:2]] == ["40", "300"]
    tenant = await _signed_in(api, demo.SIGN_INS.tenant)
    trips = [
        (await api.get("/bookings", params={"side": "tenant", "when": when}, headers=tenant)).json()["items"]
        for when in ("upcoming", "past")
    ]
    assert [len(found) for found in trips] == [2, 5]
    assert [found["status"] for found in trips[1]] == ["cancelled", *4 * ["completed"]]
    assert [found["change"]["by"] for found in trips[0] if found["change"]] == ["landlord"]
    landlord = await _signed_in(api, demo.SIGN_INS.landlord)
    query = {"side": "landlord", "when": "all", "limit": 100}
    let = (await api.get("/bookings", params=query, headers=landlord)).json()["items"]
    stood = Counter(found["status"] for found in let)
    assert (stood["requested"], stood["declined"], stood["cancelled"], stood["no_show"]) == (2, 1, 3, 1), stood
    assert sorted(found["change"]["by"] for found in let if found["change"]) == ["landlord", "tenant"]
    assert {found["ended_by"] for found in let if found["status"] == "cancelled"} == {"tenant", "landlord"}
    counts = (await api.get("/properties/counts", headers=landlord)).json()["by_status"]
    assert all(counts[status] > 0 for status in ("draft", "pending_review", "published", "paused", "rejected")), counts
    admin = await _signed_in(api, demo.SIGN_INS.admin)
    assert (await api.get("/cases?kind=home_review", headers=admin)).json()["total"] == 9
    assert (await api.get("/cases?kind=home_report", headers=admin)).json()["total"] == 1
    found = (await api.get("/search", params={"text": "leith"})).json()
    assert found["total"] > 0


async def test_stays_are_paid_on_the_page_of_the_stand_in_and_one_of_them_comes_back(
    checkout: Checkout, filled: list[str], api: Api
) -> None:
    for _ in range(8):  # a page is made, it is paid, the money comes, a tenant thinks better of it, the refund leaves
        await checkout.again(Queue.PROVIDERS)
        await checkout.provider.advance(2)
    tenant = await _signed_in(api, demo.SIGN_INS.tenant)
    (paid,) = (await api.get("/payments", headers=tenant)).json()["items"]
    assert paid["status"] == "captured", paid
    landlord = await _signed_in(api, demo.SIGN_INS.landlord)
    query = {"side": "landlord", "when": "all", "limit": 100}
    let = (await api.get("/bookings", params=query, headers=landlord)).json()["items"]
    by_card = Counter(found["status"] for found in let if found["payment"] == "card")
    assert by_card == {"confirmed": stays.PAID_BY_CARD - 1, "cancelled": 1}
    charges = await checkout.charges()
    assert [captured for _, _, captured, _ in charges] == [True] * (stays.PAID_BY_CARD + 1)
    assert sum(back > 0 for *_, back in charges) == 1


async def test_with_keys_of_a_real_provider_nobody_is_sent_to_pay(database: Database, settings: Settings) -> None:
    settings.stripe_secret_key = SecretStr("sk_test_of_an_account")
    await demo.fill(database, settings, lambda _: None)
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM payment")) == 0
        assert await session.scalar(text("SELECT count(*) FROM booking WHERE payment = 'card'")) == 0


@pytest.mark.parametrize("days", [0, 33, 66, 99])
def test_whatever_the_day_there_are_stays_for_each_way_they_can_go(days: int) -> None:
    dice, today = Random(demo.SEED), date(2026, 12, 1) + timedelta(days)
    made = [home for home in demo.make_up_homes(dice) if home.status == PropertyStatus.PUBLISHED]
    first = FIRST_LANDLORD[1]
    homes = [stays.Home(home.facts, today, busy=home.landlord == first) for home in made]
    plan = stays.make_up(dice, homes, len(TENANTS))
    coming = [visit for visit in plan.coming if visit not in plan.by_card]
    hers = [visit for visit in coming if made[visit.home].landlord == first and visit.tenant]
    assert sum(not made[visit.home].facts.instant_book for visit in hers) > turns.WAITING + 2
    assert sum(visit.guests > 1 and visit.stay.nights > 1 for visit in hers) > turns.WAITING + 5
    assert sum(visit.tenant == 0 and visit.stay.nights > 1 for visit in coming) >= 2
    assert [visit.tenant == 0 for visit in plan.by_card] == [False] * stays.PAID_BY_CARD + [True]
    assert all(made[visit.home].landlord == first for visit in plan.by_card if visit.tenant)
    assert any(made[visit.home].facts.let_type == LetType.MONTHLY for visit in coming), "none is paid by the month"
    assert plan.missed is not None
    assert 2 <= plan.missed.stay.nights <= 5


async def test_what_is_written_agrees_with_itself(filled: list[str], database: Database) -> None:
    nothing_wrong = {
        "two claims on one night": """SELECT FROM occupancy a JOIN occupancy b ON a.property_id = b.property_id
            AND a.id < b.id AND a.period && b.period""",
        "a stay without its nights, or nights without a stay": """SELECT FROM booking
            WHERE (status IN ('requested', 'held', 'confirmed', 'completed')) <> EXISTS (SELECT FROM occupancy
            WHERE source_id = booking.id
            AND kind = CASE WHEN status IN ('requested', 'held') THEN 'hold' ELSE 'booking' END
            AND property_id = booking.property_id AND period = daterange(check_in, check_out))""",
        "a price that is not its lines": """SELECT FROM booking WHERE total_minor <>
            (SELECT sum((line -> 'amount' ->> 'amount_minor')::bigint) FROM jsonb_array_elements(lines) line)""",
        "another price than quoted": "SELECT FROM booking b JOIN quote q ON q.id = quote_id WHERE b.lines <> q.lines",
        "agreed after it began": "SELECT FROM booking WHERE confirmed_at::date > check_in",
        "a hold that nobody asked for": """SELECT FROM occupancy WHERE kind = 'hold' AND source_id NOT IN
            (SELECT id FROM booking WHERE status = 'requested' OR status = 'held' AND payment = 'card')""",
        "someone without a profile": "SELECT FROM identity LEFT JOIN profile ON id = identity_id WHERE name IS NULL",
        "shown but never published": "SELECT FROM property WHERE status = 'published' AND published_at IS NULL",
        "a stay where nobody can stay": """SELECT FROM booking JOIN property p ON p.id = property_id
            WHERE p.status <> 'published'""",
    }
    async with database.transaction() as session:
        for wrong, query in nothing_wrong.items():
            assert await session.scalar(text(f"SELECT count(*) FROM ({query}) wrong")) == 0, wrong


async def test_a_second_fill_and_two_at_once_change_nothing(
    filled: list[str], database: Database, settings: Settings
) -> None:
    before, told = await _counts(database), list[str]()
    assert not await demo.is_empty(database)
    for known in await asyncio.gather(*(demo.fill(database, settings, told.append) for _ in range(2))):
        assert known == demo.SIGN_INS == await demo.sign_ins(database)
    assert (await _counts(database), told) == (before, [])


async def test_a_fill_that_is_cut_short_leaves_nothing(database: Database, settings: Settings) -> None:
    class Killed(BaseException):
        """As when the process ends."""

    def stop_after_homes(made: str) -> None:
        if "homes" in made:
            raise Killed

    with pytest.raises(Killed):
        await demo.fill(database, settings, stop_after_homes)
    assert await demo.is_empty(database)
    assert await _counts(database) == (0, 0, 0)
    assert await demo.sign_ins(database) is None


async def test_production_refuses_the_demo(database: Database, settings: Settings) -> None:
    settings.environment = Environment.PRODUCTION
    with pytest.raises(StartupError, match="refused in production"):
        await demo.fill(database, settings, print)
    assert await demo.is_empty(database)


async def test_a_database_with_someone_in_it_is_left_alone(
    database: Database, settings: Settings, a_person: MakePerson
) -> None:
    await a_person()
    assert await demo.fill(database, settings, print) is None
    assert await _counts(database) == (0, 0, 1)
