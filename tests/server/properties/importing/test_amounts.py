"""Amounts of money as people write them, and what the amounts of a file say together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.properties.importing.rules.amounts import Amount, Marks, Period, amount, marks_of
from server.properties.importing.rules.nothing import Refused
from shared_models.money import Currency
from shared_models.properties import LetType

LOWEST = "is the lowest price; it was taken as the price"
ON_TOP = "says that side costs come on top"
INSIDE = "says that side costs are in it"
WEEKLY = "is by the week; a month was taken as 52 twelfths of it"


def read(cell: str, currency: str = "GBP", mark: str | None = None) -> tuple[int | None, str | None, list[str]]:
    remarks: list[str] = []
    found = amount(cell, Currency(currency), remarks, mark=mark)
    return (None, None, remarks) if found is None else (found.minor, found.let_type, remarks)


@pytest.mark.parametrize(
    ("cell", "currency", "minor"),
    [
        ("80", "GBP", 8000),
        (" 80.5 ", "GBP", 8050),
        ("£80", "GBP", 8000),
        ("$1,200.00", "USD", 120_000),
        ("1.200,50 €", "EUR", 120_050),
        ("1 200,50", "EUR", 120_050),
        ("1'200.50", "CHF", 120_050),
        ("CHF 95", "CHF", 9500),
        ("Fr. 1'450.-", "CHF", 145_000),
        ("950,- €", "EUR", 95_000),
        ("12,5", "EUR", 1250),
        ("1,234,567", "GBP", 123_456_700),
        ("12000", "JPY", 12_000),
        ("¥12,000", "JPY", 12_000),
        ("£1,700", "GBP", 170_000),
        ("1,200", "GBP", 120_000),
        ("1.100 €", "EUR", 110_000),
        ("R 9 500", "ZAR", 950_000),
        ("₹1,20,000", "INR", 12_000_000),
        ("R$ 2.500,00", "BRL", 250_000),
        ("250.000 Ft", "HUF", 25_000_000),
        ("AED 7,500", "AED", 750_000),
        ("12.500 TL", "TRY", 1_250_000),
        ("NZ$650", "NZD", 65_000),
        ("2.100 lei", "RON", 210_000),
        ("€1.100 EUR", "EUR", 110_000),
        ("", "GBP", None),
        ("n/a", "GBP", None),
    ],
)
def test_an_amount_is_read_exactly(cell: str, currency: str, minor: int | None) -> None:
    assert read(cell, currency) == (minor, None, [])


@pytest.mark.parametrize(
    ("cell", "currency", "minor", "let_type", "remarks"),
    [
        ("£950 pcm", "GBP", 95_000, LetType.MONTHLY, []),
        ("£950 p.c.m.", "GBP", 95_000, LetType.MONTHLY, []),
        ("£1,100 per calendar month", "GBP", 110_000, LetType.MONTHLY, []),
        ("560 €/Monat", "EUR", 56_000, LetType.MONTHLY, []),
        ("1.100 € mtl.", "EUR", 110_000, LetType.MONTHLY, []),
        ("850 €/mes", "EUR", 85_000, LetType.MONTHLY, []),
        ("R$ 2.500/mês", "BRL", 250_000, LetType.MONTHLY, []),
        ("690 € par mois", "EUR", 69_000, LetType.MONTHLY, []),
        ("700 € al mese", "EUR", 70_000, LetType.MONTHLY, []),
        ("$120 per night", "USD", 12_000, LetType.NIGHTLY, []),
        ("95 € pro Nacht", "EUR", 9500, LetType.NIGHTLY, []),
        ("£300 pw", "GBP", 130_000, LetType.MONTHLY, [WEEKLY]),
        ("£100 p.w.", "GBP", 43_333, LetType.MONTHLY, [WEEKLY]),
        ("Miete zzgl. NK 560 €", "EUR", 56_000, None, [ON_TOP]),
        ("560 € + NK", "EUR", 56_000, None, [ON_TOP]),
        ("720 € warm", "EUR", 72_000, None, [INSIDE]),
        ("From £950", "GBP", 95_000, None, [LOWEST]),
        ("ab 450 €", "EUR", 45_000, None, [LOWEST]),
        ("From £950 pcm, bills included", "GBP", 95_000, LetType.MONTHLY, [LOWEST, INSIDE]),
        ("POA", "GBP", None, None, ["is on request"]),
        ("Preis auf Anfrage", "EUR", None, None, ["is on request"]),
        ("a consultar", "EUR", None, None, ["is on request"]),
        ("$80.00", "GBP", 8000, None, ["is written with $ and was taken as GBP, as chosen for the file"]),
    ],
)
def test_words_round_an_amount_say_what_it_is_for(
    cell: str, currency: str, minor: int | None, let_type: LetType | None, remarks: list[str]
) -> None:
    assert read(cell, currency) == (minor, let_type, remarks)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1234.567", "has more decimals than GBP knows"),
        ("-5", "is below zero"),
        ("€80", "is not in GBP"),
        ("80 EUR", "is not in GBP"),
        ("80 kr", "is not in GBP"),
        ("eighty", "is not an amount"),
        ("1e3", "is not an amount"),
        ("1,20,000", "is not an amount"),
        ("80-90", "is not an amount"),
        ("£950 pppw", "is not an amount"),
        ("£80 a night, £950 a month", "is not an amount"),
        ("950 pcm pw", "is for more than one time"),
        ("٨٠", "is not an amount"),
        ("9" * 81, "is not an amount"),
        ("inf", "is not an amount"),
    ],
)
def test_an_amount_that_is_not_clear_is_refused(cell: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read(cell)
    assert str(refused.value) == reason


def test_the_column_says_what_an_amount_is_for_unless_the_cell_does() -> None:
    assert amount("950", Currency.GBP, [], period=Period.MONTH) == Amount(95_000, LetType.MONTHLY)
    assert amount("80 a night", Currency.GBP, [], period=Period.MONTH) == Amount(8000, LetType.NIGHTLY)


@pytest.mark.parametrize(
    ("cell", "mark", "minor"),
    [
        ("1.200", ",", 120_000),
        ("1.200", ".", 120),
        ("1,200", ".", 120_000),
        ("1,200", ",", 120),
        ("1.200", None, 120_000),
    ],
)
def test_three_figures_are_read_by_what_parts_decimals_in_the_file(cell: str, mark: str | None, minor: int) -> None:
    assert read(cell, mark=mark)[0] == minor


@pytest.mark.parametrize(
    ("cells", "currency", "marks"),
    [
        (["1,700", "950"], "GBP", Marks()),
        (["1,700", "79.50"], "GBP", Marks(".")),
        (["1.100 €", "79,50 €"], "EUR", Marks(",")),
        (["1.100", "1.250,00"], "EUR", Marks(",")),
        (["1,234,567"], "GBP", Marks(".")),
        (["1.200", "79.50"], "EUR", Marks(".", "1.200")),
        (["1,200 pcm", "79,50"], "EUR", Marks(",", "1,200 pcm")),
        (["1.200", "1,300"], "EUR", Marks(None, "1.200")),
        (["79.50", "80,50", "1.200"], "EUR", Marks(None, "1.200")),
        (["12.000", "12,000"], "JPY", Marks()),
        (["£1 to £2", "words"], None, Marks()),
    ],
)
def test_the_amounts_of_a_file_settle_each_other_or_leave_one_question(
    cells: list[str], currency: str | None, marks: Marks
) -> None:
    assert marks_of(cells, None if currency is None else Currency(currency)) == marks


@given(st.integers(min_value=1, max_value=10**9))
def test_every_price_a_spreadsheet_writes_comes_back_exactly(minor: int) -> None:
    for written in (f"{minor / 100:.2f}", f"${minor / 100:,.2f}", f"£{minor // 100}.{minor % 100:02}"):
        assert read(written)[0] == minor


@given(st.lists(st.integers(min_value=1, max_value=10**7), min_size=1, max_size=20), st.booleans())
def test_a_file_written_by_one_hand_is_read_back_exactly(amounts: list[int], german: bool) -> None:
    written = [f"{minor / 100:,.2f}" if minor % 100 else f"{minor // 100:,}" for minor in amounts]
    if german:
        written = [cell.translate(str.maketrans(",.", ".,")) for cell in written]
    marks = marks_of(written, Currency.EUR)
    assert marks.question is None
    assert [read(cell, "EUR", marks.decimal)[0] for cell in written] == amounts


@given(st.text(st.sampled_from("0123456789.,' €£$-/ pcmwonathfrzlgk"), max_size=30))
def test_no_cell_makes_the_reader_fail_otherwise_than_by_refusing(cell: str) -> None:
    marks_of([cell], None)
    try:
        found = amount(cell, Currency.EUR, [])
    except Refused as problem:
        assert str(problem)  # noqa: PT017 - not raising is fine too
    else:
        assert found is None or found.minor >= 0
