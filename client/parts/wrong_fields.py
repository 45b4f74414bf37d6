"""What is wrong with a form: a sentence beside each field, a summary that leads to them, the focus at the first.

The action that sends a form raises ApiError with the fields that are wrong: `wrong_input` before anything is sent, or
what the server said. Its button can always be pressed, so nobody wonders why it is off.
"""

import functools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import flet as ft

from client.core.action import Action
from client.core.http import as_sentence
from client.core.language import t, tn
from client.core.problem_words import problem_words
from client.design.fields import error_summary
from client.design.form_fields import FormFields

_NO_FIELDS: Final = MappingProxyType[str, str]({})


def field_error(action: Action, *names: str) -> str | None:
    """What the last run said is wrong with a field, which the server may know by more than one of these names."""
    if action.problem is None:
        return None
    reason = next((action.problem.fields[name] for name in names if name in action.problem.fields), None)
    return None if reason is None else as_sentence(reason)


def form_problem(
    action: Action, labels: Mapping[str, str] = _NO_FIELDS, go_to: Callable[[str], Any] | None = None
) -> list[ft.Control]:
    """What went wrong that no field says, or a summary when several of the fields, by their `labels`, are wrong."""
    if action.problem is None:
        return []
    wrong = {name: as_sentence(reason) for name, reason in action.problem.fields.items() if name in labels}
    if not wrong:
        return [error_summary(problem_words(action.problem))]
    return wrong_fields(wrong, labels.__getitem__, go_to) if len(wrong) > 1 else []


async def sent(action: Action, places: FormFields, *args: Any) -> bool:
    """Run what a form sends; True when it ended well. Else the first field that is wrong gets the focus."""
    if await action.start(*args):
        return True
    places.go_to_first(action.problem.fields if action.problem is not None else ())
    return False


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
