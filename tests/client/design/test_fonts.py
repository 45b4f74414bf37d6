"""No title shows boxes: every character is in a face of our own or in a slice the web engine may ask for."""

import re
from functools import cache
from pathlib import Path

import flet_web  # type: ignore[import-untyped]
import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from client.design.theme import FONTS

ASSETS = Path(__file__).resolve().parents[3] / "assets"
FALLBACK = ASSETS / "fonts" / "fallback"
TITLE = "爱丁堡市中心公寓 🏰 Café – naïve ★ Αθήνα Москва مرحبا שלום हिन्दी ひらがな 漢字 한국어 ✓ → ไทย"


@cache
def characters(path: Path) -> frozenset[int]:
    return frozenset(TTFont(path, lazy=True).getBestCmap())


@pytest.mark.parametrize("path", FONTS.values())
def test_every_font_of_the_theme_is_bundled_and_static(path: str) -> None:
    face = TTFont(ASSETS / path, lazy=True)
    assert "fvar" not in face
    assert set(map(ord, "£328.04 Ask to book é")) <= characters(ASSETS / path)


@pytest.mark.parametrize("word", TITLE.split())
def test_a_title_in_any_script_has_its_glyphs(word: str) -> None:
    own = characters(ASSETS / FONTS["Inter 400"])
    missing = {ord(c) for c in word} - own
    for path in FALLBACK.rglob("*.woff2"):
        if not missing:
            break
        missing -= characters(path)
    assert missing == set()


def test_figures_of_the_tabular_faces_have_one_width_and_those_of_the_others_do_not() -> None:
    def widths(name: str) -> set[int]:
        face = TTFont(ASSETS / FONTS[name])
        return {face["hmtx"][face.getBestCmap()[ord(figure)]][0] for figure in "0123456789"}

    assert len(widths("Inter Tabular 400")) == len(widths("Inter Tabular 600")) == 1
    assert len(widths("Inter 400")) > 1


def test_every_slice_has_a_name_the_web_engine_asks_for() -> None:
    engine = Path(flet_web.__file__).parent / "web" / "main.dart.js"
    asked = set(re.findall(r'"(noto[^"]+\.woff2)"', engine.read_text(encoding="utf-8")))
    ours = {path.relative_to(FALLBACK).as_posix() for path in FALLBACK.rglob("*.woff2")}
    assert ours
    assert ours <= asked


def test_no_font_is_too_large_for_a_phone_on_the_road() -> None:
    assert [path.name for path in (ASSETS / "fonts").rglob("*.*") if path.stat().st_size > 1_500_000] == []
