"""With dates the price of a home is the same wherever it stands: on a card, the map, beside a like home, in a quote."""

from datetime import datetime
from typing import Any

import pytest
import time_machine

from tests.conftest import Api, MakePerson, MakeProperty

MORNING = datetime.fromisoformat("2027-03-08T10:30:00+00:00")
RULES: dict[str, Any] = {
    "price_minor": 10_000,
    "cleaning_fee_minor": 2_500,
    "weekend_percent": 20,
    "length_discounts": [{"nights": 4, "percent": 10}],
    "last_minute_days": 2,
    "last_minute_percent": 50,
    "min_price_minor": 7_000,
    "guests_included": 2,
    "extra_guest_fee_minor": 1_500,
    "tourist_tax": "edinburgh",
    "seasons": [{"first": "03-20", "last": "03-31", "price_minor": 20_000}],
}


@pytest.fixture(autouse=True)
def on_a_morning() -> Any:
    with time_machine.travel(MORNING):
        yield


@pytest.mark.parametrize("guests", [None, 1, 3])
@pytest.mark.parametrize(("check_in", "check_out"), [("2027-03-09", "2027-03-10"), ("2027-03-17", "2027-03-23")])
async def test_every_place_shows_the_price_that_is_quoted(
    api: Api, a_person: MakePerson, a_property: MakeProperty, check_in: str, check_out: str, guests: int | None
) -> None:
    home = await a_property(**RULES)
    other = await a_property(title="Like it")
    stay: dict[str, Any] = {"check_in": check_in, "check_out": check_out}
    query = stay if guests is None else stay | {"guests": guests}
    body = stay | {"property_id": str(home), "guests": guests or 1}
    quote = (await api.as_(await a_person()).post("/quotes", body)).json()
    card = next(hit for hit in (await api.get("/search", params=query)).json()["items"] if hit["id"] == str(home))
    similar = (await api.get("/search/similar", params=query | {"home": str(other)})).json()[0]
    box = {"south": 55.9, "west": -3.3, "north": 56.0, "east": -3.1, "zoom": 12}
    cells = (await api.get("/search/map", params=query | box | {"price_min": 9_000, "currency": "GBP"})).json()["cells"]
    for shown in (card, similar, cells[0]["home"]):
        assert (shown["id"], shown["total"], shown["lines"]) == (str(home), quote["total"], quote["lines"])


async def test_homes_that_come_close_are_priced_alike(api: Api, a_property: MakeProperty) -> None:
    await a_property(**RULES)
    query = {"check_in": "2027-03-17", "check_out": "2027-03-18", "guests": 3, "amenities": "wifi"}
    close = (await api.get("/search", params=query)).json()["close"]["items"][0]
    assert close["total"]["amount_minor"] == 10_000 + 1_500 + 2_500 + 575


async def test_without_dates_there_is_the_base_price_and_no_total(api: Api, a_property: MakeProperty) -> None:
    await a_property(**RULES)
    card = (await api.get("/search")).json()["items"][0]
    assert (card["price"]["amount_minor"], card["total"], card["lines"]) == (10_000, None, [])
