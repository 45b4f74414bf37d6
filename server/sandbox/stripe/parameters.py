"""The parameters of a request: text in a form, read by the SDK's types, refused in Stripe's words."""

import importlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal

from server.sandbox.stripe.errors import StripeError, unsupported
from server.sandbox.stripe.forms import Form, shown
from server.sandbox.stripe.sdk_types import Named, fields_of

Params = dict[str, Any]
Path = tuple[str, ...]

MAX_METADATA, MAX_METADATA_KEY, MAX_METADATA_VALUE = 50, 40, 500
"""Keys, and characters of each and of its value."""

MAX_INDEX_DIGITS = 5
"""Fewer digits than this has the index of a list."""
_GONE = {"payment_method_types": "payment_method_types_no_longer_supported"}
"""Parameters of older versions whose absence has a code of its own (docs.stripe.com/changelog/endive/2026-09-30)."""


@cache
def params_type(address: str) -> type:
    """A class of parameters of the SDK: `checkout._session_create_params.SessionCreateParams`."""
    module, _, name = address.rpartition(".")
    found: type = getattr(importlib.import_module(f"stripe.params.{module}"), name)
    return found


def read(form: Mapping[str, Form], address: str, supported: frozenset[str]) -> Params:
    """The parameters of a request by the SDK's type at `address`.

    Raises StripeError for what Stripe would refuse, and for what this sandbox does not know: `supported` are the
    places it does, `metadata` for all within.
    """
    params = _object(dict(form), params_type(address), ())
    for place in _leaves(params):
        parts = [part for part in place if not part.isdecimal()]
        if not any(".".join(parts[:length]) in supported for length in range(1, len(parts) + 1)):
            raise unsupported(shown(place))
    _check_metadata(params, ())
    return params


def _check_metadata(params: Params, place: Path) -> None:
    """Metadata is bounded: a value that is too long here is too long there (docs.stripe.com/api/metadata)."""
    for name, value in params.items():
        if isinstance(value, dict) and name != "metadata":
            _check_metadata(value, (*place, name))
        elif isinstance(value, dict):
            at = (*place, name)
            if len(value) > MAX_METADATA:
                raise _wrong(f"Metadata can have up to {MAX_METADATA} keys", at)
            for key, item in value.items():
                if len(key) > MAX_METADATA_KEY or len(item) > MAX_METADATA_VALUE:
                    raise _wrong(
                        f"Metadata keys have up to {MAX_METADATA_KEY} characters and values up to {MAX_METADATA_VALUE}",
                        (*at, key),
                    )


def _leaves(value: Any, place: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, (*place, key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _leaves(item, (*place, str(index)))
    elif place:
        yield place


def _object(value: Form, kind: type, place: Path) -> Params:
    if not isinstance(value, dict):
        raise _wrong("Invalid object", place)
    fields = fields_of(kind)
    for name in value:
        if name not in fields:
            at = shown((*place, name))
            code = _GONE.get(name, "parameter_unknown")
            raise StripeError(f"Received unknown parameter: {at}", code=code, param=at)
    required: frozenset[str] = getattr(kind, "__required_keys__", frozenset())
    for name in fields:
        if name in required and name not in value:
            at = shown((*place, name))
            raise StripeError(f"Missing required param: {at}.", code="parameter_missing", param=at)
    return {name: _value(item, fields[name], (*place, name)) for name, item in value.items()}


def _value(value: Form, kind: Named, place: Path) -> Any:
    choices = sorted(kind.choices(), key=lambda choice: choice.hint is str)  # "12" may be a number: text comes last
    problem: StripeError | None = None
    for choice in choices:
        try:
            return _one(value, choice, place)
        except StripeError as found:
            # The words of the choice that came furthest, so that a key within an object is named and not the object.
            problem = found if problem is None or len(found.error["param"]) > len(problem.error["param"]) else problem
    raise problem or _wrong("Invalid value", place)


def _one(value: Form, kind: Named, place: Path) -> Any:
    if kind.is_params:
        return _object(value, kind.hint, place)
    if kind.origin is list:
        if value == "":
            return []
        if not isinstance(value, dict) or not all(key.isdecimal() and len(key) < MAX_INDEX_DIGITS for key in value):
            raise _wrong("Invalid array", place)
        inside = kind.inside(kind.args[0])
        return [_value(value[index], inside, (*place, index)) for index in sorted(value, key=int)]
    if kind.origin is dict:
        if not isinstance(value, dict):
            raise _wrong("Invalid object", place)
        inside = kind.inside(kind.args[1])
        return {key: _value(item, inside, (*place, key)) for key, item in value.items()}
    if not isinstance(value, str):
        raise _wrong("Invalid value", place)
    return _plain(value, kind, place)


def _plain(value: str, kind: Named, place: Path) -> Any:
    if kind.origin is Literal:
        if value not in kind.args:
            allowed = ", ".join(str(arg) for arg in kind.args)
            raise _wrong(f"Invalid {shown(place)}: must be one of {allowed}", place)
        return value
    if kind.hint is int:
        if not value.removeprefix("-").isdecimal() or not value.isascii():
            raise StripeError(f"Invalid integer: {value}", code="parameter_invalid_integer", param=shown(place))
        return int(value)
    if kind.hint is bool:
        if value not in ("true", "false"):
            raise _wrong(f"Invalid boolean: {value}", place)
        return value == "true"
    if kind.hint is str:
        return value
    raise _wrong(f"Invalid {shown(place)}", place)


def _wrong(message: str, place: Path) -> StripeError:
    return StripeError(message, param=shown(place))
