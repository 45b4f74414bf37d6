"""Addresses: what goes in comes out, and nothing that an address bar would change is in them."""

import re
from datetime import date
from urllib.parse import unquote
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client import paths
from client.paths import decode, encode, query_of, with_query

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
SLUG = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True)


@given(TEXT)
def test_every_text_survives_the_address_bar(text: str) -> None:
    encoded = encode(text)
    assert decode(encoded) == text
    assert unquote(encoded) == encoded
    assert not re.search(r"[\s&=#?%/]", encoded)


@given(st.dictionaries(TEXT, TEXT))
def test_every_query_comes_back(query: dict[str, str]) -> None:
    address = with_query("/search", query)
    assert query_of(address) == query
    assert query_of(unquote(address)) == query
    assert with_query(address, query_of(address)) == address


@given(st.text())
def test_any_address_has_a_query_without_an_error(route: str) -> None:
    query_of(f"/search?{route}")


@given(SLUG, st.dates(), st.dates(), st.integers(1, 50))
def test_the_addresses_of_a_home_carry_the_wish(slug: str, check_in: date, check_out: date, guests: int) -> None:
    request_body = {"check_in": check_in.isoformat(), "check_out": check_out.isoformat(), "guests": str(guests)}
    assert query_of(paths.home(slug, check_in, check_out, guests)) == request_body
    assert query_of(paths.book(slug, check_in, check_out, guests)) == request_body
    assert paths.home(slug) == f"/homes/{slug}"
    assert paths.book(slug, check_in, check_out, guests).startswith(f"/homes/{slug}/book?")


@given(st.uuids())
def test_the_addresses_of_things_end_with_their_id(id_: UUID) -> None:
    for address in (paths.trip(id_), paths.import_run(id_), paths.import_run(id_, admin=True)):
        assert UUID(address.rpartition("/")[2]) == id_


@given(TEXT, st.none() | st.integers(1, 9))
def test_a_search_leaves_out_what_is_not_wished(text: str, guests: int | None) -> None:
    query = query_of(paths.search(text=text, guests=guests, page=""))
    assert query == {"text": text} | ({"guests": str(guests)} if guests else {})


@pytest.mark.parametrize(
    ("route", "page"),
    [
        ("/sign-in", "/sign-in"),
        ("/account", "/sign-in?to=%2Fapp%2Faccount"),
        ("/homes/flat?guests=2&text=a~26b", "/sign-in?to=%2Fapp%2Fhomes%2Fflat%3Fguests%3D2%26text%3Da~26b"),
    ],
)
def test_the_plain_sign_in_leads_back_as_the_server_reads_it(route: str, page: str) -> None:
    assert paths.plain_sign_in(route) == page
