"""The plain pages: what stands beside a link to us elsewhere."""

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image

from server.core.database import Database
from server.core.rates import Rates
from server.core.web.problems import answer_problems
from server.pages import Ways, pages
from tests.conftest import Api, MakeProperty
from tests.server.search.worlds import learn

ASSETS = Path(__file__).parents[2] / "assets"


@pytest.fixture
async def plain(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """The plain pages alone."""
    app = FastAPI()
    app.state.database = database
    app.state.rates = Rates(None)
    app.state.person_of = lambda request: None
    answer_problems(app)
    ways = Ways(lambda text: f"/app/search?text={text}", lambda slug: f"/app/homes/{slug}")
    app.include_router(pages(ways, "https://estospaces.example"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


def told_of(page: str) -> dict[str, str]:
    """What a page tells other sites."""
    return dict(re.findall(r'<meta property="(og:[a-z:]+)" content="([^"]*)">', page))


async def test_the_start_page_names_each_city_beside_the_drawing_of_its_newest_home(
    api: Api, plain: httpx.AsyncClient, a_property: MakeProperty, database: Database
) -> None:
    await a_property(city="Leith")
    newest = await a_property(city="Leith")
    await a_property(city="Leith", let_type="monthly")
    await a_property(city="Vienna", status="draft")
    await learn(database)
    page = (await plain.get("/")).text
    assert re.findall(r"<b>(\w+)<span>([^<]*)", page) == [("Leith", "2 homes")]
    (picture,) = re.findall(r'src="([^"]*/card/[^"]*)"', page)
    assert str(newest) in picture
    assert (await api.get(picture.removeprefix("/api/v1"))).headers["content-type"] == "image/webp"


async def test_the_number_beside_a_city_is_that_of_the_search_it_opens(
    api: Api, plain: httpx.AsyncClient, a_property: MakeProperty, database: Database
) -> None:
    for city, country, number in (("Perth", "GB", 2), ("Perth", "AU", 1), ("Bath", "GB", 3), ("St Andrews", "GB", 1)):
        for count in range(number):
            await a_property(city=city, country=country, sleeps=count + 1, title=f"Home {count}")
    await a_property(city="Bath", let_type="monthly")
    await a_property(city="Bath", status="paused")
    await learn(database)
    page = (await plain.get("/")).text
    shown = re.findall(r'href="/app/search\?text=([^"]*)".*?<span>(\d+) home', page)
    assert [(city, int(number)) for city, number in shown] == [("Bath", 3), ("Perth", 3), ("St Andrews", 1)]
    for city, number in shown:
        assert (await api.get("/search", params={"text": city})).json()["total"] == int(number), city


async def test_the_start_page_brings_the_picture_that_other_sites_show(
    plain: httpx.AsyncClient, a_property: MakeProperty
) -> None:
    await a_property()
    page = (await plain.get("/")).text
    told = told_of(page)
    assert told["og:url"] == "https://estospaces.example/"
    name = told["og:image"].removeprefix("https://estospaces.example/app/")
    with Image.open(ASSETS / name) as picture:
        assert picture.size == (int(told["og:image:width"]), int(told["og:image:height"])) == (1200, 630)
    assert told["og:image:alt"]
    assert (ASSETS / name).stat().st_size < 60_000  # it travels to phones with the other files


async def test_the_plain_pages_speak_as_the_browser_does(
    plain: httpx.AsyncClient, a_property: MakeProperty, database: Database
) -> None:
    await a_property(city="Leith", slug="loft", title="{n} <b>")
    await learn(database)
    german = await plain.get("/", headers={"Accept-Language": "gd, de-CH;q=0.9, en;q=0.1"})
    assert '<html lang="de-DE">' in german.text
    assert "<h2>1 Unterkunft in 1 Stadt</h2>" in german.text
    assert (german.headers["content-language"], german.headers["vary"]) == ("de-DE", "Accept-Language")
    home = await plain.get("/homes/loft", headers={"Accept-Language": "de"})
    assert "<h1>{n} &lt;b&gt;</h1>" in home.text
    assert ">Termine und Preise ansehen</a>" in home.text
    english = await plain.get("/", headers={"Accept-Language": "gd"})
    assert '<html lang="en-GB">' in english.text
    assert "<h2>1 home in 1 city</h2>" in english.text


async def test_a_home_that_is_handed_on_shows_its_title_and_its_drawing(
    api: Api, plain: httpx.AsyncClient, a_property: MakeProperty
) -> None:
    home = await a_property(title="Loft <b>& mill</b>", slug="loft", description="Light. " * 60, neighbourhood="Leith")
    page = (await plain.get("/homes/loft?check_in=2027-01-02&check_out=2027-01-05")).text
    told = told_of(page)
    assert told["og:title"] == "Loft &lt;b&gt;&amp; mill&lt;/b&gt; · Leith, Edinburgh"
    assert told["og:url"] == "https://estospaces.example/homes/loft"
    assert told["og:description"].startswith("Light. Light.")
    assert len(told["og:description"]) <= 200
    picture = told["og:image"].removeprefix("https://estospaces.example/api/v1")
    assert str(home) in picture
    image = Image.open(io.BytesIO((await api.get(picture)).content))
    assert image.size == (int(told["og:image:width"]), int(told["og:image:height"]))
    assert 'href="/app/homes/loft?check_in=2027-01-02&amp;check_out=2027-01-05"' in page


@pytest.mark.parametrize("slug", ["draft", "no-such-home", "%0d%0aSet-Cookie:%20a=b", "..%2F..%2Fetc"])
async def test_a_home_that_is_not_on_show_leads_into_the_client(
    plain: httpx.AsyncClient, a_property: MakeProperty, slug: str
) -> None:
    await a_property(slug="draft", status="draft")
    answer = await plain.get(f"/homes/{slug}")
    assert answer.status_code in (303, 404)
    assert answer.headers.get("location", "/app/homes/").startswith("/app/homes/")
    assert "set-cookie" not in answer.headers
