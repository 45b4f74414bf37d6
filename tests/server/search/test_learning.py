"""What is offered follows what is on show within seconds: who publishes asks for it, and many are learned at once."""

from uuid import UUID

from server.core import jobs
from server.core.database import Database
from server.core.events import publish
from server.properties.events import PropertyPublished
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.stays import rows

WAITING = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'search.learn_words' AND status = 'todo'"


async def move(api: Api, who: Person, home: UUID, status: str) -> None:
    request_body = {"status": status, **({"note": "No"} if status == "rejected" else {})}
    assert (await api.as_(who).post(f"/properties/{home}/status", request_body)).status_code == 200


async def offered(api: Api) -> list[tuple[str, int]]:
    """The places with most homes, as the search names them."""
    found = (await api.get("/search/suggestions")).json()["places"]
    return [(place["name"], place["homes"]) for place in found]


async def learn_if_asked(database: Database) -> int:
    """Do what a worker does with the jobs that wait; answers how many there were."""
    ((number,),) = await rows(database, WAITING)
    if number:
        await jobs.run_now(database, "search.learn_words", {})
    return int(number)


async def test_a_home_is_offered_once_it_is_published_and_no_more_once_it_is_not(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord, admin = await a_person(Role.LANDLORD), await a_person(Role.ADMIN)
    home = await a_property(landlord, city="Oban", status="draft", neighbourhood="Pier")
    await move(api, landlord, home, "pending_review")
    assert await learn_if_asked(database) == 0
    for who, status, known in (
        (admin, "published", [("Oban", 1)]),
        (landlord, "paused", []),
        (landlord, "published", [("Oban", 1)]),
        (admin, "rejected", []),
    ):
        await move(api, who, home, status)
        assert await learn_if_asked(database) == 1
        assert await offered(api) == known, status


async def test_many_changes_that_wait_are_learned_of_at_once_and_one_after_another(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord = await a_person(Role.LANDLORD)
    for _ in range(3):
        await move(api, landlord, await a_property(landlord, city="Oban"), "paused")
    assert await rows(database, "SELECT DISTINCT lock FROM procrastinate_jobs WHERE lock IS NOT NULL") == [
        ("search.learn_words",)
    ]
    assert await learn_if_asked(database) == 3
    assert await learn_if_asked(database) == 0


async def test_a_change_that_is_not_committed_when_others_are_learned_of_is_learned_of_next(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord = await a_person(Role.LANDLORD)
    first, second = await a_property(landlord, city="Oban"), await a_property(landlord, city="Oban")
    await move(api, landlord, first, "paused")
    async with database.transaction() as session:
        await publish(session, PropertyPublished(ids=[second]))
        assert await learn_if_asked(database) == 1
    assert await learn_if_asked(database) == 1
