"""JSON that comes in: what is within the bounds is read as everyone reads it, the rest is refused and costs little."""

import json
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.web.json_bodies import MAX_DEPTH, MAX_DIGITS, MAX_VALUES, UnreadableJson, read_json

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30)


@given(VALUES, st.booleans())
def test_what_we_write_is_read_as_it_was(value: Any, ascii_only: bool) -> None:
    content = json.dumps(value, ensure_ascii=ascii_only)
    try:
        sound = content.encode()
    except UnicodeEncodeError:  # half a character cannot be written otherwise than escaped
        return
    assert read_json(sound) == value


@given(st.binary(max_size=200) | st.text('[]{},:"0123456789eE.-+ \\tfnu\n', max_size=80).map(str.encode))
def test_whatever_else_comes_is_json_to_everyone_or_refused_by_name(content: bytes) -> None:
    with suppress(UnreadableJson):
        assert read_json(content) == json.loads(content.decode("utf-8-sig"))


def nested(depth: int, of: str) -> bytes:
    return (("[" if of == "lists" else '{"a":') * depth + "1" + ("]" if of == "lists" else "}") * depth).encode()


@pytest.mark.parametrize("of", ["lists", "objects"])
def test_the_depth_is_counted(of: str) -> None:
    assert read_json(nested(MAX_DEPTH, of)) is not None
    for depth in (MAX_DEPTH + 1, 500, 5_000):
        with pytest.raises(UnreadableJson, match="deeper"):
            read_json(nested(depth, of))


def many(count: int, shape: str) -> bytes:
    """A body with so many values in all: side by side, or spread over two levels."""
    if shape == "list":
        return json.dumps([0] * count).encode()
    if shape == "object":
        return json.dumps({str(number): 0 for number in range(count)}).encode()
    return json.dumps([[0] * (count - 2), {}]).encode()


@pytest.mark.parametrize("shape", ["list", "object", "spread"])
def test_the_values_are_counted_wherever_they_stand(shape: str) -> None:
    assert read_json(many(MAX_VALUES, shape)) is not None
    with pytest.raises(UnreadableJson, match="values"):
        read_json(many(MAX_VALUES + 1, shape))


@given(st.integers(1, 40))
def test_a_whole_number_has_the_digits_of_a_bigint(digits: int) -> None:
    content = b"-" + b"9" * digits
    if digits < MAX_DIGITS:
        assert read_json(content) == int(content)
    else:
        with pytest.raises(UnreadableJson, match="digits"):
            read_json(content)


def test_a_fraction_is_as_long_as_any_language_writes_one_and_no_longer() -> None:
    assert read_json(b"0." + b"1" * 38) == pytest.approx(1 / 9)
    with pytest.raises(UnreadableJson, match="characters"):
        read_json(b"0." + b"1" * 39)


@pytest.mark.parametrize("content", [b"NaN", b"[Infinity]", b'{"a": -Infinity}'])
def test_what_is_no_number_is_no_json(content: bytes) -> None:
    with pytest.raises(UnreadableJson, match="not JSON"):
        read_json(content)


def test_a_name_that_stands_twice_is_refused_at_any_depth() -> None:
    for content in (b'{"a": 1, "a": 1}', b'[{"b": {"a": 1, "c": 2, "a": 3}}]'):
        with pytest.raises(UnreadableJson, match="twice"):
            read_json(content)
    assert read_json(b'[{"a": 1}, {"a": 1}]') == [{"a": 1}, {"a": 1}]


@pytest.mark.parametrize(
    "content",
    [b"[" * 600_000, b'{"a":' * 120_000, b"9" * 600_000, b"[" + b"0," * 300_000 + b"0]", b'"' + b"\\" * 599_999],
    ids=["lists", "objects", "digits", "elements", "backslashes"],
)
def test_the_largest_body_of_all_is_refused_in_a_moment(content: bytes) -> None:
    began = time.process_time()
    with pytest.raises(UnreadableJson):
        read_json(content)
    assert time.process_time() - began < 0.5
