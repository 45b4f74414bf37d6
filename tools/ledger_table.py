"""Draw what each event posts into `docs/ledger.md`, from the functions that post.

    python -m tools.ledger_table            # whether the document shows what the code does; fails if not
    python -m tools.ledger_table --update   # draws it anew

Every event is drawn with the same stay: 96 and a tourist tax of 4 are 100.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from server.payments.ledger.rules import postings
from server.payments.ledger.rules.entries import OWN, PLATFORM, Entry, Fact, Posting, Subject
from server.payments.ledger.rules.postings import Cut, GivenBack, Kept, Parts, Tax
from shared_models.ledger import NATURES, AccountCode
from shared_models.money import Currency, Money

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "ledger.md"
BEGIN, END = "<!-- drawn by tools/ledger_table.py -->\n", "<!-- end of what is drawn -->\n"
MINUS = "−"
_STAY = Subject("stay", UUID(int=1))
_TENANT = UUID(int=2)
_LANDLORD = UUID(int=5)
_STRIPE = Fact("stripe", "txn_1", datetime(2026, 11, 29, tzinfo=UTC))
_OURS = Fact(OWN, str(UUID(int=3)), _STRIPE.happened_at)
_OWNERS = {
    PLATFORM: "the platform",
    "tenant": "a tenant",
    "landlord": "a landlord",
    "tax_authority": "a tax",
    "stay": "what is paid for",
}


def _money(amount: int | str, currency: Currency = Currency.GBP) -> Money:
    return Money.of(amount, currency)


def _parts(stay: int, tax: int, currency: Currency = Currency.GBP) -> Parts:
    return Parts(_money(stay, currency), (Tax("a-city", _money(tax, currency)),))


def examples() -> Iterator[tuple[str, Entry]]:
    """Every event in the order in which it may happen, and what it is called."""
    whole, hundred, eur = _parts(96, 4), _money(100), Currency.EUR
    charge = postings.charge(_STAY, _STRIPE, whole, hundred)
    settled_in_pounds = postings.charge(_STAY, _STRIPE, _parts(96, 4, eur), _money(85))
    yield "captured", charge
    yield "captured in euros, settled in pounds", settled_in_pounds
    yield (
        "the provider’s fee, of the same balance transaction",
        postings.provider_fee(_STAY, _STRIPE, Money.of("1.70", Currency.GBP)),
    )
    yield "captured late, the dates are gone", postings.late_charge(_STAY, _STRIPE, _TENANT, hundred, hundred)
    yield "refund of that asked for", postings.credit_refund_asked(_STAY, _OURS, _TENANT, hundred)
    yield "refund asked for, in full", postings.refund_asked(_STAY, _OURS, whole)
    yield "refund asked for, half the stay and the tax", postings.refund_asked(_STAY, _OURS, _parts(48, 4))
    yield "refund left", postings.refund_paid(_STAY, _STRIPE, hundred, hundred)
    yield "refund came back", postings.refund_returned(_STAY, _STRIPE, _TENANT, hundred, hundred)
    yield "refund failed or cancelled before it left", postings.refund_given_up(_STAY, _OURS, _TENANT, hundred)
    yield (
        "that paid out of our own bank, when no refund arrives",
        postings.credit_paid_out(_STAY, _OURS, _TENANT, hundred),
    )
    yield "dispute opened", postings.dispute_opened(_STAY, _STRIPE, hundred, hundred)
    yield "dispute won", postings.dispute_won(_STAY, _STRIPE, hundred, hundred)
    held, credit = Kept(whole, _money(0)), Kept(Parts(_money(0)), hundred)
    yield "dispute lost", postings.dispute_lost(_STAY, _STRIPE, _TENANT, hundred, held)
    yield "dispute lost above what was held", postings.dispute_lost(_STAY, _STRIPE, _TENANT, _money(110), held)
    yield "dispute lost of what came late", postings.dispute_lost(_STAY, _STRIPE, _TENANT, hundred, credit)
    yield from _earned()
    yield "a mistake of ours taken back", postings.reversal(charge, UUID(int=4), _OURS)


def _earned() -> Iterator[tuple[str, Entry]]:
    """What a landlord earns with it: 12 are our fee, with 20 % tax on that; half of it goes back later."""
    cut = Cut(_LANDLORD, _money("81.60"), _money(12), Tax("vat:GB", _money("2.40")))
    yield "earned, a day after check-in", postings.earned(_STAY, _OURS, cut)
    yield "transferred to the landlord", postings.transferred(_STAY, _STRIPE, _LANDLORD, cut.net, cut.net)
    net, before, after = _money("40.80"), _back(payable="40.80"), _back(owed="40.80")
    yield "refund asked for, earned and not transferred", postings.refund_asked(_STAY, _OURS, _parts(48, 4), before)
    yield "refund asked for, transferred", postings.refund_asked(_STAY, _OURS, _parts(48, 4), after)
    yield "what the landlord owes came back", postings.transfer_reversed(_STAY, _STRIPE, _LANDLORD, net, net)
    yield "… or is taken from what they earn next", postings.recovered(_STAY, _OURS, _LANDLORD, net)
    yield "… and turned out not to be owed", postings.owed_again(_STAY, _OURS, _LANDLORD, net)
    kept = Kept(_parts(48, 0), _money(0), after)
    yield "dispute lost, transferred", postings.dispute_lost(_STAY, _STRIPE, _TENANT, _money(48), kept)


def _back(payable: str = "0", owed: str = "0") -> GivenBack:
    """Half of what was earned: of the landlord, of our fee and of the tax on it."""
    return GivenBack(_LANDLORD, _money(payable), _money(owed), _money(6), Tax("vat:GB", _money("1.20")))


def drawn() -> str:
    """Both tables as Markdown."""
    return "\n".join([*_accounts(), "", *_events(), ""])


def _accounts() -> Iterator[str]:
    owners: dict[AccountCode, set[str]] = {code: set() for code in NATURES}
    for _, entry in examples():
        for posting in entry.postings:
            owners[posting.account.code].add(_OWNERS[posting.account.owner.partition(":")[0]])
    yield "| account | grows on the side of | may go below zero | one for |"
    yield "|---|---|---|---|"
    for code, nature in NATURES.items():
        whose = ", ".join(sorted(owners[code])) or "– (no event posts to it yet)"
        yield f"| `{code}` | {nature.normal} | {'yes' if nature.may_go_below_zero else 'no'} | {whose} |"


def _events() -> Iterator[str]:
    yield "| event | kind | postings |"
    yield "|---|---|---|"
    for title, entry in examples():
        yield f"| {title} | `{entry.kind}` | {' · '.join(map(_line, entry.postings))} |"


def _line(posting: Posting) -> str:
    amount = posting.amount
    sign = "+" if amount.amount_minor > 0 else MINUS
    return f"{posting.account.code} {sign}{abs(amount.major)} {amount.currency}"


def main(arguments: list[str]) -> None:
    """Compare, or update. Stops with one line when they differ."""
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    shown, _, after = rest.partition(END)
    if arguments == ["--update"]:
        DOCUMENT.write_text(before + BEGIN + drawn() + END + after, encoding="utf-8")
    elif shown != drawn():
        sys.exit("docs/ledger.md shows other postings than the code makes: python -m tools.ledger_table --update")


if __name__ == "__main__":
    main(sys.argv[1:])
