"""The types that Stripe's SDK was generated with, made strict: what requests may say, and what answers must.

The SDK is generated from Stripe's own specification at the very version we speak, so a stand-in that is held against
it on every request cannot drift from it unseen. Two things are stricter here than in the SDK: unknown keys are refused,
and an enum is what it lists (`Literal[...] | str` leaves the door open for later versions).
"""

import ast
import importlib
import inspect
import typing
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, ClassVar, ForwardRef, Literal, TypeVar, Union

from stripe._request_options import RequestOptions

_WRAPPERS = (typing.NotRequired, typing.Required, typing.Annotated)
Names = Mapping[str, Any]


class Named:
    """A type as it was written, and the names of the module it was written in."""

    __slots__ = ("hint", "names")

    def __init__(self, hint: Any, names: Names) -> None:
        while True:
            if isinstance(hint, ForwardRef):
                hint = hint.__forward_arg__
            if isinstance(hint, str):
                hint = eval(hint, dict(names))  # noqa: S307 - an annotation of the SDK
            elif typing.get_origin(hint) in _WRAPPERS:
                hint = typing.get_args(hint)[0]
            else:
                break
        self.hint, self.names = hint, names

    def inside(self, hint: Any) -> "Named":
        """A type that is a part of this one."""
        return Named(hint, self.names)

    @property
    def origin(self) -> Any:
        """`list` for `List[int]`, `Union` for every union, else None."""
        origin = typing.get_origin(self.hint)
        return Union if origin is UnionType else origin

    @property
    def args(self) -> tuple[Any, ...]:
        """`(int,)` for `List[int]`."""
        return typing.get_args(self.hint)

    def choices(self) -> list["Named"]:
        """The members of a union, without the `str` beside an enum; of anything else, itself."""
        if self.origin is not Union:
            return [self]
        members = [member for arg in self.args for member in self.inside(arg).choices()]
        enums = [m for m in members if m.origin is Literal and any(m.args)]
        return [m for m in members if m.hint is not str] if enums else members

    @property
    def is_params(self) -> bool:
        """Whether it is an object of parameters: a TypedDict, whether of `typing` or of its backport."""
        return hasattr(self.hint, "__required_keys__")

    @property
    def is_optional(self) -> bool:
        """Whether the field may be null, or left out of an answer."""
        return self.origin is Union and any(choice.hint is type(None) for choice in self.choices())


@cache
def names_in(module_name: str) -> Names:
    """All names of a module of the SDK, with those it imports for type checkers only."""
    module = importlib.import_module(module_name)
    names = dict(vars(module))
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "stripe":
            source = importlib.import_module(node.module or "")
            found = {alias.asname or alias.name: getattr(source, alias.name, None) for alias in node.names}
            names = {**found, **names}
    return names


@cache
def fields_of(kind: type) -> Mapping[str, Named]:
    """The fields of a class of the SDK, whether of parameters or of an object.

    Without what the SDK takes beside the parameters and sends as headers (`RequestOptions`).
    """
    found: dict[str, Named] = {}
    options = RequestOptions.__annotations__ if RequestOptions in getattr(kind, "__orig_bases__", ()) else {}
    for base in reversed(kind.__mro__):
        if base.__module__.split(".")[0] != "stripe":
            continue
        names = names_in(base.__module__)
        for field, hint in inspect.get_annotations(base).items():
            if field not in options and not field.startswith("_") and not _is_of_the_class(hint):
                found[field] = Named(hint, names)
    return found


def _is_of_the_class(hint: Any) -> bool:
    written = hint.__forward_arg__ if isinstance(hint, ForwardRef) else hint
    return typing.get_origin(hint) is ClassVar or (isinstance(written, str) and written.startswith("ClassVar"))


def complaints(value: Any, kind: Named, place: str = "") -> list[str]:
    """Where an answer differs from the type the SDK has for it; empty when it does not."""
    choices = kind.choices()
    if len(choices) > 1:
        return _none_fits(value, choices, place)
    only = choices[0]
    if inspect.isclass(only.hint) and only.origin is None and only.hint.__module__.startswith("stripe"):
        return _of_object(value, only.hint, place)
    if only.origin is not None and inspect.isclass(only.origin) and only.origin.__name__ == "ListObject":
        return _of_list_object(value, only.inside(only.args[0]), place)
    if only.origin is list:
        return _of_items(value, only.inside(only.args[0]), place)
    return [] if _is_plain(value, only) else [f"{place}: {value!r} is no {only.hint}"]


def _none_fits(value: Any, choices: list[Named], place: str) -> list[str]:
    found = [complaints(value, choice, place) for choice in choices]
    if [] in found:
        return []
    # Of an object the complaints say what is wrong with it; of others only that they are no objects.
    return max(found, key=len) if isinstance(value, dict) else [f"{place}: {value!r} is none of its types"]


def _of_object(value: Any, kind: type, place: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{place}: {value!r} is no {kind.__name__}"]
    fields = fields_of(kind)
    if kind.__name__ == "UntypedStripeObject" or (not fields and kind.__name__ == "StripeObject"):
        return []
    found = [f"{place}.{name}: unknown to the SDK" for name in value if name not in fields]
    found += [f"{place}.{name}: missing" for name, n in fields.items() if name not in value and not n.is_optional]
    for name, item in value.items():
        if name in fields:
            found += complaints(item, fields[name], f"{place}.{name}")
    return found


def _of_list_object(value: Any, item: Named, place: str) -> list[str]:
    if not isinstance(value, dict) or value.keys() != {"object", "data", "has_more", "url"}:
        return [f"{place}: is no list object"]
    return _of_items(value["data"], item, f"{place}.data")


def _of_items(value: Any, item: Named, place: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{place}: {value!r} is no list"]
    return [complaint for index, each in enumerate(value) for complaint in complaints(each, item, f"{place}[{index}]")]


def _is_plain(value: Any, kind: Named) -> bool:
    if kind.hint is Any or isinstance(kind.hint, TypeVar):
        return True
    if kind.hint is type(None):
        return value is None
    if kind.origin is Literal:
        return value in kind.args and isinstance(value, type(kind.args[0]))
    if kind.origin is not None and inspect.isclass(kind.origin):  # `Dict[str, X]`, `UntypedStripeObject[X]`
        inside = kind.inside(kind.args[-1])
        return isinstance(value, dict) and not any(complaints(item, inside) for item in value.values())
    return isinstance(value, _WIRE.get(kind.hint, object)) and (kind.hint is bool) == isinstance(value, bool)


_WIRE: Mapping[Any, Any] = {str: str, int: int, float: (int, float), bool: bool, Decimal: str}
"""How the plain types come in JSON; a decimal comes as text."""
