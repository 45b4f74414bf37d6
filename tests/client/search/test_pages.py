"""The pages of a search that come in another order than they were asked for."""

import asyncio

import httpx
import pytest

from client.core.http import Http
from client.features.search.criteria import Criteria
from client.features.search.state import Results
from shared_models.properties import PropertyType
from tests.client.conftest import Line
from tests.conftest import MakeProperty


class LatePages(httpx.AsyncBaseTransport):
    """A line on which further pages wait until `flowing` is set; first pages never do."""

    def __init__(self, line: Line) -> None:
        self._line, self.asked, self.flowing = line, asyncio.Event(), asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if "cursor" in request.url.params:
            self.asked.set()
            await self.flowing.wait()
        return await self._line.handle_async_request(request)


@pytest.mark.parametrize(("criteria", "found"), [(Criteria(types=(PropertyType.HOUSE,)), 2), (Criteria(), 24)])
async def test_a_page_that_comes_late_joins_no_other_search(
    line: Line, a_property: MakeProperty, criteria: Criteria, found: int
) -> None:
    for number in range(26):
        await a_property(title=f"Flat {number}", type="house" if number < 2 else "flat")
    pages = LatePages(line)
    async with httpx.AsyncClient(transport=pages, base_url="http://test") as client:
        http, results = Http(client), Results()
        await results.find(http, Criteria())
        late = asyncio.create_task(results.find_more(http))
        await pages.asked.wait()
        await a_property(title="The newest", type="boat")  # the first page of the same wish ends elsewhere now
        await results.find(http, criteria)
        first = results.hits
        pages.flowing.set()
        await late
    assert (results.hits, len(first)) == (first, found)
    assert results.total == {2: 2, 24: 27}[found]
