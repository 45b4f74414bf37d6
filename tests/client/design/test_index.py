"""Flet patches our first page; what it and we rely on must survive that."""

import re
import shutil
from pathlib import Path

import pytest
from flet_web import patch_index_html  # type: ignore[import-untyped]

from client.design.tokens import Colour, Mode, hex_of

ASSETS = Path(__file__).resolve().parents[3] / "assets"


@pytest.fixture
def page(tmp_path: Path) -> str:
    copy = tmp_path / "index.html"
    shutil.copyfile(ASSETS / "index.html", copy)
    patch_index_html(
        str(copy), "/app", websocket_endpoint_path="/app/ws", app_name="A name", app_description="Words", no_cdn=True
    )
    return copy.read_text(encoding="utf-8")


def test_flet_finds_every_place_it_fills_in(page: str) -> None:
    assert '<base href="/app/">' in page
    assert "<title>A name</title>" in page
    assert '<meta name="description" content="Words">' in page
    assert '<meta name="apple-mobile-web-app-title" content="A name">' in page
    assert page.count('flet.webSocketEndpoint="/app/ws";') == 1


def test_our_fallback_fonts_win_over_flets_setting(page: str) -> None:
    assert page.rindex("flet.fontFallbackBaseUrl = ") > page.rindex('flet.fontFallbackBaseUrl="')


def test_the_socket_is_watched_before_flutter_can_open_it(page: str) -> None:
    assert page.index("window.WebSocket = ") < page.index("flutter_bootstrap.js")


def test_the_face_that_answers_for_unknown_scripts_exists() -> None:
    known = (ASSETS / "index.html").read_text(encoding="utf-8").split('fontFallbackBaseUrl + "')[1].split('"')[0]
    assert (ASSETS / "fonts" / "fallback" / known).exists()


def test_every_icon_of_the_manifest_exists() -> None:
    import json

    manifest = json.loads((ASSETS / "manifest.json").read_text(encoding="utf-8"))
    assert [icon["src"] for icon in manifest["icons"] if not (ASSETS / icon["src"]).exists()] == []


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_what_stands_there_first_has_the_colours_of_the_screen_that_follows(page: str, mode: Mode) -> None:
    light, dark = re.findall(
        r"--page: (#\w+); --surface: (#\w+); --line: (#\w+); --strong: (#\w+); --grey: (#\w+)", page
    )
    roles = (Colour.PAGE, Colour.SURFACE, Colour.LINE, Colour.LINE_STRONG, Colour.PRESS)
    assert (light if mode == "light" else dark) == tuple(hex_of(role, mode) for role in roles)
    red, green, blue = bytes.fromhex(hex_of(Colour.PAGE, mode).removeprefix("#"))
    assert f'"{red},{green},{blue},255"' in page  # it goes once the screen's own colour is painted
