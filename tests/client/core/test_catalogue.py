"""The catalogues: every word of the client and the plain pages is in each, and German reads as German does."""

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import flet as ft
import pytest
import time_machine
from babel.messages.catalog import Catalog

from client.core import language
from shared_models.languages import Language
from shared_models.money import Currency, Money
from tests.client.harness import App
from tools import words


def test_there_is_a_catalogue_for_every_language_but_that_of_the_code() -> None:
    assert set(words.catalogues()) == {code.value for code in Language} - {"en", "unknown"}


@pytest.mark.parametrize("code", words.catalogues())
def test_a_catalogue_has_every_text_with_its_placeholders(code: str) -> None:
    assert words.faults(words.catalogues()[code]) == [], "python -m tools.words --update, then fill in what is empty"


@pytest.mark.parametrize(
    ("key", "said", "fault"),
    [
        ("Undo", "", "empty: Undo"),
        ("Ask {name}", "Fragen", "placeholder ['name'] left out: Fragen"),
        ("Ask {name}", "{nam} fragen", "unknown placeholder ['nam']: {nam} fragen"),
        ("A word that nobody says", "x", "left over: A word that nobody says"),
    ],
)
def test_what_is_wrong_with_a_catalogue_is_named(key: str, said: str, fault: str) -> None:
    catalogue = Catalog(locale="de")
    catalogue.add(key, said)
    found = words.faults(catalogue)
    assert fault in found
    assert "missing: Search" in found


def test_a_text_that_is_put_together_first_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text('t("Good")\nt(f"Bad {1}")\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"one\.py:2"):
        list(words.spoken(tmp_path))
    pages = tmp_path / "templates"
    pages.mkdir()
    (pages / "one.html").write_text('{{ tn("one", "many", 2) }}\n{{ t("one" ~ two) }}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"one\.html:2"):
        list(words.spoken(pages))


def _module_level(file: Path) -> Iterator[int]:
    """The lines of calls of t() that run when the file is imported, before anyone's language is known."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    inside = {
        id(node)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(outer)
    }
    for node in ast.walk(tree):
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("t", "tn")
        if named and id(node) not in inside:
            yield node.lineno


def test_no_text_is_fixed_before_it_is_known_who_reads_it() -> None:
    found = [f"{file.name}:{line}" for file in words.CLIENT.rglob("*.py") for line in _module_level(file)]
    assert found == []


async def said(tongue: Language) -> list[str]:
    """Dates, amounts and numbers as a page that speaks this language shows them."""
    lines: list[str] = []

    async def main(page: ft.Page) -> None:
        language.speak(page, tongue)
        lines.extend(
            [
                language.t("Undo"),
                language.tn("{n} night", "{n} nights", 1),
                language.tn("{n} night", "{n} nights", 1200),
                language.day(date(2026, 12, 11)),
                language.day_range(date(2026, 12, 11), date(2026, 12, 14)),
                language.day_range(date(2026, 12, 30), date(2027, 1, 2)),
                language.day_name(date(2026, 12, 11)),
                language.money(Money(amount_minor=123450, currency=Currency.GBP)),
                language.money_round(Money(amount_minor=123450, currency=Currency.EUR)),
                language.weekdays()[0],
                language.inside("Coffee machine"),
                language.and_(["a", "b", "c"]),
                dict(language.countries())["DE"],
            ]
        )

    app = await App.start(main)
    await app.close()
    return lines


@time_machine.travel(datetime(2026, 12, 1, tzinfo=UTC), tick=False)
async def test_a_page_speaks_its_own_language_with_its_customs() -> None:
    assert await said(Language.GERMAN) == [
        "Rückgängig",
        "1 Nacht",
        "1.200 Nächte",
        "Fr. 11. Dez.",
        "Fr. 11. – Mo. 14. Dez.",
        "Mi. 30. Dez. 2026 – Sa. 2. Jan. 2027",
        "Freitag, 11. Dezember",
        "1.234,50\u00a0£",
        "1.234\u00a0€",
        "Mo",
        "Coffee machine",
        "a, b und c",
        "Deutschland",
    ]
    assert (await said(Language.ENGLISH))[:5] == [
        "Undo",
        "1 night",
        "1,200 nights",
        "Fri 11 Dec",
        "Fri 11 – Mon 14 Dec",
    ]
    assert language.t("Undo") == "Undo"  # outside of any page
