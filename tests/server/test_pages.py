"""The plain pages: what stands beside a link to us elsewhere."""

import re
from pathlib import Path

import httpx
from fastapi import FastAPI
from PIL import Image

from server.core.database import Database
from server.core.web import answer_problems
from server.pages import pages
from tests.conftest import MakeProperty

ASSETS = Path(__file__).parents[2] / "assets"


async def test_the_start_page_brings_the_picture_that_other_sites_show(
    database: Database, a_property: MakeProperty
) -> None:
    await a_property()
    app = FastAPI()
    app.state.database = database
    answer_problems(app)
    app.include_router(pages(lambda text: f"/app/search?text={text}", "https://estospaces.example"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        page = (await client.get("/")).text
    told = dict(re.findall(r'<meta property="(og:[a-z:]+)" content="([^"]*)">', page))
    assert told["og:url"] == "https://estospaces.example/"
    name = told["og:image"].removeprefix("https://estospaces.example/app/")
    with Image.open(ASSETS / name) as picture:
        assert picture.size == (int(told["og:image:width"]), int(told["og:image:height"])) == (1200, 630)
    assert told["og:image:alt"]
    assert (ASSETS / name).stat().st_size < 60_000  # it travels to phones with the other files
