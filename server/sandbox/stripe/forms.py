"""Bodies as Stripe takes them: `application/x-www-form-urlencoded` with nested brackets."""

import re
from urllib.parse import parse_qsl

from server.sandbox.stripe.errors import StripeError

Form = str | dict[str, "Form"]
"""What a form says, before it is known what it should say: everything in it is text, and a list is an object whose keys
count from 0 (which metadata may do as well)."""

MAX_FIELDS = 2000
MAX_DEPTH = 8
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def decode(text: str) -> dict[str, Form]:
    """`a[b][0]=c` as `{"a": {"b": {"0": "c"}}}`. Raises StripeError for what is no form."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=MAX_FIELDS)
    except ValueError as problem:
        raise StripeError("The request body is no form.") from problem
    found: dict[str, Form] = {}
    for name, value in pairs:
        _put(found, _path(name), value)
    return found


def _path(name: str) -> list[str]:
    matched = _NAME.fullmatch(name)
    if matched is None:
        raise StripeError(f"Invalid parameter name: {name}", param=name)
    path = [matched[1], *re.findall(r"\[([^\[\]]*)\]", matched[2])]
    if len(path) > MAX_DEPTH:
        raise StripeError(f"Too deeply nested: {name}", param=name)
    return path


def _put(into: dict[str, Form], path: list[str], value: str) -> None:
    for place, key in enumerate(path[:-1]):
        step = into.setdefault(key or str(len(into)), {})
        if not isinstance(step, dict):
            raise StripeError(f"Invalid parameter: {'.'.join(path[: place + 1])} is both a value and an object")
        into = step
    into[path[-1] or str(len(into))] = value


def shown(path: tuple[str, ...]) -> str:
    """A place in the parameters as Stripe names it: `line_items[0][price_data]`."""
    return path[0] + "".join(f"[{part}]" for part in path[1:]) if path else ""
