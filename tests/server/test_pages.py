"""The plain pages: what stands beside a link to us elsewhere."""

import re
from pathlib import Path

import httpx
from fastapi import FastAPI
from PIL import Image

from server.core.database import Database
from server.core.web import answer_problems
from server.pages import pages
from tests.conftest import Api, MakeProperty

ASSETS = Path(__file__).parents[2] / "assets"


async def start_page(database: Database) -> str:
    app = FastAPI()
    app.state.database = database
    answer_problems(app)
    app.include_router(pages(lambda text: f"/app/search?text={text}", "https://estospaces.example"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        return (await client.get("/")).text


async def test_the_start_page_names_each_city_beside_the_drawing_of_its_newest_home(
    api: Api, database: Database, a_property: MakeProperty
) -> None:
    await a_property(city="Leith")
    newest = await a_property(city="Leith")
    await a_property(city="Vienna", status="draft")
    page = await start_page(database)
    assert re.findall(r"<b>(\w+)<span>([^<]*)", page) == [("Leith", "2 homes")]
    (picture,) = re.findall(r'src="([^"]*/card/[^"]*)"', page)
    assert str(newest) in picture
    assert (await api.get(picture.removeprefix("/api/v1"))).headers["content-type"] == "image/webp"


async def test_the_start_page_brings_the_picture_that_other_sites_show(
    database: Database, a_property: MakeProperty
) -> None:
    await a_property()
    page = await start_page(database)
    told = dict(re.findall(r'<meta property="(og:[a-z:]+)" content="([^"]*)">', page))
    assert told["og:url"] == "https://estospaces.example/"
    name = told["og:image"].removeprefix("https://estospaces.example/app/")
    with Image.open(ASSETS / name) as picture:
        assert picture.size == (int(told["og:image:width"]), int(told["og:image:height"])) == (1200, 630)
    assert told["og:image:alt"]
    assert (ASSETS / name).stat().st_size < 60_000  # it travels to phones with the other files
