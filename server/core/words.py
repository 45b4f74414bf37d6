"""What the server itself says to people, in mails and on its plain pages, in their language."""

import gettext
import io
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel.core import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared_models.languages import Language
from shared_models.money import Money, set_apart

_CATALOGUES = Path(__file__).parents[2] / "assets" / "translations"


class Translator:
    """A language: its customs and its words. The English text is the key; English itself needs no catalogue."""

    def __init__(self, language: Language) -> None:
        self.locale = Locale.parse(language.locale)
        self._words = _catalogue(_CATALOGUES / f"{language.value}.po")

    @property
    def tag(self) -> str:
        """Its name on the web (BCP 47)."""
        return str(self.locale).replace("_", "-")

    def t(self, words: str, **values: object) -> str:
        """The text, with `{name}` filled in."""
        return self._words.gettext(words).format(**values)

    def tn(self, one: str, many: str, number: int) -> str:
        """`one` or `many` as the language counts; `{n}` is the number, formatted."""
        return self._words.ngettext(one, many, number).format(n=format_decimal(number, locale=self.locale))

    def money(self, amount: Money) -> str:
        """An amount, exact: `£328.04`."""
        return set_apart(format_currency(amount.major, amount.currency.value, locale=self.locale))

    def day(self, when: date) -> str:
        """`Friday, 11 December 2026`."""
        return format_date(when, "full", locale=self.locale)

    def short_day(self, when: date) -> str:
        """`11 Dec 2026`."""
        return format_date(when, "medium", locale=self.locale)


def _catalogue(file: Path) -> gettext.NullTranslations:
    """As `client/core/catalogue.py` reads it: the two sides share `shared_models` alone, which knows no Babel."""
    if not file.exists():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def translator(language: Language) -> Translator:
    """A language, read once."""
    return Translator(language)


def templates(folder: Path, spoken: Translator, *, html: bool, filters: Mapping[str, Any] | None = None) -> Environment:
    """The templates of a folder, which say `t("…")` and `tn("…", "…", n)`; in `html` what is filled in is escaped."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=html,  # noqa: S701 - plain text is sent as plain text
        undefined=StrictUndefined,
    )
    environment.globals.update(t=spoken.t, tn=spoken.tn, language=spoken.tag)
    environment.filters.update(filters or {})
    return environment
