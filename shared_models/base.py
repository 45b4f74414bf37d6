"""What every model on the wire has in common.

`Input` is what the server receives: unknown fields are refused and every value is bounded. `Output` is what a client
receives: unknown fields are ignored and an unknown enum value becomes that enum's ``UNKNOWN``, so that an old app keeps
working with a new server.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, ValidationInfo, field_validator

UNKNOWN = "unknown"

LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
"""Free text, up to 4,000 characters."""
Count = Annotated[int, Field(ge=0, le=1000)]


def refused(errors: Mapping[tuple[str | int, ...], ValueError]) -> ValidationError:
    """To be raised by a validator: what is wrong with which of the fields below it."""
    details = [
        {"type": "value_error", "loc": place, "input": None, "ctx": {"error": error}} for place, error in errors.items()
    ]
    return ValidationError.from_exception_data("refused", details)  # type: ignore[arg-type]  # its class stands in pydantic_core


def known(enum: type[StrEnum]) -> list[str]:
    """The values of `enum` that may be stored: all but ``UNKNOWN``, in the order of their definition."""
    return [member.value for member in enum if member.value != UNKNOWN]


def _open(annotation: Any, value: Any) -> Any:
    """Replace a word this version does not know by ``UNKNOWN``, wherever `annotation` puts an enum that has one."""
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        if isinstance(value, annotation):
            return value
        spare = annotation.__members__.get("UNKNOWN")
        return spare if spare is not None and isinstance(value, str) and value not in set(annotation) else value
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _open(inner[0], value)
    if origin in (Union, UnionType) and value is not None:
        return next((opened for part in inner if (opened := _open(part, value)) is not value), value)
    if origin is dict and isinstance(value, dict):
        return {_open(inner[0], key): _open(inner[1], item) for key, item in value.items()}
    if origin is tuple and isinstance(value, list | tuple) and Ellipsis not in inner:
        return (
            [_open(part, item) for part, item in zip(inner, value, strict=True)] if len(inner) == len(value) else value
        )
    if origin in (list, tuple, set, frozenset) and isinstance(value, list | tuple | set | frozenset) and inner:
        return [_open(inner[0], item) for item in value]
    return value


def _parts(value: Any) -> Iterator[Any]:
    """The value, or everything inside it."""
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _parts(item)
    else:
        yield value


class Input(BaseModel):
    """What the server receives."""

    model_config = ConfigDict(extra="forbid", str_max_length=20_000, frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _no_null_characters(cls, value: Any) -> Any:
        if any(isinstance(part, str) and "\x00" in part for part in _parts(value)):
            raise ValueError("may not contain a null character")
        return value

    @field_validator("*", mode="after")
    @classmethod
    def _only_known_words(cls, value: Any) -> Any:
        if any(isinstance(part, StrEnum) and part.name == "UNKNOWN" for part in _parts(value)):
            raise ValueError("is not a known value")
        return value


class Output(BaseModel):
    """What a client receives."""

    model_config = ConfigDict(extra="ignore", from_attributes=True, frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _open_enums(cls, value: Any, info: ValidationInfo) -> Any:
        field = cls.model_fields.get(info.field_name or "")
        return _open(field.annotation, value) if field is not None else value
