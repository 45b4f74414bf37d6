"""What a home is, in words."""

import pytest

from client.parts.facts import distance_words


@pytest.mark.parametrize(
    ("kilometres", "words"),
    [
        (0.5, "500 m"),
        (0.1, "100 m"),
        (0.456, "460 m"),
        (0.004, "4 m"),
        (0.994, "990 m"),
        (0.996, "1 km"),
        (1, "1 km"),
        (1.54, "1.5 km"),
        (99.94, "99.9 km"),
        (1234.4, "1,234 km"),
    ],
)
def test_a_distance_is_told_as_fine_as_one_needs_it(kilometres: float, words: str) -> None:
    assert distance_words(kilometres) == words
