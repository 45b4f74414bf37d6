"""Whatever reads text from outside reads anything, or refuses it by the error it names, and never stumbles."""

import asyncio
import importlib
import os
import pkgutil
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from uuid import UUID

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from starlette.responses import FileResponse

import shared_models
from client.features.homes.bulk_request import BulkRequest
from client.features.landlord_calendar import grid
from client.features.search import criteria
from client.parts import stay_query
from client.paths import decode, id_in, query_of
from server.auth import rules as auth
from server.bookings.service import reading
from server.calendars.endpoints import _moment_in
from server.calendars.rules import is_secret
from server.calendars.service import claims
from server.client_files import preferred
from server.core.cursors import pack, unpack_moment
from server.core.database import with_driver
from server.core.errors import Malformed, StartupError
from server.core.etags import etag_matches
from server.core.settings import Settings
from server.core.web.app_versions import _version
from server.core.web.idempotency import check_key
from server.properties.listing import service as listing
from server.search.rules.asked import asked_of
from server.search.rules.pages import read_cursor
from server.web import _cookies_in
from shared_models.areas import read_area, write_area
from shared_models.base import Input, Output
from shared_models.money import Currency, Money
from shared_models.search import SearchRequest
from shared_models.stay_dates import Stay

ROOMS = [importlib.import_module(f"shared_models.{room.name}") for room in pkgutil.iter_modules(shared_models.__path__)]
MODELS = sorted(
    {
        kind
        for room in ROOMS
        for kind in vars(room).values()
        if isinstance(kind, type) and issubclass(kind, Input | Output) and kind not in (Input, Output)
    },
    key=lambda model: model.__name__,
)
TEXT = st.text(max_size=60)
WORDS = st.sampled_from(["", "0", "-1", "2026-02-30", "9999-12-31", "2026-11-25T00:00+99:00", "1e999", "NaN", "\x00"])
SCALARS = (
    TEXT | WORDS | st.none() | st.booleans() | st.integers() | st.floats() | st.dates().map(str) | st.uuids().map(str)
)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3))
ALMOST = st.lists(
    st.sampled_from([*'0123456789:-+.,;=/*"% ', "9" * 30, "Mon, 01 Jan 2026 00:00:00", "GMT", "2026-11-25", "bytes="]),
    max_size=6,
).map("".join)
"""What looks like a date, a list or a range, and is none."""
SECRET, NOW = "a secret only for tests, long enough", datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@settings(max_examples=20)
@given(data=st.data())
def test_any_json_is_a_model_or_is_refused(model: type[BaseModel], data: st.DataObject) -> None:
    some = data.draw(st.lists(st.sampled_from([*model.model_fields, "another"]), max_size=8, unique=True))
    with suppress(ValidationError):
        model.model_validate({name: data.draw(JSON) for name in some})


def reads(reader: Callable[[str], object], *refusals: type[Exception]) -> Any:
    """A case: what reads, and by which errors it may refuse."""
    return pytest.param(reader, refusals, id=getattr(reader, "__name__", "reader"))


def a_cursor_of_moments(text: str) -> object:
    return unpack_moment(text)


def a_packed_cursor_of_moments(text: str) -> object:
    return unpack_moment(pack([text, text]))


def a_cursor_of_a_search(text: str) -> object:
    return read_cursor(SearchRequest(cursor=text[:600]))


def a_database_address(text: str) -> object:
    return with_driver(f"postgresql://{text}", "asyncpg")


def an_amount(text: str) -> object:
    return [Money.of(Decimal(text), currency) for currency in (Currency.GBP, Currency.JPY)]


def an_address_of_a_search(text: str) -> object:
    return criteria.write(criteria.read(query_of(f"/search?{text}")))


def a_query_of_a_search(text: str) -> object:
    return criteria.read(
        dict.fromkeys(("text", "check_in", "check_out", "guests", "price_min", "price_max", "types"), text)
    )


def an_access_token(text: str) -> object:
    return auth.read(text, SECRET, NOW)


def a_tag(text: str) -> object:
    return etag_matches(text, '"tag"')


def the_version_of_an_app(text: str) -> object:
    return _version(text)


def a_text_of_a_search(text: str) -> object:
    return asked_of(SearchRequest(text=text.replace("\x00", "")[:200]))


def an_area(text: str) -> object:
    return write_area(read_area(text))


def a_place_in_a_list_of_bookings(text: str) -> object:
    return reading.unpacked(text), reading.unpacked(pack([text, text]))


