"""The summary of a form that cannot be sent yet: how many fields are wrong, and the way to each."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import flet as ft

from client.core.language import t, tn
from client.design.fields import error_summary


def wrong_fields(
    errors: Mapping[str, str], label_of: Callable[[str], str], go_to: Callable[[str], Any] | None
) -> list[ft.Control]:
    """How many fields are wrong, and a line for each that `go_to(name)` leads to (None: the page has its own)."""
    if not errors:
        return []
    number = tn("{n} field to correct", "{n} fields to correct", len(errors))
    if go_to is None:
        return [error_summary(number)]
    ways = [
        (t("{field}: {problem}", field=label_of(name), problem=words), functools.partial(go_to, name))
        for name, words in errors.items()
    ]
    return [error_summary(number, ways)]
