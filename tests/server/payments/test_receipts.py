"""What a receipt says, in which language, and that it says what people typed as they typed it."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.errors import TryAgain
from server.core.words import translator
from server.payments.receipts import rules, service
from server.payments.receipts.rules import Line, Receipt, Sold
from shared_models.languages import Language
from shared_models.money import Currency, Money
from shared_models.payment_history import Movement, MovementKind

PAID_AT = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
LANGUAGES = [Language.ENGLISH, Language.GERMAN]
MARKUP = '#panic("x") *bold* _soft_ $x^2$ @ref <label> #read("/etc/hosts") = head \\ // note https://home.example `raw`'
ELEMENTS = ["strong", "emph", "equation", "ref", "raw", "link", "heading", "footnote", "cite", "image"]


def gbp(minor: int) -> Money:
    return Money(amount_minor=minor, currency=Currency.GBP)


def a_receipt(**more: object) -> Receipt:
    lines = [Line("2 nights × £48.00", gbp(9600)), Line("Edinburgh visitor levy", gbp(400), is_tax=True)]
    given_: dict[str, Any] = {
        "payment_id": UUID(int=5),
        "payer": "Ann",
        "title": "Attic",
        "amount": gbp(10_000),
        "paid_at": PAID_AT,
        "movements": [],
        "sold": Sold([("Home", "Attic")], lines, "Europe/London"),
    }
    return Receipt(**given_ | more)


def said(receipt: Receipt, language: Language = Language.ENGLISH) -> dict[str, Any]:
    return rules.content(receipt, translator(language))


def test_it_says_who_paid_for_what_and_which_taxes_are_within() -> None:
    told = said(a_receipt())
    assert (told["from"], told["title"]) == ("EstoSpaces", "Receipt")
    assert told["facts"] == [["Paid by", "Ann"], ["Home", "Attic"]]
    assert told["lines"] == [["2 nights × £48.00", "£96.00"], ["Edinburgh visitor levy", "£4.00"]]
    assert (told["total"], told["taxes"]) == ([["Paid", "£100.00"]], [["of it Edinburgh visitor levy", "£4.00"]])
    assert told["payments"] == [["Paid by card on 30 Nov 2026", "£100.00"]]


def test_days_are_those_of_the_home() -> None:
    sold = Sold([], [], "Pacific/Auckland")
    assert said(a_receipt(sold=sold))["payments"][0][0] == "Paid by card on 1 Dec 2026"


@pytest.mark.parametrize("language", LANGUAGES, ids=str)
def test_it_is_a_receipt_and_never_called_an_invoice(language: Language) -> None:
    words = json.dumps(said(a_receipt(), language)).lower()
    assert "invoice" not in words
    assert "rechnung" not in words
    assert ("quittung" in words) is (language is Language.GERMAN)


def test_it_says_what_left_and_came_back_since_and_what_is_left() -> None:
    steps = [
        (MovementKind.PAID, 10_000),
        (MovementKind.REFUND_ASKED, 5200),
        (MovementKind.REFUND_SENT, 5200),
        (MovementKind.REFUND_FAILED, 5200),
        (MovementKind.PAID_OTHERWISE, 5200),
        (MovementKind.DISPUTED, 4000),
        (MovementKind.DISPUTE_WON, 4000),
    ]
    happened = [
        Movement(kind=kind, at=PAID_AT + timedelta(days=number), amount=gbp(minor))
        for number, (kind, minor) in enumerate(steps)
    ]
    assert said(a_receipt(movements=happened))["payments"] == [
        ["Paid by card on 30 Nov 2026", "£100.00"],
        ["Refunded to your card on 2 Dec 2026", "-£52.00"],
        ["Refund that came back on 3 Dec 2026", "£52.00"],
        ["Paid back another way on 4 Dec 2026", "-£52.00"],
        ["Taken back by your bank on 5 Dec 2026", "-£40.00"],
        ["Returned by your bank on 6 Dec 2026", "£40.00"],
        ["Paid, less what went back", "£48.00"],
    ]


def test_a_refund_that_failed_before_it_left_took_nothing_and_brings_nothing_back() -> None:
    kinds = (MovementKind.REFUND_ASKED, MovementKind.REFUND_FAILED)
    happened = [Movement(kind=kind, at=PAID_AT, amount=gbp(5200), refund_id=UUID(int=1)) for kind in kinds]
    sent = Movement(kind=MovementKind.REFUND_SENT, at=PAID_AT, amount=gbp(100), refund_id=UUID(int=2))
    assert len(said(a_receipt(movements=happened))["payments"]) == 1
    assert said(a_receipt(movements=[sent, *happened]))["payments"][-1] == ["Paid, less what went back", "£99.00"]


@pytest.mark.parametrize(
    ("amount", "last"),
    [(2500, ["Paid before", "-£75.00"]), (10_500, ["Other", "£5.00"])],
)
def test_lines_that_are_not_the_amount_are_made_up_to_it(amount: int, last: list[str]) -> None:
    assert said(a_receipt(amount=gbp(amount)))["lines"][-1] == last


def test_what_no_room_tells_more_of_has_its_title_and_its_amount() -> None:
    told = said(a_receipt(sold=Sold((), ())))
    assert (told["lines"], told["taxes"]) == ([["Attic", "£100.00"]], [])


@given(st.lists(st.tuples(st.text(max_size=40), st.integers(1, 10_000), st.booleans()), max_size=9))
def test_its_lines_add_up_to_what_was_paid(lines: list[tuple[str, int, bool]]) -> None:
    sold = Sold((), [Line(words, gbp(minor), is_tax) for words, minor, is_tax in lines])
    figures = [float(amount.replace("£", "").replace(",", "")) for _, amount in said(a_receipt(sold=sold))["lines"]]
    assert round(sum(figures), 2) == 100


@pytest.mark.parametrize("currency", [each for each in Currency if each is not Currency.UNKNOWN], ids=str)
@pytest.mark.parametrize("language", LANGUAGES, ids=str)
async def test_every_currency_is_set_with_its_own_decimals(currency: Currency, language: Language) -> None:
    amount = Money(amount_minor=800_000, currency=currency)
    told = said(a_receipt(amount=amount, sold=Sold((), ())), language)
    figures = "".join(sign for sign in told["total"][0][1] if sign.isdigit())
    assert figures == "800000"  # 8,000.00, and of a currency without decimals 800,000
    assert told["lines"][0][1] == told["total"][0][1]
    assert (await service.paper(told, PAID_AT)).startswith(b"%PDF-")


async def test_the_same_receipt_is_the_same_bytes_and_another_one_is_not() -> None:
    first, again = await asyncio.gather(*(service.paper(said(a_receipt()), PAID_AT) for _ in range(2)))
    assert first == again
    assert first != await service.paper(said(a_receipt(payer="Bob")), PAID_AT)
    assert first != await service.paper(said(a_receipt()), PAID_AT + timedelta(seconds=1))


def _elements(content: dict[str, Any], kind: str) -> int:
    found = typst.query(
        service._TEMPLATE.read_bytes(),
        kind if kind != "equation" else "math.equation",
        font_paths=service._fonts(),
        sys_inputs={"receipt": json.dumps(content)},
    )
    return len(json.loads(found))


async def test_no_text_of_people_is_read_as_markup() -> None:
    """Every text there is, as markup of every kind: none of it becomes an element, runs, or reads a file."""
    lines = [Line(MARKUP, gbp(10_000), is_tax=True)]
    happened = [Movement(kind=MovementKind.REFUND_SENT, at=PAID_AT, amount=gbp(1))]
    attacked = a_receipt(
        payer=MARKUP, title=MARKUP, movements=happened, sold=Sold([(MARKUP, MARKUP)], lines, "Europe/London")
    )
    told = said(attacked)
    told["payments"][0][0] = told["foot"] = told["about"] = MARKUP
    assert (await service.paper(told, PAID_AT)).startswith(b"%PDF-")
    assert {kind: _elements(told, kind) for kind in ELEMENTS} == dict.fromkeys(ELEMENTS, 0)


def test_markup_that_is_read_would_be_found() -> None:
    """The control of the test above: the same text, read as markup, makes elements and runs."""
    read = '#eval("*bold* = head", mode: "markup")'
    found = typst.query(read.encode(), "strong", font_paths=service._fonts())
    assert len(json.loads(found)) == 1
    with pytest.raises(typst.TypstError):
        typst.compile(b'#eval("#panic(1)", mode: "markup")', font_paths=service._fonts())


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=200).filter(lambda words: not any("\ud800" <= sign <= "\udfff" for sign in words)))
def test_any_text_can_be_set(words: str) -> None:
    made = service._set(json.dumps(said(a_receipt(payer=words, title=words))), 0)
    assert made.startswith(b"%PDF-")


def test_a_receipt_of_many_lines_goes_on_on_the_next_page() -> None:
    many = a_receipt(sold=Sold((), [Line(f"Night {number}", gbp(100)) for number in range(100)]))
    pages = typst.compile(
        service._TEMPLATE.read_bytes(),
        format="svg",
        font_paths=service._fonts(),
        sys_inputs={"receipt": json.dumps(said(many))},
    )
    assert len(pages or ()) == 3


async def test_who_waits_too_long_is_told_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PATIENCE_SECONDS", 0.001)
    monkeypatch.setattr(service, "_places", asyncio.Semaphore(0))
    with pytest.raises(TryAgain):
        await service.paper(said(a_receipt()), PAID_AT)
