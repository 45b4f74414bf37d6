"""What a typed search says, and what of it stays words."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_models.money import Currency
from shared_models.search_words import Said, understand, without

GBP, EUR = Currency.GBP, Currency.EUR
MORSELS = ["2", "3", "bed", "for", "under", "£", "100", "to", "no", "with", "pets", "wifi", "-", ",", "km"]


def told(text: str) -> tuple[str, list[Any]]:
    """The words that are left, and what is understood, plainly."""
    meaning = understand(text)
    parts: list[Any] = []
    for part in meaning.parts:
        if part.price is not None:
            low, high = (None if end is None else float(end) for end in (part.price.low, part.price.high))
            parts.append((low, high, part.price.currency, *(["month"] if part.monthly else [])))
        else:
            what = part.amenity or part.rule or part.type
            parts.append(what.value if what else (part.said.value, part.number) if part.number else part.said.value)
    return meaning.words, parts


@pytest.mark.parametrize(
    ("text", "words", "parts"),
    [
        ("2 bed near the castle under 100", "near the castle", [("bedrooms", 2), (None, 100, None)]),
        ("two bedroom flat", "flat", [("bedrooms", 2)]),
        ("2-bed", "", [("bedrooms", 2)]),
        ("3+ bedrooms", "", [("bedrooms", 3)]),
        ("2-3 bed", "", [("bedrooms", 2)]),
        ("2 bed linen sets", "2 bed linen sets", []),
        ("2 bathrooms", "", [("bathrooms", 2)]),
        ("for 4", "", [("guests", 4)]),
        ("for four people", "", [("guests", 4)]),
        ("sleeps 6", "", [("guests", 6)]),
        ("for 4 nights", "for 4 nights", []),
        ("flat for 2 dogs", "flat for 2 dogs", []),
        ("for 80 pounds", "for 80 pounds", []),
        ("under £100", "", [(None, 100, GBP)]),
        ("below 80 pounds", "", [(None, 80, GBP)]),
        ("up to 1,200 € a month", "", [(None, 1200, EUR, "month")]),
        ("under 1000.50", "", [(None, 1000.5, None)]),
        ("under 900 pcm", "", [(None, 900, None, "month")]),
        ("between 50 and 90", "", [(50, 90, None)]),
        ("£50-£90 a night", "", [(50, 90, GBP)]),
        ("£90-£50", "£90-£50", []),
        ("£50 to 90 euros", "£50 to 90 euros", []),
        ("from £50", "", [(50, None, GBP)]),
        ("over 2 floors", "over 2 floors", []),
        ("from 1880", "from 1880", []),
        ("under 5 min walk", "under 5 min walk", []),
        ("under 2 km", "under 2 km", []),
        ("£100", "£100", []),
        ("pet friendly studio", "studio", ["pets"]),
        ("pets allowed", "", ["pets"]),
        ("with my dog", "", ["pets"]),
        ("no pets allowed", "no pets allowed", []),
        ("smoking allowed", "", ["smoking"]),
        ("non-smoking", "non-smoking", []),
        ("with kids", "", ["children"]),
        ("with parking", "", ["parking"]),
        ("free parking, wifi", "", ["parking", "wifi"]),
        ("no parking", "no parking", []),
        ("with a garden and balcony", "", ["garden", "balcony"]),
        ("princes street gardens", "princes street gardens", []),
        ("step-free", "", ["step_free"]),
        ("private room in leith", "in leith", ["room"]),
        ("instant book", "", ["instant"]),
        ("leith by the month", "leith", ["monthly"]),
        ("爱丁堡 2 bed", "爱丁堡", [("bedrooms", 2)]),
        ("", "", []),
        ("Ulm für 2 Personen", "Ulm", [("guests", 2)]),
        ("Zimmer für zwei", "Zimmer", [("guests", 2)]),
        ("für 2 Nächte", "für 2 Nächte", []),
        ("zwei Schlafzimmer", "", [("bedrooms", 2)]),
        ("3-Zimmer-Wohnung", "-Wohnung", [("bedrooms", 2)]),
        ("1 Zimmer", "1 Zimmer", []),
        ("2 Bäder", "", [("bathrooms", 2)]),
        ("bis 100 €", "", [(None, 100, EUR)]),
        ("unter 1.200,50 € im Monat", "", [(None, 1200.5, EUR, "month")]),
        ("zwischen 50 und 90", "", [(50, 90, None)]),
        ("ab 50 Euro die Nacht", "", [(50, None, EUR)]),
        ("bis 10 Minuten zum Bahnhof", "bis 10 Minuten zum Bahnhof", []),
        ("hundefreundlich", "", ["pets"]),
        ("mit meinem Hund", "", ["pets"]),
        ("keine Haustiere erlaubt", "keine Haustiere erlaubt", []),
        ("mit Garten und Balkon", "", ["garden", "balcony"]),
        ("ohne Balkon", "ohne Balkon", []),
        ("Parkplatz, WLAN", "", ["parking", "wifi"]),
        ("sofort buchbar", "", ["instant"]),
        ("Leith monatlich", "Leith", ["monthly"]),
    ],
)
def test_a_text_says_this(text: str, words: str, parts: list[Any]) -> None:
    assert told(text) == (words, parts)


def test_a_part_is_taken_away_without_the_rest() -> None:
    text = "2 bed near the castle, under 100"
    parts = understand(text).parts
    assert [without(text, part) for part in parts] == ["near the castle, under 100", "2 bed near the castle"]


@given(st.text(max_size=60) | st.lists(st.sampled_from(MORSELS)).map(" ".join))
def test_every_letter_is_understood_or_stays(text: str) -> None:
    meaning = understand(text)
    left = text
    for part in reversed(meaning.parts):
        assert 0 <= part.start < part.end <= len(text)
        left = left[: part.start] + " " + left[part.end :]
    assert left.replace(",", " ").replace(";", " ").split() == meaning.words.replace(",", " ").replace(";", " ").split()
    for one, other in zip(meaning.parts, meaning.parts[1:], strict=False):
        assert one.end <= other.start


@given(number=st.integers(1, 99), price=st.integers(1, 9_999_999))
def test_numbers_are_read_exactly(number: int, price: int) -> None:
    meaning = understand(f"{number} bedrooms, under £{price:,}")
    assert [part.said for part in meaning.parts] == [Said.BEDROOMS, Said.PRICE]
    assert meaning.parts[0].number == number
    assert meaning.parts[1].price is not None
    assert meaning.parts[1].price.high == Decimal(price)
