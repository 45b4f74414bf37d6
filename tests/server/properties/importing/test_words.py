"""The words of people and portals: headings, kinds, countries, amenities, in six languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.properties.importing.rules import cells
from server.properties.importing.rules.amenities import amenity_of, listed
from server.properties.importing.rules.columns import described, guess
from server.properties.importing.rules.countries import codes, country_of, lies_elsewhere
from server.properties.importing.rules.kinds import WORDS, kind_of, title_word
from server.properties.importing.rules.nothing import Refused
from shared_models.imports import ImportField as F
from shared_models.properties import Amenity, PropertyType

KIND, STREET, TOWN, PART, CODE = F.TYPE, F.ADDRESS_LINE, F.CITY, F.NEIGHBOURHOOD, F.POSTCODE
RENT, ROOMS, BATHS, WORDS_OF = F.MONTHLY_RENT, F.BEDROOMS, F.BATHROOMS, F.DESCRIPTION


@pytest.mark.parametrize(
    ("header", "meanings"),
    [
        (
            "Agent Ref|Property Type|Display Address|Post Town|Postcode|Rent PCM|Bedrooms|Bathrooms|Summary",
            [F.SOURCE_ID, KIND, STREET, TOWN, CODE, RENT, ROOMS, BATHS, WORDS_OF],
        ),
        (
            "Objektnr.|Objektart|Straße, Hausnummer|PLZ|Ort|Stadtteil|Kaltmiete|Schlafzimmer|Bäder|Breitengrad|Land",
            [F.SOURCE_ID, KIND, STREET, CODE, TOWN, PART, RENT, ROOMS, BATHS, F.LATITUDE, F.COUNTRY],
        ),
        (
            "Referencia|Tipo de inmueble|Dirección|Código postal|Municipio|Barrio|Alquiler|Habitaciones|Baños|Latitud",
            [F.SOURCE_ID, KIND, STREET, CODE, TOWN, PART, RENT, ROOMS, BATHS, F.LATITUDE],
        ),
        (
            "Código|Tipo de imóvel|Endereço|CEP|Cidade|Bairro|Valor do aluguel|Quartos|Banheiros|Descrição",
            [F.SOURCE_ID, KIND, STREET, CODE, TOWN, PART, RENT, ROOMS, BATHS, WORDS_OF],
        ),
        (
            "Référence annonce|Type de bien|Adresse|Code postal|Ville|Quartier|Loyer|Chambres|Salle de bain|Descriptif",
            [F.SOURCE_ID, KIND, STREET, CODE, TOWN, PART, RENT, ROOMS, BATHS, WORDS_OF],
        ),
        (
            "Riferimento|Tipo immobile|Indirizzo|CAP|Comune|Quartiere|Canone mensile|Camere|Bagni|Descrizione",
            [F.SOURCE_ID, KIND, STREET, CODE, TOWN, PART, RENT, ROOMS, BATHS, WORDS_OF],
        ),
        (
            "monthly_rent|rent|weekly_price|price_per_night|Miete/Monat (€)",
            [None, None, None, F.NIGHTLY_PRICE, None],
        ),
        ("Miete/Monat (EUR)|Garden|Aufzug|WLAN|shoe size", [RENT, F.AMENITY, F.AMENITY, F.AMENITY, None]),
        ("price|weekly_price|monthly_price", [F.PRICE, None, None]),
        ("pcm", [RENT]),
        ("rent", [RENT]),
        ("rent pw", [F.WEEKLY_RENT]),
    ],
)
def test_headings_of_portals_are_understood(header: str, meanings: list[F | None]) -> None:
    names = header.split("|")
    found = guess(names)
    assert [found.get(name) for name in names] == meanings


@pytest.mark.parametrize(
    ("column", "cells_", "meaning"),
    [
        ("area", ["85", "62.5 m²", "40 sqm"], None),
        ("area", ["Leith", "Newington"], PART),
        ("area", [], PART),
        ("land", ["500 m²"], None),
        ("land", ["Deutschland"], F.COUNTRY),
    ],
)
def test_a_measure_is_neither_a_neighbourhood_nor_a_country(column: str, cells_: list[str], meaning: F | None) -> None:
    (found,) = described([column], [[cell] for cell in cells_], {})
    assert found.guess is meaning


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Terraced", "house"),
        ("Semi-Detached", "house"),
        ("Penthouse", "flat"),
        ("Loft", "flat"),
        ("Duplex", "flat"),
        ("Chalet", "house"),
        (" WOHNUNG ", "flat"),
        ("Doppelhaushälfte", "house"),
        ("piso", "flat"),
        ("Ático", "flat"),
        ("moradia", "house"),
        ("Quitinete", "studio"),
        ("Appartement", "apartment"),
        ("péniche", "boat"),
        ("bilocale", "flat"),
        ("Private room in rental unit", "room"),
        ("Entire home/apt", "flat"),
        ("castle", None),
        ("", None),
    ],
)
def test_a_kind_of_home_is_known_in_the_words_of_six_languages(word: str, kind: str | None) -> None:
    assert kind_of(word) == (None if kind is None else PropertyType(kind))


def test_every_word_of_the_table_is_known_and_no_language_contradicts_itself() -> None:
    for kinds in WORDS.values():
        said = [(word, kind) for kind, words in kinds.items() for word in words.split("|")]
        assert len({word.casefold() for word, _ in said}) == len(said)
        assert all(kind_of(word) is not None for word, _ in said)


def test_a_title_is_made_with_the_word_of_the_files_language() -> None:
    assert title_word(PropertyType.FLAT, "Etagenwohnung") == "Wohnung"
    assert title_word(PropertyType.FLAT, "piso") == "Piso"
    assert title_word(PropertyType.HOUSE, "castle") == "House"


def test_what_a_landlord_chose_for_a_word_goes_before_the_table() -> None:
    chosen = {"Loft": PropertyType.STUDIO, "castle": PropertyType.HOUSE}
    assert cells.property_type(" Loft ", chosen) is PropertyType.STUDIO
    assert cells.property_type("castle", chosen) is PropertyType.HOUSE
    (column,) = described(["Objektart"], [["Wohnung"], ["castle"], ["Burg"]], chosen)
    assert column.kinds == {"Wohnung": PropertyType.FLAT, "castle": PropertyType.HOUSE, "Burg": None}


def test_only_a_column_of_kinds_has_its_words_told() -> None:
    rows = [[f"Flat {number}", "flat" if number % 2 else "house"] for number in range(100)]
    names, kinds = described(["a", "b"], rows, {})
    assert (names.kinds, set(kinds.kinds)) == ({}, {"flat", "house"})


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("UK", "GB"),
        ("uk", "GB"),
        ("de", "DE"),
        ("Deutschland", "DE"),
        ("España", "ES"),
        ("Espanha", "ES"),
        ("Allemagne", "DE"),
        ("Germania", "DE"),
        ("Brasil", "BR"),
        ("Scotland", "GB"),
        ("Österreich", "AT"),
        ("Schweiz", "CH"),
    ],
)
def test_a_country_is_known_by_its_code_and_its_names(word: str, code: str) -> None:
    assert country_of(word) == code


@pytest.mark.parametrize("word", ["ZZ", "EU", "XX", "Mordor", "D", "GBR1", ""])
def test_what_is_no_country_is_refused(word: str) -> None:
    with pytest.raises(Refused):
        country_of(word)


@given(st.sampled_from(sorted(codes())))
def test_every_code_is_a_country_as_it_is(code: str) -> None:
    assert country_of(code.lower()) == code


@pytest.mark.parametrize(
    ("zone", "country", "there"),
    [
        ("Europe/Madrid", "ES", None),
        ("Africa/Mogadishu", "ES", "SO"),
        ("Europe/Berlin", "AT", "DE"),
        ("Europe/Jersey", "GB", None),
        ("Europe/Belgrade", "XK", None),
        ("Etc/UTC", "ES", None),
    ],
)
def test_the_zone_of_a_pin_tells_that_it_lies_in_another_country(zone: str, country: str, there: str | None) -> None:
    assert lies_elsewhere(zone, country) == there


@pytest.mark.parametrize(
    ("cell", "amenities", "more"),
    [
        ('["Wifi", "Elevator", "Bread maker"]', ["wifi", "lift"], True),
        ('{Wifi,"Air conditioning",Kitchen}', ["wifi", "air_conditioning", "kitchen"], False),
        ('{"Wifi": true, "Garden": false}', ["wifi"], False),
        ("Balkon; Einbauküche; Aufzug", ["balcony", "kitchen", "lift"], False),
        ("garden|parking|garden", ["garden", "parking"], False),
        ("• Terraza\n• Ascensor", ["balcony", "lift"], False),
        ("[]", [], False),
        ("", [], False),
    ],
)
def test_a_list_of_amenities_is_read_in_the_ways_it_is_written(cell: str, amenities: list[str], more: bool) -> None:
    assert listed(cell) == ([Amenity(word) for word in amenities], more)


def test_the_name_of_a_column_tells_what_a_home_has() -> None:
    assert amenity_of("has_parking") is Amenity.PARKING
    assert amenity_of("Waschmaschine") is Amenity.WASHING_MACHINE
    assert amenity_of("carbon_monoxide_alarm") is Amenity.CARBON_MONOXIDE_ALARM
    assert amenity_of("shoe size") is None


@given(st.text(max_size=60))
def test_no_list_makes_the_reader_fail(cell: str) -> None:
    found, _ = listed(cell)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("cell", "count", "part"),
    [
        ("2", 2, False),
        ("2.0", 2, False),
        ("1.5", 1, True),
        ("1,5", 1, True),
        ("2½", 2, True),
        ("1 bath", 1, False),
        ("1.5 shared baths", 1, True),
        ("Half-bath", 0, True),
        ("3 bedrooms", 3, False),
        ("", None, False),
    ],
)
def test_a_half_bath_is_read_and_told(cell: str, count: int | None, part: bool) -> None:
    remarks: list[str] = []
    assert cells.rooms(cell, remarks) == count
    assert remarks == (["has a part of one, which was not counted"] if part else [])


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("One.<br />Two.<BR>Three.", "One.\nTwo.\nThree."),
        ("<p>Big &amp; bright</p><b>Now</b>", "Big & bright\nNow"),
        ("Rooms < 20 m² & > 10 m²", "Rooms < 20 m² & > 10 m²"),
        ("I <3 Leith", "I <3 Leith"),
    ],
)
def test_html_becomes_text(cell: str, kept: str) -> None:
    remarks: list[str] = []
    assert cells.text(cell, remarks, breaks=True) == kept
    assert remarks == ([] if cell == kept else ["was HTML; the tags were left out"])


@pytest.mark.parametrize("cell", ["55,9533", "55.9533", "+55.9533"])
def test_degrees_have_a_point_or_the_comma_of_a_german_spreadsheet(cell: str) -> None:
    assert cells.degrees(cell) == 55.9533
