"""JSON as it may come in: its depth, number of values, numbers and names are bounded before anything else reads it.

Pure. A body that pydantic refuses costs up to a hundred times what it costs to read: each unknown field becomes an
error of its own. So what no request of ours needs is refused here, by one error.
"""

import json
from collections.abc import Iterable
from typing import Any, NoReturn

MAX_DEPTH = 20
"""How many lists and objects may stand inside each other. Ours need four."""
MAX_VALUES = 2_000
"""How many members and elements a body may have in all. The largest of ours, 500 homes to edit at once, has 503."""
MAX_DIGITS = 20
"""Characters of a whole number: all of a BIGINT."""
MAX_FLOAT_LENGTH = 40
"""Characters of a number with a fraction or an exponent: what any language writes for a double."""


class UnreadableJson(ValueError):
    """What is wrong with a body, as the end of a sentence that begins with it."""


def read_json(content: bytes) -> Any:
    """The value that a body holds. Raises UnreadableJson unless it is JSON (RFC 8259) in UTF-8 and within the bounds.

    Names that stand twice are refused: which of them counts is for each reader to say (RFC 8259, section 4).
    """
    try:
        text = content.decode("utf-8-sig")
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_whole_number,
            parse_float=_float,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError as problem:
        raise UnreadableJson(f"is not UTF-8 from byte {problem.start + 1} on") from problem
    except json.JSONDecodeError as problem:
        raise UnreadableJson(f"is not JSON from character {problem.pos + 1} on") from problem
    except RecursionError as problem:
        raise UnreadableJson(f"is nested deeper than {MAX_DEPTH} levels") from problem
    _check_shape(value)
    return value


def _check_shape(value: Any) -> None:
    """Level by level, so that no depth of a body is a depth of ours. Raises UnreadableJson."""
    level, count, depth = [value], 0, 0
    while level := [inner for outer in level for inner in _inside(outer)]:
        count, depth = count + len(level), depth + 1
        if count > MAX_VALUES:
            raise UnreadableJson(f"has more than {MAX_VALUES:,} values")
        if depth > MAX_DEPTH:
            raise UnreadableJson(f"is nested deeper than {MAX_DEPTH} levels")


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise UnreadableJson("has a name that stands twice in one object")
    return found


def _whole_number(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise UnreadableJson(f"has a number of more than {MAX_DIGITS} digits")
    return int(text)


def _float(text: str) -> float:
    if len(text) > MAX_FLOAT_LENGTH:
        raise UnreadableJson(f"has a number of more than {MAX_FLOAT_LENGTH} characters")
    return float(text)


def _refuse_constant(text: str) -> NoReturn:
    raise UnreadableJson(f"has {text}, which is not JSON")
