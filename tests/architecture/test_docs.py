"""What the docs point at is there."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import ROOT, project_files

TOP = "client|server|shared_models|tests|tools|docs|assets|infrastructure"
PLACE = re.compile(rf"(?<![\w./-])(?:{TOP})/[\w./-]*\w(?![\w<*{{-])")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def _docs() -> Iterator[tuple[Path, str]]:
    for file in project_files():
        if file.suffix == ".md":
            yield file, (ROOT / file).read_text()


def _is_there(place: str) -> bool:
    """Decisions go by their number too: `docs/decisions/0011`."""
    return any(ROOT.glob(place)) or any(ROOT.glob(f"{place}-*"))


def test_every_place_that_is_named_is_there() -> None:
    named = {(str(file), place) for file, text in _docs() for place in PLACE.findall(text)}
    assert len(named) > 50
    assert sorted((file, place) for file, place in named if not _is_there(place)) == []


def test_every_link_leads_somewhere() -> None:
    links = {(file, link) for file, text in _docs() for link in LINK.findall(text)}
    assert len(links) > 20
    assert sorted((str(file), link) for file, link in links if not (ROOT / file.parent / link).exists()) == []
