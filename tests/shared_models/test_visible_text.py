"""What people have to read has something to see: titles, places, reasons."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared_models.bookings import Reason
from shared_models.cases import CaseDecision, CaseOutcome
from shared_models.properties import Address, Title
from shared_models.visible_text import is_visible, visible

NOTHING = [
    pytest.param("\u200b\u2060\ufeff", id="zero width"),
    pytest.param("\u202e\u2066", id="directions"),
    pytest.param("\u3164\u115f\u2800", id="blank letters"),
    pytest.param("\u00a0\u2003\u200b", id="spaces"),
    pytest.param("\u0301", id="a mark on nothing"),
    pytest.param("\ue000\U000e0001", id="private use and tags"),
]


@pytest.mark.parametrize("text", NOTHING)
def test_text_that_shows_nothing_is_refused_by_its_field(text: str) -> None:
    for kind in (Title, Reason):
        with pytest.raises(ValidationError, match=r"has no character that can be seen|at least 1 character"):
            TypeAdapter(kind).validate_python(text)
    with pytest.raises(ValidationError) as refused:
        Address(city=text, country="GB")
    assert refused.value.errors()[0]["loc"] == ("city",)
    with pytest.raises(ValidationError, match="say why"):
        CaseDecision(outcome=CaseOutcome.SENT_BACK, note=text)


@pytest.mark.parametrize("text", ["7", "★★★", "東京", "🏡", "a\u0301", "\u0645\u06cc\u200c\u062e", "…"])
def test_text_that_shows_something_is_taken_as_it_is(text: str) -> None:
    assert TypeAdapter(Title).validate_python(text) == text
    assert CaseDecision(outcome=CaseOutcome.SENT_BACK, note=text).note == text


@given(st.text(st.characters(categories=["Cf", "Co", "Cc", "Cn", "Zs", "Zl", "Zp", "Mn"])))
def test_no_text_of_controls_spaces_and_marks_alone_is_visible(text: str) -> None:
    assert not is_visible(text)
    with pytest.raises(ValueError, match="can be seen"):
        visible(text)


@given(st.characters(categories=["Lu", "Ll", "Nd", "Po", "So"]), st.text(max_size=5))
def test_one_character_to_see_is_enough(character: str, around: str) -> None:
    blank = "\u2800"  # a sign of Braille without a dot
    assert is_visible(around + unicodedata.normalize("NFC", character)) or character == blank
