"""Tables and shared models say the same: names, types, nullability, lengths, bounds, words.

`differences` is for every room: give it a model, a table and where they differ on purpose.
"""

import re
import types
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo
from sqlalchemy import CheckConstraint, Column, Table
from sqlmodel import SQLModel

from server.cases.tables import CaseEntryTable, CaseTable
from server.properties.tables import PropertyTable
from shared_models.base import known
from shared_models.cases import CaseEntry, CaseMoney, CaseRead, FailedJobs
from shared_models.properties import PropertyFacts

_PYTHON = {str: str, int: int, float: float, bool: bool, UUID: UUID, time: time, date: date, datetime: datetime}


def leaves(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every field of a model and of the models in it, by its dotted path."""
    for name, field in model.model_fields.items():
        inner = _kind(field.annotation)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from leaves(inner, f"{prefix}{name}.")
        else:
            yield prefix + name, field


def differences(model: type[BaseModel], table: type[SQLModel], renamed: Mapping[str, str | None]) -> list[str]:
    """Where a model and a table disagree. `renamed`: path in the model to column; None for a field kept elsewhere."""
    columns: Table = table.__table__  # type: ignore[attr-defined]
    found = []
    for path, field in leaves(model):
        name = renamed.get(path, path)
        if name is None:
            continue
        if name not in columns.c:
            found.append(f"{path}: no column {name}")
            continue
        found += [f"{path}: {said}" for said in _column_differences(field, columns.c[name], columns)]
    return found


def _column_differences(field: FieldInfo, column: Column[Any], table: Table) -> Iterator[str]:
    kind = _kind(field.annotation)
    optional = type(None) in get_args(field.annotation) or type(None) in get_args(_bare(field.annotation))
    if optional != column.nullable:
        may = {True: "may", False: "may not"}
        yield f"the model {may[optional]} be empty, the column {may[bool(column.nullable)]}"
    if get_origin(kind) is list:
        if column.type.python_type is not list:
            yield f"a list, but the column holds {column.type}"
        return
    expected = str if issubclass(kind, StrEnum) else _PYTHON[kind]
    if column.type.python_type is not expected:
        yield f"is {expected.__name__}, the column {column.type.python_type.__name__}"
    checks = {str(known_.sqltext) for known_ in table.constraints if isinstance(known_, CheckConstraint)}
    if issubclass(kind, StrEnum):
        words = ", ".join(f"'{word}'" for word in known(kind))
        if f"{column.name} IN ({words})" not in checks:
            yield f"the column does not check the words {words}"
    yield from _bound_differences(_constraints(field), column, checks)


def _bound_differences(bounds: Mapping[str, Any], column: Column[Any], checks: set[str]) -> Iterator[str]:
    length = getattr(column.type, "length", None)
    if "max_length" in bounds and bounds["max_length"] != length:
        yield f"at most {bounds['max_length']} characters, the column {length}"
    if "ge" in bounds and "le" in bounds:
        pattern = rf"{column.name} BETWEEN (-?[0-9.]+) AND (-?[0-9.]+)"
        limits = next((match for check in checks if (match := re.fullmatch(pattern, check))), None)
        if limits is None:
            yield f"{bounds['ge']} to {bounds['le']}, the column has no bounds"
        elif (float(limits[1]), float(limits[2])) != (bounds["ge"], bounds["le"]):
            yield f"{bounds['ge']} to {bounds['le']}, the column {limits[1]} to {limits[2]}"


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _kind(annotation: Any) -> Any:
    """The type itself, without None and Annotated."""
    annotation = _bare(annotation)
    if get_origin(annotation) in (Union, types.UnionType):
        return _kind(next(part for part in get_args(annotation) if part is not type(None)))
    return annotation


def _constraints(field: FieldInfo) -> dict[str, Any]:
    """Lengths and bounds of a field, wherever its annotation says them."""
    found: dict[str, Any] = {}
    parts = list(field.metadata)
    for part in (field.annotation, *get_args(field.annotation)):
        if get_origin(part) is Annotated:
            parts += get_args(part)[1:]
    for part in parts:
        parts += [inner for inner in getattr(part, "metadata", []) if inner not in parts]
        if isinstance(part, MaxLen):
            found["max_length"] = part.max_length
        elif isinstance(part, MinLen):
            found["min_length"] = part.min_length
        elif isinstance(part, Ge):
            found["ge"] = part.ge
        elif isinstance(part, Le):
            found["le"] = part.le
        elif isinstance(part, StringConstraints) and part.max_length is not None:
            found["max_length"] = part.max_length
    return found


PROPERTY_COLUMNS = (
    {
        "address.line": "address_line",
        "address.neighbourhood": "neighbourhood",
        "address.city": "city",
        "address.postcode": "postcode",
        "address.country": "country",
        "pin.latitude": "latitude",
        "pin.longitude": "longitude",
        "cancellation.policy": "cancellation_policy",
        "cancellation.tiers": None,
    }
    | {f"rules.{name}": None for name in ("pets", "smoking", "parties", "children")}
    | dict.fromkeys(("seasons", "length_discounts"))
)
"""Where a home's facts stand under another name; None for those inside a JSON column."""


def test_homes_match_their_model() -> None:
    assert differences(PropertyFacts, PropertyTable, PROPERTY_COLUMNS) == []


def test_cases_match_their_model() -> None:
    told_by_others = dict.fromkeys(("title", "place", "whose", "opened_by_name", "owner_name", "words"))
    told_by_others |= {f"failed.{name}": None for name in FailedJobs.model_fields}
    told_by_others |= {path: None for path, _ in leaves(CaseMoney, "money.")}
    assert differences(CaseRead, CaseTable, told_by_others) == []
    told_by_others = dict.fromkeys(("by_name", "words"))
    assert differences(CaseEntry, CaseEntryTable, told_by_others) == []


def test_the_comparison_sees_every_kind_of_difference() -> None:
    class Word(StrEnum):
        HOUSE = "house"

    class Other(BaseModel):
        title: Annotated[str, StringConstraints(max_length=10)]
        beds: Annotated[int, Ge(1), Le(7)]
        type: Word
        latitude: str
        shoe_size: int

    said = differences(Other, PropertyTable, {})
    assert said == [
        "title: at most 10 characters, the column 250",
        "beds: the model may not be empty, the column may",
        "beds: 1 to 7, the column 1 to 100",
        "type: the column does not check the words 'house'",
        "latitude: is str, the column float",
        "shoe_size: no column shoe_size",
    ]


def test_the_bounds_of_every_number_and_text_of_a_home_are_compared() -> None:
    bounded = {path for path, field in leaves(PropertyFacts) if _constraints(field)}
    assert {
        "title",
        "description",
        "address.line",
        "address.neighbourhood",
        "address.postcode",
        "pin.latitude",
        "bedrooms",
        "beds",
        "sleeps",
        "min_nights",
        "max_nights",
        "price_minor",
        "cleaning_fee_minor",
    } <= bounded
