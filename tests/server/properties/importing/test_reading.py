"""Reading a file: encodings, delimiters, line numbers, what a cell says and what it does not."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from server.demo.messy import COLUMNS, write_messy_csv
from server.properties.importing.rules import cells
from server.properties.importing.rules.amounts import amount
from server.properties.importing.rules.columns import guess
from server.properties.importing.rules.csv_file import read_csv
from server.properties.importing.rules.file_lines import Unreadable
from server.properties.importing.rules.lines import read_lines
from server.properties.importing.rules.nothing import Refused
from server.properties.importing.rules.plans import problems_of
from shared_models.imports import FileWide, Finding, ImportField, ImportPlan
from shared_models.money import THREE_DECIMALS, Currency
from shared_models.properties import LetType, PropertyType

TEXT = "id,name\n1,Café 🏰\n2,Zoë\n"
EVERY_FIELD = {field.value: field for field in ImportField if field != ImportField.UNKNOWN}

GOOD = {
    "source_id": "1",
    "title": "Bright flat",
    "type": "flat",
    "let_type": "nightly",
    "city": "Edinburgh",
    "country": "GB",
    "latitude": "55.95",
    "longitude": "-3.18",
    "price": "80",
    "currency": "GBP",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    assert read_csv(TEXT.encode(encoding)).lines == [(2, ["1", "Café 🏰"]), (3, ["2", "Zoë"])]


def test_windows_1252_is_read() -> None:
    assert read_csv("id,name\n1,Café “nice”\n".encode("cp1252")).lines == [(2, ["1", "Café “nice”"])]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_though_others_stand_in_the_text(delimiter: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([["id", "name", "note"], ["1", "a, b; c\td", "x"], ["2", "e;f,g", "y"]])
    file = read_csv(out.getvalue().encode())
    assert (file.header, file.lines[0][1][1]) == (["id", "name", "note"], "a, b; c\td")


def test_lines_are_numbered_as_editors_do() -> None:
    file = read_csv(b'id,name\r\n1,"two\r\nlines"\r\n\r\n2,b\r\n')
    assert [(line, cells_[0]) for line, cells_ in file.lines] == [(2, "1"), (5, "2")]


def test_a_line_whose_quotes_cannot_be_read_is_refused_alone() -> None:
    file = read_csv(b'source_id,title\n1,"a"b\n2,c\n')
    assert (file.lines, file.refused) == ([(3, ["2", "c"])], [(2, "its quotes cannot be read")])


@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20),
            min_size=3,
            max_size=3,
        ).filter(lambda row: any(cell.strip() for cell in row)),
        max_size=20,
    )
)
def test_what_a_csv_writer_wrote_is_read_back_exactly(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([["id", "name", "note"], *rows])
    assert [found for _, found in read_csv(out.getvalue().encode()).lines] == rows


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_with_words(content: bytes) -> None:
    try:
        read_csv(content)
    except Unreadable as problem:
        assert str(problem).endswith((".", "”."))  # noqa: PT017 - both ends are fine


def test_inside_airbnb_columns_are_all_understood() -> None:
    header = [*COLUMNS, "neighbourhood_cleansed", "property_type", "accommodates", "bedrooms", "beds", "bathrooms"]
    header += ["maximum_nights", "instant_bookable", "cancellation_policy"]
    assert guess(header) == {
        "id": ImportField.SOURCE_ID,
        "name": ImportField.TITLE,
        "host_id": ImportField.HOST_ID,
        "neighbourhood_cleansed": ImportField.NEIGHBOURHOOD,
        "latitude": ImportField.LATITUDE,
        "longitude": ImportField.LONGITUDE,
        "room_type": ImportField.TYPE,
        "price": ImportField.PRICE,
        "minimum_nights": ImportField.MIN_NIGHTS,
        "maximum_nights": ImportField.MAX_NIGHTS,
        "accommodates": ImportField.SLEEPS,
        "bedrooms": ImportField.BEDROOMS,
        "beds": ImportField.BEDS,
        "bathrooms": ImportField.BATHROOMS,
        "instant_bookable": ImportField.INSTANT_BOOK,
        "cancellation_policy": ImportField.CANCELLATION_POLICY,
    }


@pytest.mark.parametrize("field", sorted(EVERY_FIELD))
def test_our_own_words_are_understood_as_column_names(field: str) -> None:
    column = field.replace("_", " ").title()
    assert guess([column]) == {column: EVERY_FIELD[field]}


@given(st.text(max_size=30))
def test_no_cell_makes_a_reader_fail_otherwise_than_by_refusing(cell: str) -> None:
    for reader in (
        cells.whole,
        cells.degrees,
        cells.coordinates,
        cells.yes_or_no,
        cells.cancellation_policy,
        lambda found: cells.property_type(found, {}),
        lambda found: cells.rooms(found, []),
        cells.let_type,
        cells.country,
        cells.currency,
        lambda found: amount(found, Currency.EUR, []),
    ):
        try:
            reader(cell)
        except Refused as problem:
            assert str(problem)  # noqa: PT017 - not raising is fine too


@pytest.mark.parametrize(
    ("cell", "kept", "remark"),
    [
        ("Flat", "Flat", None),
        ("  Flat ", "Flat", "spaces around it were left out"),
        ("Comfy \n flat", "Comfy flat", "line breaks and tabs became spaces"),
        ("Fl\x07at", "Flat", "control characters were left out"),
        ("爱丁堡 🏴󠁧󠁢󠁳󠁣󠁴󠁿", "爱丁堡 🏴󠁧󠁢󠁳󠁣󠁴󠁿", None),
        ("   ", None, None),
    ],
)
def test_text_is_kept_and_every_change_told(cell: str, kept: str | None, remark: str | None) -> None:
    remarks: list[str] = []
    assert cells.text(cell, remarks) == kept
    assert remarks == ([remark] if remark else [])


def test_a_description_keeps_its_line_breaks() -> None:
    remarks: list[str] = []
    assert (cells.text("One.\r\nTwo.", remarks, breaks=True), remarks) == ("One.\nTwo.", [])


def read_one(**given_cells: str) -> tuple[dict[str, object] | None, list[tuple[str, str, str]]]:
    """What one line says: the columns of the home (None: refused), and the findings."""
    said = GOOD | given_cells
    plan = ImportPlan(columns={name: ImportField(name) for name in said}, file_wide=FileWide(source="test"))
    found = read_lines(plan, list(said), [(2, list(said.values()))])
    findings = [(known.finding.value, known.field, known.reason) for known in found.findings]
    return (dict(found.homes[0].columns) if found.homes else None), findings


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"source_id": " "}, "source_id", "is empty"),
        ({"source_id": "x" * 201}, "source_id", "is longer than 200 characters"),
        ({"source_id": "a\u200bb"}, "source_id", "holds characters that cannot be seen"),
        ({"title": "x" * 251}, "title", "is longer than 250 characters"),
        ({"description": "x" * 4001}, "description", "is longer than 4000 characters"),
        ({"let_type": "weekly"}, "let_type", "is neither nightly nor monthly"),
        ({"country": "Mordor"}, "country", "is not a country we know; write a code of two letters such as GB"),
        ({"country": "ZZ"}, "country", "is not the code of a country"),
        ({"let_type": "monthly", "price": "80 a night"}, "let_type", "says monthly, but the price is nightly"),
        ({"currency": "KWD"}, "currency", "is KWD, which has three decimals; such amounts cannot be taken"),
        (
            {"latitude": "2.17", "longitude": "41.39", "country": "ES"},
            "pin",
            "2.17, 41.39 lies in Somalia, not in Spain; are latitude and longitude the right way round?",
        ),
        ({"postcode": "x" * 21}, "postcode", "is longer than 20 characters"),
        ({"latitude": "91"}, "latitude", "must be at most 90.0"),
        ({"latitude": "50", "longitude": "-30"}, "pin", "50.0, -30.0 lies at sea"),
        ({"price": "0"}, "price", "must be more than 0"),
        ({"price": "10000001"}, "price", "must be at most 1000000000"),
        ({"currency": "XYZ"}, "currency", "is not a currency we know"),
        ({"cleaning_fee": "12 to 20"}, "cleaning_fee", "is not an amount"),
        ({"min_nights": "3651"}, "min_nights", "must be at most 3650"),
        ({"min_nights": "two"}, "min_nights", "is not a whole number"),
        ({"min_nights": "9", "max_nights": "3"}, "max_nights", "the shortest stay is longer than the longest"),
        ({"sleeps": "0"}, "sleeps", "must be at least 1"),
        ({"bedrooms": "101"}, "bedrooms", "must be at most 100"),
        ({"instant_book": "maybe"}, "instant_book", "is neither yes nor no"),
    ],
)
def test_a_bad_cell_refuses_its_line_by_field_and_reason(change: dict[str, str], field: str, reason: str) -> None:
    home, findings = read_one(**change)
    assert home is None
    assert findings == [("refused", field, reason)]


@pytest.mark.parametrize(
    ("change", "column", "value", "remark"),
    [
        ({"bathrooms": "1.5"}, "bathrooms", 1, "has a part of one, which was not counted"),
        ({"bathrooms": "some"}, "bathrooms", None, "is not a number of rooms and was left out"),
        ({"beds": "0"}, "beds", None, "says nothing and was left out"),
        ({"max_nights": "2147483647"}, "max_nights", None, "is longer than any stay; there is no longest stay now"),
        ({"title": " Flat"}, "title", "Flat", "spaces around it were left out"),
    ],
)
def test_what_only_describes_is_left_unsaid_with_a_warning_never_changed_silently(
    change: dict[str, str], column: str, value: object, remark: str
) -> None:
    home, findings = read_one(**change)
    assert home is not None
    assert home[column] == value
    assert findings == [("warning", column, remark)]


def test_a_good_line_says_what_stands_in_it_and_no_more() -> None:
    home, findings = read_one(sleeps="", bedrooms="2.0", max_nights="", instant_book="t")
    assert findings == []
    assert home is not None
    assert (home["sleeps"], home["bedrooms"], home["max_nights"], home["instant_book"]) == (None, 2, None, True)
    assert (home["zone"], home["price_minor"], home["rules"]) == ("Europe/London", 8000, {})


@pytest.mark.parametrize(
    ("word", "policy", "remarks"),
    [
        ("moderate", "moderate", 0),
        ("Non-refundable", "non_refundable", 0),
        (" FIRM ", "firm", 0),
        ("", "flexible", 0),
        ("strict_14_with_grace_period", "flexible", 1),  # a word of elsewhere; none of ours is as strict
        ("custom", "flexible", 1),  # its tiers stand in no cell
        ("unknown", "flexible", 1),
    ],
)
def test_a_policy_is_taken_by_its_name_and_never_guessed(word: str, policy: str, remarks: int) -> None:
    home, findings = read_one(cancellation_policy=word)
    assert home is not None
    assert (home["cancellation_policy"], home["cancellation_tiers"]) == (policy, None)
    assert [(kind, field) for kind, field, _ in findings] == [("warning", "cancellation_policy")] * remarks


@pytest.mark.parametrize(("code", "country"), [("UK", "GB"), ("GB", "GB"), ("UA", "UA")])
def test_uk_is_understood_as_the_country_of_a_whole_file(code: str, country: str) -> None:
    wide = FileWide.model_validate({"source": "test", "country": code})
    plan = ImportPlan(columns={"type": ImportField.TYPE, "city": ImportField.CITY}, file_wide=wide)
    assert (wide.country, problems_of(plan, ["type", "city"])) == (country, [])


@pytest.mark.parametrize("code", sorted(THREE_DECIMALS))
def test_a_currency_of_three_decimals_is_refused_by_name_for_a_whole_file(code: str) -> None:
    with pytest.raises(ValidationError, match=f"{code} has three decimals"):
        FileWide.model_validate({"source": "test", "currency": code})


def test_every_reason_of_a_line_is_told_at_once() -> None:
    _, findings = read_one(title="x" * 251, price="0", latitude="north")
    assert {field for _, field, _ in findings} == {"title", "price", "latitude"}


def test_a_line_with_a_cell_too_few_is_refused() -> None:
    plan = ImportPlan(columns={name: ImportField(name) for name in GOOD}, file_wide=FileWide(source="test"))
    found = read_lines(plan, list(GOOD), [(2, ["1", "a"]), (4, list(GOOD.values()))])
    assert [(known.line, known.field, known.reason) for known in found.findings] == [
        (2, "line", f"has 2 cells, the header has {len(GOOD)}"),
    ]
    assert (len(found.homes), found.refused) == (1, 1)


def test_a_value_for_the_whole_file_holds_where_no_cell_speaks() -> None:
    wide = FileWide(source="test", city="Leith", country="GB", currency=Currency.EUR, let_type=LetType.MONTHLY)
    wide = wide.model_copy(update={"type": PropertyType.BOAT})
    names = ["source_id", "title", "latitude", "longitude", "price", "city"]
    plan = ImportPlan(columns={name: ImportField(name) for name in names}, file_wide=wide)
    said = [["1", "A", "55.95", "-3.18", "9", "Edinburgh"], ["2", "B", "55.95", "-3.18", "9", ""]]
    homes = read_lines(plan, names, list(enumerate(said, start=2))).homes
    assert [home.columns["city"] for home in homes] == ["Edinburgh", "Leith"]
    assert {(home.columns["type"], home.columns["let_type"], home.columns["currency"]) for home in homes} == {
        ("boat", "monthly", "EUR")
    }


def test_the_messy_file_is_the_same_every_time_and_has_the_troubles_of_the_real_one(tmp_path: Path) -> None:
    first, second, other = tmp_path / "1.csv", tmp_path / "2.csv", tmp_path / "3.csv"
    write_messy_csv(first, 600, seed=1)
    write_messy_csv(second, 600, seed=1)
    write_messy_csv(other, 600, seed=2)
    assert first.read_bytes() == second.read_bytes() != other.read_bytes()
    file = read_csv(first.read_bytes())
    assert (len(file.lines), tuple(file.header)) == (600, COLUMNS)
    wide = FileWide(source="messy", city="Edinburgh", country="GB", currency=Currency.GBP)
    found = read_lines(ImportPlan(columns=guess(file.header), file_wide=wide), file.header, file.lines)
    refused = sorted((known.field, known.reason) for known in found.findings if known.finding == Finding.REFUSED)
    assert refused == [("price", "must be more than 0"), ("title", "is longer than 250 characters")]
    assert [dict(home.missing) for home in found.homes if home.missing] == [{"title": "is empty"}]
    titles = {home.columns.get("title") for home in found.homes}
    assert {"爱丁堡市中心公寓", "=SUM(A1:A9)", "Comfy room female guests only"} <= titles
    assert {1_900_000} <= {home.columns["price_minor"] for home in found.homes}
    assert any("," in home.columns["neighbourhood"] for home in found.homes)
    assert {1000} <= {home.columns["min_nights"] for home in found.homes}


def test_the_usual_number_of_rows_has_the_usual_number_of_troubles(tmp_path: Path) -> None:
    path = tmp_path / "messy.csv"
    write_messy_csv(path, 12_189, seed=5)
    rows = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
    assert len({row["id"] for row in rows}) == 12_189
    assert [sum(row["price"] == price for row in rows) for price in ("0", "19000")] == [3, 2]
    assert sum(not row["name"] for row in rows) == 1
