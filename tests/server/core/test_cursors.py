"""Cursors: what we pack we can unpack, and nothing else."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.cursors import pack, unpack
from server.core.errors import Malformed

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
NUMBERS = st.integers(-(2**63), 2**63 - 1)
PLAIN = st.one_of(WORDS, NUMBERS, st.booleans(), st.floats(allow_nan=False, allow_infinity=False))
INSTANTS = st.datetimes(timezones=st.just(UTC))
VALUES = st.one_of(PLAIN, st.uuids(), st.dates(), INSTANTS)


@given(st.lists(VALUES, max_size=4))
def test_a_cursor_holds_its_values_and_fits_an_address(key: list[Any]) -> None:
    cursor = pack(key)
    assert unpack(cursor, [type(value) for value in key]) == key
    assert all(character.isascii() and (character.isalnum() or character in "-_") for character in cursor)


def refused(cursor: str, kinds: list[type]) -> bool:
    with pytest.raises(Malformed) as caught:
        unpack(cursor, kinds)
    return [error.field for error in caught.value.errors] == ["cursor"]


@given(st.text(max_size=600))
def test_any_garbage_is_malformed(cursor: str) -> None:
    assert refused(cursor, [str, int])


@given(st.recursive(st.none() | PLAIN, lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner), max_leaves=5))
def test_any_other_json_is_malformed(value: Any) -> None:
    fits = isinstance(value, list) and [type(part) for part in value] == [str, int]
    assert fits or refused(urlsafe_b64encode(json.dumps(value).encode()).decode(), [str, int])


@pytest.mark.parametrize(
    "content",
    [b"[" * 50_000, b"[NaN, 1]", b'["a", 1', b"\xff", b'["a", 1, 2]', b'["a", true]', b'["a", 1.0]', b"9" * 5000],
)
def test_hostile_cursors_are_malformed(content: bytes) -> None:
    assert refused(urlsafe_b64encode(content).decode(), [str, int])


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_is_malformed(number: float) -> None:
    assert refused(pack([number]), [float])


def test_text_that_no_database_takes_is_malformed() -> None:
    assert refused(pack(["a\x00b"]), [str])
    assert refused(pack(["\ud800"]), [str])


def test_a_number_that_no_column_holds_is_malformed() -> None:
    assert refused(pack([2**63]), [int])
    assert unpack(pack([2**63 - 1, -(2**63)]), [int, int]) == [2**63 - 1, -(2**63)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("nobody", UUID),
        ("2030-02-30", date),
        ("2030-02-01T12:00:00", datetime),  # of no zone
        ("9999-12-31T23:59:59-14:00", datetime),  # past the last instant of UTC
    ],
)
def test_what_is_no_id_no_day_and_no_instant_is_malformed(text: str, kind: type) -> None:
    assert refused(pack([text]), [kind])


def test_only_what_can_be_read_again_is_packed() -> None:
    with pytest.raises(TypeError, match="object"):
        pack([object()])
