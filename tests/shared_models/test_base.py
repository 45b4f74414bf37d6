"""What the server takes is strict, what a client takes is open."""

import importlib
import pkgutil
from enum import StrEnum
from typing import Annotated, Any, get_args

import pytest
from pydantic import BaseModel, Field, ValidationError, create_model

import shared_models
from shared_models.base import UNKNOWN, Input, Output, known


class Colour(StrEnum):
    RED = "red"
    UNKNOWN = "unknown"


class Size(StrEnum):
    SMALL = "small"


ROOMS = [importlib.import_module(f"shared_models.{room.name}") for room in pkgutil.iter_modules(shared_models.__path__)]
ENUMS = sorted(
    {kind for room in ROOMS for kind in vars(room).values() if isinstance(kind, type) and issubclass(kind, StrEnum)}
    - {StrEnum},
    key=lambda enum: enum.__name__,
)
OPEN_ENUMS = [enum for enum in ENUMS if UNKNOWN in set(enum)]
SHAPES: list[tuple[Any, Any, Any]] = [
    (Colour, "mauve", Colour.UNKNOWN),
    (Colour | None, "mauve", Colour.UNKNOWN),
    (Colour | None, None, None),
    (list[Colour], ["red", "mauve"], [Colour.RED, Colour.UNKNOWN]),
    (list[Colour] | None, ["mauve"], [Colour.UNKNOWN]),
    (list[list[Colour]], [["mauve"]], [[Colour.UNKNOWN]]),
    (list[Colour | None], ["mauve", None], [Colour.UNKNOWN, None]),
    (tuple[Colour, ...], ["mauve"], (Colour.UNKNOWN,)),
    (tuple[str, Colour], ["mauve", "mauve"], ("mauve", Colour.UNKNOWN)),
    (set[Colour], ["mauve"], {Colour.UNKNOWN}),
    (frozenset[Colour], ["mauve"], frozenset({Colour.UNKNOWN})),
    (dict[str, Colour], {"wall": "mauve"}, {"wall": Colour.UNKNOWN}),
    (dict[Colour, int], {"mauve": 1}, {Colour.UNKNOWN: 1}),
    (list[Annotated[Colour, Field(description="of a wall")]], ["mauve"], [Colour.UNKNOWN]),
]


def test_the_house_has_enums_to_look_at() -> None:
    assert len(ENUMS) > 5
    assert len(OPEN_ENUMS) > 3


@pytest.mark.parametrize(("kind", "value", "expected"), SHAPES)
def test_an_output_opens_words_it_does_not_know_wherever_they_stand(kind: Any, value: Any, expected: Any) -> None:
    model = create_model("Made", __base__=Output, field=(kind, ...))
    assert model.model_validate({"field": value}).field == expected  # type: ignore[attr-defined]
    again = model.model_validate_json(model.model_validate({"field": value}).model_dump_json())
    assert again.field == expected  # type: ignore[attr-defined]


@pytest.mark.parametrize(("kind", "value", "_"), [shape for shape in SHAPES if shape[1] is not None])
@pytest.mark.parametrize("word", ["mauve", "unknown"])
def test_an_input_takes_known_words_only_wherever_they_stand(kind: Any, value: Any, _: Any, word: str) -> None:
    model = create_model("Made", __base__=Input, field=(kind, ...))
    model.model_validate({"field": _put(value, "red")})
    with pytest.raises(ValidationError):
        model.model_validate({"field": _put(value, word)})


def _put(value: Any, word: str) -> Any:
    if isinstance(value, list):
        return [_put(item, word) for item in value]
    if isinstance(value, dict):
        return {_put(key, word): _put(item, word) for key, item in value.items()}
    return word if value == "mauve" else value


def test_an_enum_without_a_spare_word_stays_strict_even_for_clients() -> None:
    with pytest.raises(ValidationError):
        create_model("Made", __base__=Output, field=(Size, ...)).model_validate({"field": "huge"})


@pytest.mark.parametrize("enum", OPEN_ENUMS, ids=lambda enum: enum.__name__)
def test_no_input_takes_the_spare_word_of_any_enum(enum: type[StrEnum]) -> None:
    model = create_model("Made", __base__=Input, field=(enum, ...))
    assert UNKNOWN not in known(enum)
    for word in known(enum):
        model.model_validate({"field": word})
    for value in (UNKNOWN, enum(UNKNOWN)):
        with pytest.raises(ValidationError):
            model.model_validate({"field": value})


def test_an_input_refuses_and_an_output_ignores_unknown_fields() -> None:
    strict = create_model("Made", __base__=Input, field=(int, ...))
    with pytest.raises(ValidationError):
        strict.model_validate({"field": 1, "other": 2})
    open_ = create_model("Made", __base__=Output, field=(int, ...))
    assert open_.model_validate({"field": 1, "other": 2}).model_dump() == {"field": 1}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (str, "a\x00"),
        (list[str], ["a", "\x00"]),
        (dict[str, str], {"\x00": "a"}),
        (str | None, "\x00"),
        (str, "\ud800"),
    ],
)
def test_an_input_refuses_text_that_no_database_takes(kind: Any, value: Any) -> None:
    model = create_model("Made", __base__=Input, field=(kind, ...))
    with pytest.raises(ValidationError):
        model.model_validate({"field": value})


def test_an_input_bounds_every_text() -> None:
    model = create_model("Made", __base__=Input, field=(str, ...))
    assert model.model_validate({"field": "x" * 20_000})
    with pytest.raises(ValidationError):
        model.model_validate({"field": "x" * 20_001})


def test_models_cannot_be_changed_once_made() -> None:
    for base in (Input, Output):
        made = create_model("Made", __base__=base, field=(int, ...)).model_validate({"field": 1})
        with pytest.raises(ValidationError):
            made.field = 2  # type: ignore[attr-defined]


def models_in(kind: Any) -> set[type[BaseModel]]:
    """The models in an annotation."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {kind}
    return {model for part in get_args(kind) for model in models_in(part)}


OUTPUTS = sorted(
    {
        kind
        for room in ROOMS
        for kind in vars(room).values()
        if isinstance(kind, type) and issubclass(kind, Output) and not issubclass(kind, Input)
    },
    key=lambda model: model.__name__,
)


@pytest.mark.parametrize("model", OUTPUTS, ids=lambda model: model.__name__)
def test_what_stands_in_an_output_is_open_too(model: type[Output]) -> None:
    inner = {name: found for name, of in model.model_fields.items() for found in models_in(of.annotation)}
    assert [name for name, found in inner.items() if not issubclass(found, Output) or issubclass(found, Input)] == []
