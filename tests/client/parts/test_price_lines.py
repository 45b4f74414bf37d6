"""Price lines in words, for every kind of line the price rules make."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from client.parts.price_lines import line_words, price_lines, when_words, why
from shared_models.money import Currency, Money
from shared_models.prices import LineKind, PriceTerms, QuoteLine, price_stay, total_of
from shared_models.properties import LetType
from shared_models.stay_dates import Stay
from tests.client.harness import App

GBP = Currency.GBP


def lines(let_type: LetType, price: int, check_in: date, check_out: date, fee: int = 0) -> list[QuoteLine]:
    terms = PriceTerms(
        let_type=let_type,
        price=Money(amount_minor=price, currency=GBP),
        cleaning_fee=Money(amount_minor=fee, currency=GBP) if fee else None,
    )
    return price_stay(terms, Stay(check_in=check_in, check_out=check_out), guests=1, today=check_in)


def test_nights_and_cleaning_read_as_one_says_them() -> None:
    told = lines(LetType.NIGHTLY, 80_00, date(2026, 12, 11), date(2026, 12, 14), 35_00)
    assert [line_words(line) for line in told] == ["3 nights × £80.00", "Cleaning, once"]
    assert line_words(lines(LetType.NIGHTLY, 80_00, date(2026, 12, 11), date(2026, 12, 12))[0]) == "1 night × £80.00"


def test_a_part_of_a_month_says_how_many_days_of_how_many() -> None:
    told = lines(LetType.MONTHLY, 1000_00, date(2027, 1, 1), date(2027, 2, 11))
    assert [line_words(line) for line in told] == ["1 month × £1,000.00", "10 of 28 days of £1,000.00"]


@pytest.mark.parametrize("kind", list(LineKind))
def test_every_kind_of_line_has_a_name_and_a_sentence(kind: LineKind) -> None:
    unit = Money(amount_minor=100, currency=GBP)
    line = QuoteLine(kind=kind, quantity=2, of_days=30, unit=unit, amount=unit)
    assert line_words(line)
    assert why(line).endswith(".")


def test_a_line_says_which_nights_it_is_for() -> None:
    with time_machine.travel(datetime(2026, 11, 22, tzinfo=UTC), tick=False):
        night, cleaning = lines(LetType.NIGHTLY, 80_00, date(2026, 12, 11), date(2026, 12, 12), 35_00)
        assert when_words(night) == "Night of Fri 11 Dec"
        assert when_words(cleaning) == ""
        three = lines(LetType.NIGHTLY, 80_00, date(2026, 12, 11), date(2026, 12, 14))[0]
        assert when_words(three) == "Nights of Fri 11 – Sun 13 Dec"


async def test_the_list_ends_with_the_total() -> None:
    told = lines(LetType.NIGHTLY, 97_68, date(2026, 12, 11), date(2026, 12, 14), 35_00)
    app = await App.show(lambda: price_lines(told, total_of(told)))
    assert app.texts()[-2:] == ["Total", "£328.04"]
    await app.close()
