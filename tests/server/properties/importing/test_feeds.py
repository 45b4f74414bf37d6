"""Feeds of the trade: each home under the names our columns have, what is for sale left out with its line."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.properties.importing.rules import blm, kyero, sound_xml
from server.properties.importing.rules import openimmo as openimmo_rules
from server.properties.importing.rules.columns import guess
from server.properties.importing.rules.country_codes import country_code
from server.properties.importing.rules.feed_lines import FOR_SALE, rent
from server.properties.importing.rules.file_lines import FileLines, Unreadable
from server.properties.importing.rules.files import read_file
from server.properties.importing.rules.lines import read_lines
from shared_models.imports import FileKind, FileWide, Finding, ImportPlan
from shared_models.properties import PropertyType
from tests.server.properties.importing.samples import BLM, KYERO, immobilie, openimmo


def said_of(content: str | bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read_file(content.encode() if isinstance(content, str) else content)
    return str(refused.value)


def homes(content: str) -> tuple[FileLines, list[dict[str, str]]]:
    """A file, and what each home of it says."""
    file = read_file(content.encode())
    return file, [
        {name: cell for name, cell in zip(file.header, cells, strict=True) if cell} for _, cells in file.lines
    ]


def test_a_blm_file_is_read_to_let_and_by_the_month() -> None:
    file, found = homes(BLM)
    assert file.reading.kind is FileKind.BLM
    assert found[0] == {
        "source_id": "77_1",
        "title": "Leith Walk, Edinburgh",
        "description": "Long words\nover two lines.",
        "host_id": "77",
        "type": "flat",
        "let_type": "monthly",
        "address_line": "12 Leith Walk",
        "city": "Edinburgh",
        "postcode": "EH6 5AA",
        "country": "GB",
        "latitude": "55.9650",
        "longitude": "-3.1760",
        "price": "950",
        "currency": "GBP",
        "bedrooms": "2",
        "amenities": '["Garden"]',
    }
    # 180 pounds a week are 180 × 52 ÷ 12 a month.
    assert (found[1]["type"], found[1]["price"], found[1]["description"]) == ("studio", "780.00", "A studio.")
    assert ([line for line, _ in file.lines], file.refused) == ([9, 12], [(11, FOR_SALE)])


def test_a_blm_file_says_itself_by_which_signs_it_ends_fields_and_records() -> None:
    other = BLM.replace("^", "|").replace("~", "¬").encode("cp1252")
    assert read_file(other).lines == read_file(BLM.encode()).lines
    (_, plain) = homes(BLM.replace("EOF : '^'\nEOR : '~'\n", ""))
    assert [home["source_id"] for home in plain] == ["77_1", "77_3"]


def a_blm_home(**fields: str) -> str:
    fields = {"AGENT_REF": "1", "TRANS_TYPE_ID": "2"} | fields
    names, cells = "^".join(fields), "^".join(fields.values())
    return f"#HEADER#\nVersion : 3i\nEOF : '^'\nEOR : '~'\n#DEFINITION#\n{names}^~\n#DATA#\n{cells}^~\n#END#"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"TRANS_TYPE_ID": "1"}, FOR_SALE),
        ({"TRANS_TYPE_ID": ""}, "does not say whether it is to let (TRANS_TYPE_ID)"),
        ({"LET_RENT_FREQUENCY": "5"}, "has a rent that is for no week, month, quarter or year (LET_RENT_FREQUENCY)"),
    ],
)
def test_a_blm_home_that_cannot_be_taken_says_why(fields: dict[str, str], reason: str) -> None:
    assert said_of(a_blm_home(**fields)) == f"None of the 1 homes in this file can be taken; the first {reason}."


@pytest.mark.parametrize(("code", "price"), [("", "1200"), ("0", "5200.00"), ("2", "400.00"), ("3", "100.00")])
def test_a_rent_of_any_period_becomes_that_of_a_month(code: str, price: str) -> None:
    (_, (home,)) = homes(a_blm_home(PRICE="1200", LET_RENT_FREQUENCY=code))
    assert home["price"] == price


def test_a_home_abroad_is_read_by_the_names_of_version_3i() -> None:
    (_, (home,)) = homes(
        a_blm_home(
            HOUSE_NAME_NUMBER="Casa Sol",
            STREET_NAME="Rua A",
            OS_TOWN_CITY="Faro",
            COUNTRY_CODE="PT",
            PROP_SUB_ID="16",
        )
    )
    assert home | {} == home | {
        "address_line": "Casa Sol, Rua A",
        "title": "Rua A, Faro",
        "country": "PT",
        "type": "16",
    }
    assert "currency" not in home


def test_a_blm_record_that_is_cut_off_costs_that_record() -> None:
    file = read_file(BLM[: BLM.index("^9^Rose Street")].encode())
    assert ([line for line, _ in file.lines], file.refused[-1]) == ([9], (12, "the file ends in the middle of it"))


def test_a_blm_record_with_a_field_too_few_is_refused_alone() -> None:
    file = read_file(BLM.replace("77_1^12^", "77_1^").encode())
    assert (file.refused[0][0], "has 21 fields, the definition has 22" in file.refused[0][1]) == (9, True)
    assert len(file.lines) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("#HEADER#\nVersion : 3\n", "no #DEFINITION# or no #DATA#"),
        ("#HEADER#\n#DEFINITION#\nPRICE^~\n#DATA#\n1^~", "no field AGENT_REF"),
        ("#HEADER#\n#DEFINITION#\nAGENT_REF^~\n#DATA#\n#END#", "There is no home in this file."),
    ],
)
def test_a_blm_file_without_what_it_needs_says_so(content: str, words: str) -> None:
    assert words in said_of(content)


def test_a_kyero_feed_is_read() -> None:
    file, found = homes(KYERO)
    assert found[0] == {
        "source_id": "501",
        "title": "Villa, Valencia",
        "description": "A house & garden.",
        "type": "house",
        "let_type": "monthly",
        "city": "Valencia",
        "country": "ES",
        "latitude": "39.4699",
        "longitude": "-0.3763",
        "price": "1500",
        "currency": "EUR",
        "bedrooms": "3",
        "bathrooms": "2",
        "amenities": '["pool", "terrace"]',
    }
    assert (found[1]["price"], found[1]["description"]) == ("1300.00", "Eine Wohnung.")
    assert ([line for line, _ in file.lines], file.refused) == ([4, 18], [(14, FOR_SALE)])


@pytest.mark.parametrize(
    ("period", "let_type"), [("day", "nightly"), ("night", "nightly"), ("week", "monthly"), ("Month", "monthly")]
)
def test_a_kyero_home_is_let_by_the_time_its_price_is_for(period: str, let_type: str) -> None:
    (_, found) = homes(KYERO.replace("<price_freq>month", f"<price_freq>{period}"))
    assert found[0]["let_type"] == let_type


def test_a_price_for_a_time_we_do_not_know_is_refused() -> None:
    file, _ = homes(KYERO.replace("<price_freq>month", "<price_freq>fortnight"))
    assert file.refused[0] == (4, "has a price for “fortnight”, which is no time we know (price_freq)")


def test_an_openimmo_file_is_read_with_the_whole_rent() -> None:
    file, found = homes(openimmo())
    assert found == [
        {
            "source_id": "W-1",
            "title": "Helle Wohnung 1",
            "description": "Ruhig & hell.",
            "type": "flat",
            "let_type": "monthly",
            "address_line": "Raumerstraße 7",
            "neighbourhood": "Prenzlauer Berg",
            "city": "Berlin",
            "postcode": "10405",
            "country": "DE",
            "latitude": "52.5320",
            "longitude": "13.4210",
            "price": "980.50",
            "currency": "EUR",
            "bedrooms": "1",
            "bathrooms": "1",
        }
    ]
    assert (file.reading.kind, [reason for _, reason in file.refused]) == (FileKind.OPENIMMO, [FOR_SALE])


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('MIETE_PACHT="true"', 'MIETE_PACHT="false"', "does not say whether it is to let (vermarktungsart)"),
        ('WOHNEN="true" GEWERBE="false"', 'GEWERBE="true"', "is no home: its nutzungsart is not WOHNEN"),
        ('aktionart="CHANGE"', 'aktionart="DELETE"', "is taken off the market by this file (aktion DELETE)"),
        (
            "<waehrung",
            '<preis_zeiteinheit zeiteinheit="M2"/><waehrung',
            "has a price for no time we know (preis_zeiteinheit)",
        ),
    ],
)
def test_an_openimmo_home_that_cannot_be_taken_says_why(old: str, new: str, reason: str) -> None:
    file, found = homes(openimmo(immobilie(1).replace(old, new), immobilie(2)))
    assert ([home["source_id"] for home in found], [why for _, why in file.refused]) == (["W-2"], [reason])


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        ('<zimmer zimmertyp="ZIMMER"/>', "room"),
        ('<haus haustyp="REIHENHAUS"/>', "house"),
        ('<wohnung wohnungtyp="APARTMENT"/>', "apartment"),
        ("<freizeitimmobilie_gewerblich/>", "freizeitimmobilie_gewerblich"),
    ],
)
def test_the_kinds_of_openimmo_are_ours_or_stay_for_the_landlord_to_say(kind: str, type_: str) -> None:
    (_, (home,)) = homes(openimmo(immobilie().replace('<wohnung wohnungtyp="ETAGE"/>', kind)))
    assert home["type"] == type_


@pytest.mark.parametrize(
    ("unit", "let_type", "price"),
    [("TAG", "nightly", "980.50"), ("WOCHE", "monthly", "4248.83"), ("JAHR", "monthly", "81.71")],
)
def test_the_time_an_openimmo_rent_is_for_counts(unit: str, let_type: str, price: str) -> None:
    new = f'<preis_zeiteinheit zeiteinheit="{unit}"/><waehrung'
    (_, (home,)) = homes(openimmo(immobilie().replace("<waehrung", new)))
    assert (home["let_type"], home["price"]) == (let_type, price)


def test_a_feed_in_one_line_still_numbers_each_home() -> None:
    lines = read_file(openimmo(*map(immobilie, range(3))).replace("\n", "").encode()).lines
    assert [line for line, _ in lines] == [1, 2, 3]


@pytest.mark.parametrize("content", [openimmo(immobilie(1), immobilie(2)), KYERO])
def test_xml_that_breaks_off_keeps_the_homes_before(content: str) -> None:
    file = read_file(content[: int(len(content) * 0.9)].encode())
    assert file.lines
    assert file.refused[-1][1].endswith("What follows is not read.")


@pytest.mark.parametrize("content", [BLM, KYERO, openimmo()])
def test_what_a_feed_says_is_understood_without_a_word_of_the_landlord(content: str) -> None:
    file = read_file(content.encode())
    columns = guess(file.header)
    wide = FileWide(source="feed")
    found = read_lines(ImportPlan(columns=columns, file_wide=wide), file.header, file.lines)
    assert [known for known in found.findings if known.finding == Finding.REFUSED] == []
    assert len(found.homes) == len(file.lines)
    assert {home.columns["let_type"] for home in found.homes} == {"monthly"}


# What a document may do to its reader.


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE openimmo [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE openimmo [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE openimmo SYSTEM "http://127.0.0.1:9/openimmo.dtd">',
    ],
)
def test_no_document_type_is_read_so_no_entity_either(head: str) -> None:
    assert "declares a document type (DOCTYPE)" in said_of(openimmo(immobilie().replace("Helle", "&a;"), head=head))


def test_a_billion_laughs_cost_nothing() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    began = time.monotonic()
    assert "DOCTYPE" in said_of(f'<!DOCTYPE root [<!ENTITY l0 "ha">{entities}]><root><property>&l11;</property></root>')
    assert time.monotonic() - began < 5


def test_depth_and_elements_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "deeper than 100 levels" in said_of("<root>" + "<property>" * 200_000)
    monkeypatch.setattr(sound_xml, "MAX_ELEMENTS", 1_000)
    assert "more than 1,000 elements" in said_of(f"<root><property>{'<a/>' * 2_000}</property></root>")


def test_one_home_cannot_hold_the_memory_of_many() -> None:
    home = "<property>" + "<a/>" * 20_001 + "</property>"
    assert "A home in line 2 has more than 20,000 elements" in said_of(f"<root>\n{home}</root>")
    marks = " ".join(f'a{number}=""' for number in range(300_000))
    assert "a mark that does not end" in said_of(f"<root><property {marks}></property></root>")


def test_a_long_text_is_no_long_mark() -> None:
    picture = f"<anhanginhalt>{'QUJD' * 1_000_000}</anhanginhalt>"
    home = immobilie().replace("<anhanginhalt>QUJD</anhanginhalt>", picture)
    assert len(read_file(openimmo(home).encode()).lines) == 1


@pytest.mark.parametrize("encoding", ["utf-7", "nonsense", "shift_jis"])
def test_an_encoding_that_cannot_be_read_is_told(encoding: str) -> None:
    assert "no sound XML" in said_of(f'<?xml version="1.0" encoding="{encoding}"?><root><property>é</property></root>')


def test_pictures_inside_a_feed_are_passed_over() -> None:
    (node,) = sound_xml.nodes(openimmo(immobilie()).encode(), "immobilie", without=("anhaenge",))
    assert [child.children for child in node.children if child.name == "anhaenge"] == []


def test_a_null_or_half_a_sign_never_reaches_the_database() -> None:
    file = read_file((openimmo(immobilie(1), immobilie(2))).encode().replace(b"W-2", b"W-\xed\xa0\x80"))
    assert len(file.lines) == 1


@given(st.integers(1, 10**9))
def test_four_quarters_and_twelve_months_are_a_year_to_the_cent(price: int) -> None:
    month = Decimal(rent(str(price), "year"))
    assert abs(month * 12 - price) <= Decimal("0.06")
    assert abs(Decimal(rent(str(price), "quarter")) * 3 - price) <= Decimal("0.015")
    assert rent(str(price), "month") == str(price)


@given(st.text(max_size=60))
def test_a_rent_that_is_no_number_stays_for_the_check_to_refuse(price: str) -> None:
    assert isinstance(rent(price, "week"), str)
    assert rent("POA", "week") == "POA"
    assert rent("9" * 41, "week") == "9" * 41


@pytest.mark.parametrize(
    ("word", "code"),
    [("DEU", "DE"), ("spain", "ES"), ("Portugal", "PT"), ("GB", "GB"), ("UK", "GB"), ("Narnia", "Narnia")],
)
def test_countries_of_feeds_become_codes(word: str, code: str) -> None:
    assert country_code(word) == code


def test_every_kind_a_feed_knows_is_one_of_ours() -> None:
    for table in (blm._TYPES, kyero._TYPES, openimmo_rules._TYPES, openimmo_rules._FINER):
        assert set(table.values()) <= set(PropertyType) - {PropertyType.UNKNOWN}


@pytest.mark.parametrize(
    "content",
    [
        "#HEADER#" + "#DEFINITION#" * 200_000,
        "#HEADER#\n" + "\n " * 1_000_000 + "#DEFINITION#\nAGENT_REF^~\n#DATA#\n",
        "#HEADER#\n#DEFINITION#\n" + "A^" * 1_000_000 + "~\n#DATA#\n" + "1^~" * 2,
    ],
)
def test_a_large_blm_file_that_says_nothing_is_refused_in_no_time(content: str) -> None:
    began = time.monotonic()
    said_of(content)
    assert time.monotonic() - began < 5
