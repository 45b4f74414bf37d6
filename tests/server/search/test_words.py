"""Forms of words, slips, and which of them are forgiven: pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.search.rules.closeness import Misses, Part, given_up
from server.search.rules.words import Similar, Typed, as_they_are, forgiving, forms_of, near_words, slips_between
from shared_models.search import SearchPart


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("castle", "castle", 0),
        ("castel", "castle", 1),
        ("edinbrugh", "edinburgh", 1),
        ("leth", "leith", 1),
        ("leithh", "leith", 1),
        ("murrayfeild", "murrayfield", 1),
        ("stokbrige", "stockbridge", 2),
        ("flat", "float", 1),
        ("abcd", "wxyz", 3),
        ("a", "abcd", 3),
    ],
)
def test_slips_are_counted_up_to_two(one: str, other: str, slips: int) -> None:
    assert slips_between(one, other, 2) == slips_between(other, one, 2) == slips


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_slips_are_the_same_both_ways_and_none_only_between_equals(one: str, other: str) -> None:
    assert slips_between(one, other, 3) == slips_between(other, one, 3)
    assert (slips_between(one, other, 3) == 0) == (one == other)


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("flats", ("flat",)),
        ("galleries", ("gallery",)),
        ("gallery", ("galleries",)),
        ("churches", ("church", "churche")),
        ("houses", ("hous", "house")),
        ("grass", ()),
        ("centre", ("center",)),
        ("apts", ("apt", "apartment", "appartment")),
        ("bus", ()),
        ("爱丁堡", ()),
        ("ελλάδας", ()),
    ],
)
def test_a_word_has_its_other_forms(word: str, forms: tuple[str, ...]) -> None:
    assert forms_of(word) == forms


@pytest.mark.parametrize(
    ("typed", "homes", "similar", "near"),
    [
        ("castel", 0, {"castle": 500, "cartel": 2}, ("castle",)),
        ("leith", 400, {"keith": 3, "leigh": 2}, ()),
        ("edinbrugh", 3, {"edinburgh": 9000}, ("edinburgh",)),
        ("keith", 4, {"leith": 70}, ()),
        ("forth", 11, {"north": 900}, ()),
        ("flt", 0, {"flat": 9000}, ()),
        ("nw12", 0, {"nw11": 900}, ()),
        ("edinbur", 0, {"edinburgh": 9000}, ()),
        ("flats", 0, {"flat": 9000}, ()),
        ("lieght", 0, {"light": 40, "leith": 900}, ("light",)),
    ],
)
def test_a_slip_is_read_as_a_word_that_far_more_homes_have(
    typed: str, homes: int, similar: dict[str, int], near: tuple[str, ...]
) -> None:
    likes = tuple(Similar(word, number) for word, number in similar.items())
    assert near_words(Typed(typed, homes, likes)) == near


def test_a_word_that_joins_two_is_those_two_rather_than_a_slip() -> None:
    assert near_words(Typed("oldtown", 0, (Similar("oldtowns", 9),), "old town")) == ("old town",)


def test_small_words_ask_for_nothing_unless_there_are_no_others() -> None:
    words = forgiving([Typed("near", 9), Typed("the", 9), Typed("castle", 9)])
    assert [word.typed for word in words if word.small] == ["near", "the"]
    assert [word.small for word in forgiving([Typed("the", 9)])] == [False]
    assert not any(word.small or word.forms for word in as_they_are([Typed("the", 9), Typed("flats", 9)]))


def test_words_without_spaces_between_them_may_stand_anywhere() -> None:
    assert [word.inside for word in forgiving([Typed("爱丁", 0), Typed("한옥", 0), Typed("flat", 0)])] == [
        True,
        True,
        False,
    ]


CASTLE, WIFI = Part(SearchPart.WORD, "castle"), Part(SearchPart.OFFERS)
PRICE, DATES = Part(SearchPart.PRICE), Part(SearchPart.DATES)


@pytest.mark.parametrize(
    ("misses", "left_out"),
    [
        ({frozenset([PRICE, WIFI]): 90, frozenset([DATES]): 1}, {DATES}),
        ({frozenset([PRICE]): 1, frozenset([WIFI]): 1, frozenset([DATES]): 50}, {WIFI}),
        ({frozenset([CASTLE]): 5, frozenset([PRICE]): 1}, {PRICE}),
        ({frozenset([CASTLE, WIFI]): 5, frozenset([CASTLE, PRICE, DATES, WIFI]): 100}, {CASTLE, WIFI}),
    ],
)
def test_the_fewest_and_then_the_least_dear_parts_are_given_up(
    misses: dict[frozenset[Part], int], left_out: set[Part]
) -> None:
    assert given_up(Misses(frozenset([CASTLE, WIFI, PRICE, DATES]), misses)) == left_out


def test_a_wish_is_not_given_up_altogether() -> None:
    assert given_up(Misses(frozenset([CASTLE]), {frozenset([CASTLE]): 9})) is None
    assert given_up(Misses(frozenset([CASTLE]), {})) is None
