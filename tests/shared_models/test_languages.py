"""Which language somebody reads."""

import pytest

from shared_models.languages import Language, language_for


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["de-AT", "en"], Language.GERMAN),
        (["gd", "DE"], Language.GERMAN),
        (["en-US", "de"], Language.ENGLISH),
        (["gd", "unknown", ""], Language.ENGLISH),
        ([], Language.ENGLISH),
    ],
)
def test_the_first_wanted_language_that_we_speak_is_taken(wanted: list[str], found: Language) -> None:
    assert language_for(wanted) is found
