"""Amounts, fees and days: what the sandbox charges, and from which amount on. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from server.sandbox.stripe.errors import StripeError

DAY = 86_400

ZERO_DECIMAL = frozenset(
    {
        *("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf"),
        *("ugx", "vnd", "vuv", "xaf", "xof", "xpf"),
    }
)
"""Currencies without a smaller unit (docs.stripe.com/currencies#zero-decimal)."""
MINIMUM: Mapping[str, int] = MappingProxyType(
    {
        "aed": 200,
        "aud": 50,
        "brl": 50,
        "cad": 50,
        "chf": 50,
        "czk": 1500,
        "dkk": 250,
        "eur": 50,
        "gbp": 30,
        "huf": 17500,
        "inr": 50,
        "jpy": 50,
        "nok": 300,
        "nzd": 50,
        "pln": 200,
        "ron": 200,
        "sek": 300,
        "usd": 50,
    }
)
"""The least that can be charged (docs.stripe.com/currencies#minimum-and-maximum-charge-amounts)."""
MAXIMUM = 99_999_999
CURRENCIES = frozenset({*MINIMUM, *ZERO_DECIMAL, "try", "zar"})

AVAILABLE_AFTER = 3 * DAY
"""What comes in counts as pending for so long. A number of ours: Stripe's depends on country and account."""
_DISPUTE_FEE: Mapping[str, int] = MappingProxyType({"gbp": 2000, "eur": 2000, "usd": 1500, "jpy": 2000})
_OTHER_DISPUTE_FEE = 2000


def fee_on(amount: int, currency: str) -> int:
    """The provider's fee on a payment: 1.5 % rounded half up, and 20 pence (30 in a currency without a smaller unit).

    A rule of ours, after the price of a domestic card in the UK: real fees depend on card and contract.
    """
    return (amount * 15 + 500) // 1000 + (30 if currency in ZERO_DECIMAL else 20)


def dispute_fee(currency: str) -> int:
    """What a dispute costs, won or lost. Numbers of ours, after Stripe's list for the UK."""
    return _DISPUTE_FEE.get(currency, _OTHER_DISPUTE_FEE)


def shown(amount: int, currency: str) -> str:
    """An amount as Stripe writes it in sentences: `£4.12`, `¥8000`, `4.12 SEK`."""
    figures = str(amount) if currency in ZERO_DECIMAL else f"{amount // 100}.{amount % 100:02}"
    sign = {"gbp": "£", "eur": "€", "usd": "$", "jpy": "¥"}.get(currency)
    return f"{sign}{figures}" if sign else f"{figures} {currency.upper()}"


def check_currency(currency: str, param: str = "currency") -> str:
    """The currency in small letters. Raises StripeError for one that cannot be charged."""
    small = currency.lower()
    if small not in CURRENCIES:
        raise StripeError(f"Invalid currency: {small}.", param=param)
    return small


def check_amount(amount: int, currency: str, param: str = "amount", what: str = "Amount") -> None:
    """Raises StripeError for what is too little or too much to charge."""
    least = MINIMUM.get(currency, 50)
    if amount < least:
        raise StripeError(
            f"{what} must be at least {shown(least, currency)} {currency}.", code="amount_too_small", param=param
        )
    if amount > MAXIMUM:
        raise StripeError(
            f"{what} must be no more than {shown(MAXIMUM, currency)} {currency}.", code="amount_too_large", param=param
        )
