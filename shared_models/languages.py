"""The languages we speak, and which of them somebody reads."""

from collections.abc import Iterable
from enum import StrEnum

from shared_models.base import known


class Language(StrEnum):
    """The languages of the app and its mails, by ISO 639-1."""

    ENGLISH = "en"
    GERMAN = "de"
    UNKNOWN = "unknown"

    @property
    def locale(self) -> str:
        """Its customs for dates and amounts, by their name in the CLDR."""
        return "de_DE" if self is Language.GERMAN else "en_GB"


def language_for(wanted: Iterable[str]) -> Language:
    """The first of the wanted languages (BCP 47 tags) that we speak; English when we speak none of them."""
    spoken_here = known(Language)
    for tag in wanted:
        primary = tag.partition("-")[0].lower()
        if primary in spoken_here:
            return Language(primary)
    return Language.ENGLISH
