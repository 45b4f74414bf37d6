"""The address bar: query values that survive it, and the hook that reads and writes them.

Flet 1.0.5 writes the address percent-DEcoded, so `%26` comes back as `&` after a reload and shared links break. Values
are therefore written with `~XX` for every reserved byte and `+` for a space, which no decoder touches.
"""

import re
from collections.abc import Awaitable, Mapping
from typing import Final, Protocol
from urllib.parse import urlsplit

import flet as ft

Query = dict[str, str]

_PLAIN: Final = frozenset("-_.")
_ENCODED: Final = re.compile(r"(?:~[0-9A-Fa-f]{2})+")


class SetQuery(Protocol):
    """Changes some values of the query and keeps the rest; None or an empty text removes one."""

    def __call__(self, **changes: object) -> Awaitable[None]:
        """Push the changed address: a history entry without a reload."""


def encode(value: object) -> str:
    """A value as it may stand in the address; every text survives `decode(encode(text))`."""
    return "".join(_encode_character(character) for character in str(value))


def decode(value: str) -> str:
    """The text of an encoded value. A broken sequence shows as the replacement character instead of failing."""
    spaced = value.replace("+", " ")
    return _ENCODED.sub(lambda m: bytes.fromhex(m[0].replace("~", "")).decode("utf-8", "replace"), spaced)


def query_of(route: str | None) -> Query:
    """The decoded query of a route; the last of repeated names wins, empty ones are left out."""
    pairs = (pair.partition("=") for pair in urlsplit(route or "/").query.split("&"))
    return {decode(name): decode(value) for name, _, value in pairs if name and value}


def with_query(path: str, query: Mapping[str, object]) -> str:
    """A path with a query; None and empty values are left out, a query already in the path is replaced."""
    kept = {name: value for name, value in query.items() if value is not None and value != ""}
    bare = urlsplit(path).path or "/"
    return bare + ("?" + "&".join(f"{encode(name)}={encode(value)}" for name, value in kept.items()) if kept else "")


def use_query() -> tuple[Query, SetQuery]:
    """Hook inside a Router: the decoded query and its setter. Back, forward and reload render with the old values."""
    ft.use_route_location()  # subscribes: the location is a new object on every change of the route
    page = ft.context.page
    query = query_of(page.route)

    async def set_query(**changes: object) -> None:
        now = query_of(page.route)
        wished = with_query(page.route or "/", {**now, **changes})
        # An equal address would only add a history entry that Back has to wade through.
        if wished != with_query(page.route or "/", now):
            await page.push_route(wished)

    return query, set_query


def _encode_character(character: str) -> str:
    if character == " ":
        return "+"
    if character.isascii() and (character.isalnum() or character in _PLAIN):
        return character
    # Letters of other scripts stay readable: the address bar does not touch them.
    if not character.isascii() and character.isalnum():
        return character
    return "".join(f"~{byte:02X}" for byte in character.encode("utf-8", "replace"))
