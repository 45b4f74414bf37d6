"""Entity tags come back as they went out, or as a proxy that compresses has changed them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.etags import etag_matches


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"a-gzip"', True),
        ('W/"a-br"', True),
        ('W/"a-zstd"', True),
        ('"a-deflate"', True),
        ('"b", "a"', True),
        ('W/"b",W/"a"', True),
        ("*", True),
        (" * ", True),
        ('"b"', False),
        ('"a-b"', False),
        ('"a-gzip-2"', False),
        ('"-gzip"', False),
        ("a", False),
        ('"a', False),
        ('w/"a"', True),  # whatever stands before the quotes, the tag is ours
        ('"b, a"', False),
        ("", False),
    ],
)
def test_a_tag_is_known_again(header: str, names: bool) -> None:
    assert etag_matches(header, '"a"') is names


@given(st.uuids(), st.uuids())
def test_a_tag_names_no_other_version(one: object, other: object) -> None:
    assert etag_matches(f'W/"{one}"', f'"{one}"')
    assert etag_matches(f'W/"{one}"', f'"{other}"') is (one == other)
