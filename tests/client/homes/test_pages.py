"""A list of several pages: nothing jumps, a page that does not come keeps what is there, and Back finds all of it."""

import asyncio

import pytest
from sqlalchemy import text

from server.core.database import Database
from shared_models.auth import Role
from tests.client.conftest import Line, OpenApp, Visit
from tests.client.design.test_scroll_place import scrolled
from tests.conftest import MakePerson, MakeProperty, Person

MANY = 53
"""Three more than a page has."""


@pytest.fixture
async def me(a_person: MakePerson, a_property: MakeProperty) -> Person:
    """A landlord whose homes are more than a page of them."""
    landlord = await a_person(Role.LANDLORD)
    for number in range(MANY):
        await a_property(landlord, title=f"Flat {number}", slug=f"flat-{number}")
    return landlord


def titles(visit: Visit) -> list[str]:
    return [words for words in visit.texts if words.startswith("Flat ")]


async def test_the_next_page_follows_what_is_there_and_nothing_comes_twice(
    open_app: OpenApp, me: Person, database: Database
) -> None:
    visit = await open_app("/landlord/homes", me)
    await visit.until("Load more")
    before = titles(visit)
    last = titles(visit)[0].replace("Flat ", "flat-")
    async with database.transaction() as session:  # the first one is the last one now: it stands in the next page, too
        old = "UPDATE property SET updated_at = updated_at - interval '1 day' WHERE slug = :slug"
        await session.execute(text(old), {"slug": last})
    await visit.press("Load more")
    await visit.holds(lambda: not visit.names("Load more"), "the end of the list")
    assert titles(visit)[: len(before)] == before
    assert len(set(titles(visit))) == len(titles(visit)) == MANY


async def test_a_page_that_does_not_come_keeps_the_list_and_is_asked_for_again(
    open_app: OpenApp, me: Person, line: Line
) -> None:
    visit = await open_app("/landlord/homes", me)
    await visit.until("Load more")
    line.cut = True
    await visit.press("Load more")
    await visit.until("The next page did not load")
    assert len(titles(visit)) == 50
    line.cut = False
    await visit.press("Try again")
    await visit.holds(lambda: len(titles(visit)) == MANY, "all homes")


async def test_who_comes_back_finds_every_page_that_was_there(open_app: OpenApp, me: Person) -> None:
    visit = await open_app("/landlord/homes", me)
    await visit.press("Load more")
    await visit.holds(lambda: len(titles(visit)) == MANY, "all homes")
    await scrolled(visit.app, 3000)
    await visit.go("/landlord/calendar")
    await visit.until("Block dates")
    await visit.go("/landlord/homes")
    await visit.holds(lambda: len(titles(visit)) == MANY, "all homes again")
    await visit.holds(lambda: visit.app.calls("scroll_to") != [], "the place")
    assert visit.app.calls("scroll_to")[-1].args["offset"] == 3000


async def test_a_page_that_comes_late_does_not_join_another_list(
    open_app: OpenApp, me: Person, line: Line, a_property: MakeProperty
) -> None:
    await a_property(me, title="The house", slug="house")
    visit = await open_app("/landlord/homes", me)
    await visit.until("Load more")
    line.holds = "/properties"
    line.flowing.clear()
    pressed = asyncio.create_task(visit.app.press("Load more"))
    await visit.holds(lambda: line.waiting == 1, "the next page on its way")
    line.holds = "/nothing/more"
    await visit.go("/landlord/homes?text=house")
    await visit.holds(lambda: not titles(visit) and visit.sees("The house"), "the other list")
    line.flowing.set()
    await pressed
    assert titles(visit) == []
