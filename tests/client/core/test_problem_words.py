"""Every refusal is told in the reader's language: who reads English reads what the server says, others what its code
means; who asked too often reads how long to wait, in units a person waits in."""

import ast
from collections.abc import Callable
from typing import TypeVar

import flet as ft
import pytest

from client.core import language
from client.core.http import ApiError
from client.core.problem_words import asked_too_often, code_words, problem_words
from client.features.bookings.booking.state import trouble_of
from shared_models.languages import Language
from shared_models.problems import Problem, ProblemCode
from tests.architecture.tree import ROOT
from tests.client.harness import App

Told = TypeVar("Told")


def refused(wait: int | None, code: ProblemCode = ProblemCode.TOO_MANY_TRIES) -> ApiError:
    return ApiError(Problem(title="The server's words", status=429, code=code, retry_after=wait))


@pytest.mark.parametrize(
    ("wait", "when"),
    [
        (1, "in 1 second"), (119, "in 119 seconds"), (120, "in 2 minutes"), (121, "in 3 minutes"),
        (7140, "in 119 minutes"), (7200, "in 2 hours"), (86_400, "in 24 hours"), (None, "a little later"),
    ],
)  # fmt: skip
def test_a_wait_is_told_in_units_people_wait_in(wait: int | None, when: str) -> None:
    assert problem_words(refused(wait)) == f"That was a lot in a short time. Try again {when}"


def test_any_other_problem_keeps_its_words() -> None:
    other = refused(5, ProblemCode.TRY_AGAIN)
    assert problem_words(other) == "The server's words"
    assert not asked_too_often(other)
    assert not asked_too_often(None)


async def on_a_page(tongue: Language, tell: Callable[[], Told]) -> Told:
    """What a page that speaks this language says."""
    told: list[Told] = []

    async def main(page: ft.Page) -> None:
        language.speak(page, tongue)
        told.append(tell())

    app = await App.start(main)
    await app.close()
    return told[0]


async def test_every_code_has_words_in_every_language() -> None:
    english, german = [await on_a_page(tongue, code_words) for tongue in (Language.ENGLISH, Language.GERMAN)]
    assert set(english) == set(german) == set(ProblemCode)
    assert [code for code in ProblemCode if not german[code] or german[code] == english[code]] == []


async def test_of_a_file_that_cannot_be_read_everybody_learns_why() -> None:
    why = Problem(title="Unreadable", detail="The file is empty.", status=422, code=ProblemCode.IMPORT_UNREADABLE)
    said = await on_a_page(Language.GERMAN, lambda: problem_words(ApiError(why)))
    assert said == "Diese Datei kann nicht gelesen werden. The file is empty."


@pytest.mark.parametrize("code", sorted(set(ProblemCode) - {ProblemCode.IMPORT_UNREADABLE}), ids=str)
async def test_who_reads_german_reads_no_english_of_the_server(code: ProblemCode) -> None:
    refusal = ApiError(Problem(title="The server's title", detail="The server's words.", status=409, code=code))
    said = await on_a_page(Language.GERMAN, lambda: problem_words(refusal))
    assert said
    assert "server's" not in said


async def test_what_stands_in_the_way_of_a_stay_is_exact_in_english_and_never_english_in_german() -> None:
    why = Problem(title="No", detail="The home sleeps 2.", status=409, code=ProblemCode.NOT_BOOKABLE)

    def told() -> str:
        trouble = trouble_of(ApiError(why))
        assert trouble is not None
        return trouble.words

    assert await on_a_page(Language.ENGLISH, told) == "The home sleeps 2."
    assert "sleeps" not in await on_a_page(Language.GERMAN, told)


async def test_what_was_found_here_keeps_its_words_and_a_server_out_of_reach_has_some() -> None:
    def told(code: ProblemCode) -> ApiError:
        return ApiError(Problem(title="Wähle einen Tag", status=0, code=code))

    assert await on_a_page(Language.GERMAN, lambda: problem_words(told(ProblemCode.MALFORMED))) == "Wähle einen Tag"
    away = await on_a_page(Language.GERMAN, lambda: problem_words(told(ProblemCode.TRY_AGAIN)))
    assert "nicht erreichbar" in away


def test_no_screen_shows_what_the_server_says_but_through_this() -> None:
    """Nobody else reads the words of a problem: its code, its fields and its waits are for all."""
    ours = ROOT / "client"
    known = {"core/problem_words.py", "core/http.py"}
    found = {
        file.relative_to(ours).as_posix()
        for file in ours.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("detail", "title")
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "problem"
    }
    assert found <= known, found - known
