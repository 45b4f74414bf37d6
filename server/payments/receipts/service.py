"""A receipt on paper: a PDF, the same bytes whenever it says the same."""

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from server.core.errors import TryAgain

_TEMPLATE = Path(__file__).parent / "receipt.typ"
_FONTS = Path(__file__).parents[3] / "assets" / "fonts"
AT_ONCE = 2
"""Receipts that are set side by side: the work takes a core, and the API needs one for itself."""
PATIENCE_SECONDS = 10.0
"""It takes about a hundredth of a second."""
_places = asyncio.Semaphore(AT_ONCE)


async def paper(content: Mapping[str, Any], at: datetime) -> bytes:
    """What a receipt says as a PDF; `at` is the time that stands in the file. Raises TryAgain when it takes too long.

    No connection to the database is to be held meanwhile.
    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), _places:
            return await asyncio.to_thread(_set, json.dumps(content, sort_keys=True), int(at.timestamp()))
    except TimeoutError:
        raise TryAgain from None


def _set(content: str, at: int) -> bytes:
    """The template with its data: it reads no other file, and what it is handed is set as text."""
    made = typst.compile(
        _TEMPLATE.read_bytes(),
        font_paths=_fonts(),
        sys_inputs={"receipt": content},
        timestamp=at,
    )
    assert isinstance(made, bytes)  # noqa: S101 - one document of pages is one file
    return made


@cache
def _fonts() -> typst.Fonts:
    """Our own, and none of the machine's: the same receipt everywhere."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])
