"""A place in one cell: latitude and longitude, read where they can be read in one way only."""

import re

import pytest

from server.properties.importing.rules import cells
from server.properties.importing.rules.columns import guess
from server.properties.importing.rules.nothing import Refused
from server.properties.importing.rules.plans import decided_columns
from shared_models.imports import FileWide, ImportField, ImportPlan
from tests.server.properties.importing.test_reading import read_one

IN_TWO_WAYS = "can be read in two ways; write latitude and longitude with points, such as 55.9533, -3.1883"
NO_COORDINATES = "is no latitude and longitude such as 55.9533, -3.1883"
LEITH = (55.9533, -3.1883)


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("55.9533, -3.1883", LEITH),
        ("55.9533,-3.1883", LEITH),
        ("55.9533 -3.1883", LEITH),
        ("55.9533 ; -3.1883", LEITH),
        ("55.9533/-3.1883", LEITH),
        ("(55.9533, -3.1883)", LEITH),
        ("  +55.9533 , -3.1883 ", LEITH),
        ("55,9533; -3,1883", LEITH),
        ("55,9533 -3,1883", LEITH),
        ("55,9533, -3,1883", LEITH),
        ("55.9533,12", (55.9533, 12)),
        ("55,-3", (55, -3)),
        ("55, 12", (55, 12)),
        ("", None),
        ("n/a", None),
    ],
)
def test_two_numbers_of_degrees_are_read_from_one_cell(cell: str, place: tuple[float, float] | None) -> None:
    assert cells.coordinates(cell) == place


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("55,12", IN_TWO_WAYS),
        ("55,9533", IN_TWO_WAYS),
        ("55,9533,-3,1883", IN_TWO_WAYS),
        ("55,9,3,1", IN_TWO_WAYS),
        ("55", NO_COORDINATES),
        ("55.9533", NO_COORDINATES),
        ("55.9533, -3.1883, 12", NO_COORDINATES),
        ("1955.9533, -3.1883", NO_COORDINATES),
        ("Leith", NO_COORDINATES),
    ],
)
def test_coordinates_that_are_none_or_two_are_refused_by_name(cell: str, reason: str) -> None:
    with pytest.raises(Refused, match=f"^{re.escape(reason)}$"):
        cells.coordinates(cell)


NO_PIN = {"latitude": "", "longitude": ""}


def test_a_pin_comes_from_one_cell_where_the_columns_of_two_say_nothing() -> None:
    home, findings = read_one(**NO_PIN, coordinates="55.9533, -3.1883")
    assert findings == []
    assert home is not None
    assert (home["latitude"], home["longitude"], home["zone"]) == (*LEITH, "Europe/London")
    said_twice, _ = read_one(latitude="51.5", longitude="-0.12", coordinates="55.9533, -3.1883")
    assert said_twice is not None
    assert (said_twice["latitude"], said_twice["longitude"]) == (51.5, -0.12)


@pytest.mark.parametrize(
    ("cell", "field", "reason"),
    [
        ("55,12", "coordinates", IN_TWO_WAYS),
        ("91.5, 3", "coordinates", "latitude must be at most 90.0"),
        ("55.9, -181", "coordinates", "longitude must be at least -180.0"),
        ("50.0, -30.0", "pin", "50.0, -30.0 lies at sea"),
    ],
)
def test_a_place_in_one_cell_is_refused_by_that_cell(cell: str, field: str, reason: str) -> None:
    home, findings = read_one(**NO_PIN, coordinates=cell)
    assert home is None
    assert findings == [("refused", field, reason)]


def test_a_column_of_both_degrees_decides_the_place_of_a_home() -> None:
    plan = ImportPlan(columns={"Lat/Long": ImportField.COORDINATES}, file_wide=FileWide(source="test"))
    assert {"latitude", "longitude", "zone"} <= decided_columns(plan)


def test_a_column_of_both_degrees_is_proposed_only_where_no_column_says_one() -> None:
    assert guess(["id", "Lat / Long"]) == {"id": ImportField.SOURCE_ID, "Lat / Long": ImportField.COORDINATES}
    assert guess(["Koordinaten"]) == {"Koordinaten": ImportField.COORDINATES}
    assert ImportField.COORDINATES not in guess(["lat", "lon", "coordinates"]).values()