def a_place_among_homes_to_move(text: str) -> object:
    return listing.unpacked(pack([text]))


def a_place_among_calendars(text: str) -> object:
    return claims.unpacked(pack([text, text]))


def a_moment_of_a_header(text: str) -> object:
    return _moment_in(text)


def a_secret_of_a_feed(text: str) -> object:
    return is_secret(text, SECRET)


def an_encoding(text: str) -> object:
    return preferred(text)


def a_cookie_header(text: str) -> object:
    return _cookies_in({"headers": [(b"cookie", text.encode("latin-1", "replace"))]})


def an_address_of_a_stay(text: str) -> object:
    query = dict.fromkeys(("check_in", "check_out", "guests"), text)
    return stay_query.read_stay(query), stay_query.read_guests(query), stay_query.read_day(text), id_in(text)


def an_address_of_a_calendar(text: str) -> object:
    return grid.day_in(text), grid.view_in(text, grid.View.MONTH)


def words_of_a_bulk_edit(text: str) -> object:
    wishes = (BulkRequest(percent=text), BulkRequest(min_nights=text), BulkRequest(min_nights=f"{text}00"))
    return [criteria.on([UUID(int=1)]) for criteria in wishes if not criteria.errors()]


def an_encoded_value(text: str) -> object:
    return decode(text).encode()


@pytest.mark.parametrize(
    ("reader", "refusals"),
    [
        reads(a_cursor_of_moments, Malformed),
        reads(a_packed_cursor_of_moments, Malformed),
        reads(a_cursor_of_a_search, Malformed, ValidationError),
        reads(a_database_address, StartupError),
        reads(an_amount, ValueError, ArithmeticError),
        reads(an_address_of_a_search),
        reads(a_query_of_a_search),
        reads(an_access_token),
        reads(a_tag),
        reads(the_version_of_an_app),
        reads(check_key, Malformed),
        reads(a_place_in_a_list_of_bookings, Malformed),
        reads(a_place_among_homes_to_move, Malformed),
        reads(a_place_among_calendars, Malformed),
        reads(a_moment_of_a_header),
        reads(a_secret_of_a_feed),
        reads(an_encoding),
        reads(a_cookie_header),
        reads(an_address_of_a_stay),
        reads(an_address_of_a_calendar),
        reads(words_of_a_bulk_edit),
        reads(a_text_of_a_search),
        reads(an_area, ValueError),
        reads(an_encoded_value),
    ],
)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200) | WORDS | ALMOST)
def test_any_text_is_read_or_refused_by_name(
    reader: Callable[[str], object], refusals: tuple[type[Exception], ...], text: str
) -> None:
    with suppress(*refusals):
        reader(text)


@given(check_in=st.dates(), check_out=st.dates())
def test_any_two_days_are_a_stay_or_refused(check_in: date, check_out: date) -> None:
    with suppress(ValidationError):
        stay = Stay(check_in=check_in, check_out=check_out)
        assert stay.nights == (check_out - check_in).days


SETTINGS = [name.upper() for name in Settings.model_fields]
ENVIRONMENT_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)


@given(st.dictionaries(st.sampled_from(SETTINGS), ENVIRONMENT_TEXT | WORDS.filter(lambda word: word != "\x00")))
def test_any_environment_makes_settings_or_is_refused(environment: dict[str, str]) -> None:
    with patch.dict(os.environ, environment), suppress(ValidationError):
        made = Settings(_env_file=None)  # type: ignore[call-arg]
        assert made.public_origin.startswith("http")


@given(asked=ALMOST | st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=60))
def test_any_range_gets_a_part_of_a_file_or_a_refusal(asked: str) -> None:
    async def status_of(headers: dict[str, bytes]) -> int:
        transport = httpx.ASGITransport(FileResponse(__file__))
        async with httpx.AsyncClient(transport=transport, base_url="http://files") as client:
            return (await client.get("/", headers=headers)).status_code

    for headers in ({"Range": asked.encode("latin-1")}, {"Range": b"bytes=0-1", "If-Range": asked.encode("latin-1")}):
        assert asyncio.run(status_of(headers)) in (200, 206, 400, 416)


@given(st.uuids(), st.datetimes(timezones=st.just(UTC)))
def test_a_moment_comes_back_from_its_cursor(id_: UUID, moment: datetime) -> None:
    assert unpack_moment(pack([moment.isoformat(), str(id_)])) == (moment, id_)
