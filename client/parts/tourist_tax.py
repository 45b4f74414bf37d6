"""Tourist taxes in words, wherever one stands in a price."""

from client.core import clock
from client.core.language import day_long, money, t, to_a_tenth
from shared_models.tourist_taxes import TAXES, TaxRate, TouristTax


def tax_name(tax: TouristTax) -> str:
    """`Edinburgh visitor levy`; one that is newer than this app in the words of the server's data."""
    names = {
        "edinburgh": t("Edinburgh visitor levy"),
        "glasgow": t("Glasgow visitor levy"),
        "aberdeen": t("Aberdeen visitor levy"),
        "berlin": t("Berlin city tax"),
        "cologne": t("Cologne culture tax"),
        "amsterdam": t("Amsterdam tourist tax"),
        "vienna": t("Vienna local tax"),
        "lisbon": t("Lisbon tourist tax"),
        "porto": t("Porto tourist tax"),
        "rome": t("Rome visitor contribution"),
        "prague": t("Prague accommodation fee"),
        "vilnius": t("Vilnius city tax"),
    }
    return names.get(tax.key, tax.name)


def rate_words(tax: TouristTax) -> str:
    """`5 % of the nights`, `€4.00 a person and night`: what is asked today, else from when on."""
    today = clock.now().date()
    rate = tax.rate_on(today)
    if rate is None:
        return t("{rate} from {day} on", rate=_rate(tax.rates[0]), day=day_long(tax.rates[0].since))
    return _rate(rate)


def _rate(rate: TaxRate) -> str:
    if rate.per_person is not None:
        return t("{amount} a person and night", amount=money(rate.per_person))
    return t("{percent} % of the nights", percent=to_a_tenth(float(rate.percent or 0)))


def tax_words(key: str | None) -> str:
    """The name of the tax with this key; a plain word for one that is newer than this app."""
    tax = TAXES.get(key or "")
    return tax_name(tax) if tax is not None else t("Tourist tax")
