"""Query values survive an address bar that decodes whatever it can."""

from urllib.parse import unquote

import flet as ft
from hypothesis import given
from hypothesis import strategies as st

from client.core.routing import use_query
from client.paths import decode, encode, query_of, with_query
from tests.client.harness import App

WORDS = st.text(st.characters(exclude_categories=["Cs"]))


@given(WORDS)
def test_every_text_survives_encoding(words: str) -> None:
    assert decode(encode(words)) == words


@given(st.dictionaries(WORDS.filter(bool), WORDS.filter(bool), max_size=4))
def test_a_query_survives_an_address_bar_that_decodes_it_again_and_again(query: dict[str, str]) -> None:
    route = with_query("/search", query)
    assert query_of(route) == query
    assert query_of(unquote(unquote(route))) == query


def test_reserved_characters_never_stand_in_an_address() -> None:
    assert encode("köln & bonn #1=50%+~x?/你") == "köln+~26+bonn+~231~3D50~25~2B~7Ex~3F~2F你"


def test_empty_values_are_left_out() -> None:
    assert with_query("/search?old=1", {"text": "", "pets": None, "guests": 2}) == "/search?guests=2"
    assert with_query("/search", {"text": ""}) == "/search"


def test_a_broken_sequence_does_not_fail() -> None:
    assert decode("~FF~zz") == "\ufffd~zz"


@ft.component
def Search() -> ft.Control:
    query, set_query = use_query()

    async def more(_: object) -> None:
        await set_query(guests=3, pets=None)

    return ft.Column([ft.Text(f"query {sorted(query.items())}"), ft.TextButton("More", on_click=more)])


@ft.component
def Root() -> ft.Control:
    return ft.Router([ft.Route(path="search", component=Search)])


async def test_a_screen_reads_the_query_and_changes_only_what_it_names() -> None:
    app = await App.show(Root, route="/search?text=a~26b&pets=yes")
    assert "query [('pets', 'yes'), ('text', 'a&b')]" in app.texts()

    await app.press("More")

    pushed = [m.body.args for m in app.wire.sent if getattr(m.body, "name", "") == "push_route"]
    assert pushed == [{"route": "/search?text=a~26b&guests=3"}]


def test_a_link_that_a_browser_wrote_in_percents_is_read() -> None:
    assert query_of("/search?text=%E7%88%B1%E4%B8%81%E5%A0%A1&x=caf%C3%A9~21") == {"text": "爱丁堡", "x": "café!"}
    assert query_of("/search?text=100%&x=~2541") == {"text": "100%", "x": "%41"}
