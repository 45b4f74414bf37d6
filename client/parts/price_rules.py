"""Why a price is what it is: the rules that made a line of it, short in the line and as sentences below it."""

from datetime import date
from decimal import Decimal

from client.core.language import day_short, money, t, tn, to_a_tenth
from client.parts.facts import guests_words, nights_words
from shared_models.money import Money
from shared_models.price_rules import PriceRules
from shared_models.prices import LineKind, PriceRule, PriceRuleKind, QuoteLine


def rules_words(line: QuoteLine) -> str:
    """`Weekend + 20 %, 7 nights or more − 10 %`: what changed a night; "" where nothing did."""
    return ", ".join(rule_words(rule) for rule in line.rules) if line.kind == LineKind.NIGHTS else ""


def rule_words(rule: PriceRule) -> str:
    """`Weekend + 20 %`."""
    percent = percent_words(rule.percent)
    words = {
        PriceRuleKind.SEASON: lambda: t("Season {days}", days=season_days(rule)),
        PriceRuleKind.WEEKEND: lambda: t("Weekend + {percent} %", percent=percent),
        PriceRuleKind.LENGTH_OF_STAY: lambda: t(
            "{nights} or more − {percent} %", nights=nights_words(rule.nights or 0), percent=percent
        ),
        PriceRuleKind.EARLY_BIRD: lambda: t("Early bird − {percent} %", percent=percent),
        PriceRuleKind.LAST_MINUTE: lambda: t("Last minute − {percent} %", percent=percent),
        PriceRuleKind.NON_REFUNDABLE: lambda: t("Without any refund − {percent} %", percent=percent),
        PriceRuleKind.MIN_PRICE: lambda: t("The least a night costs"),
    }
    return words.get(rule.kind, lambda: t("Another rule"))()


def rule_sentence(rule: PriceRule, unit: Money, base: Money | None = None) -> str:
    """What a rule does, in a sentence: it made `unit` of `base`, or left it as it is."""
    percent, first = percent_words(rule.percent), money(base or unit)
    sentences = {
        PriceRuleKind.SEASON: lambda: t(
            "In the season {days} a night costs {price}.", days=season_days(rule), price=first
        ),
        PriceRuleKind.WEEKEND: lambda: t("The nights of Friday and Saturday cost {percent} % more.", percent=percent),
        PriceRuleKind.LENGTH_OF_STAY: lambda: t(
            "For {nights} or more every night is {percent} % cheaper.",
            nights=nights_words(rule.nights or 0),
            percent=percent,
        ),
        PriceRuleKind.EARLY_BIRD: lambda: tn(
            "Book {n} day or more ahead, and every night is {percent} % cheaper.",
            "Book {n} days or more ahead, and every night is {percent} % cheaper.",
            rule.days or 0,
            percent=percent,
        ),
        PriceRuleKind.LAST_MINUTE: lambda: _last_minute(rule, percent),
        PriceRuleKind.NON_REFUNDABLE: lambda: t(
            "You give up every refund, and every night is {percent} % cheaper.", percent=percent
        ),
        PriceRuleKind.MIN_PRICE: lambda: t("A night costs at least {price} here.", price=money(unit)),
        PriceRuleKind.EXTRA_GUESTS: lambda: t(
            "The price of a night is for {guests}; each further one pays {price} a night.",
            guests=guests_words(rule.guests or 0),
            price=money(unit),
        ),
        PriceRuleKind.TOURIST_TAX: lambda: _tax(rule, unit, base),
    }
    return sentences.get(rule.kind, lambda: t("A rule that this app does not know yet."))()


def _last_minute(rule: PriceRule, percent: str) -> str:
    if not rule.days:
        return t("Book on the day of arrival, and every night is {percent} % cheaper.", percent=percent)
    return tn(
        "Book {n} day ahead at most, and every night is {percent} % cheaper.",
        "Book {n} days ahead at most, and every night is {percent} % cheaper.",
        rule.days,
        percent=percent,
    )


def _tax(rule: PriceRule, unit: Money, base: Money | None) -> str:
    """What the place asks, and for how many nights at most."""
    if rule.percent is None or base is None:
        asked = t("The place asks {price} a guest and night; the landlord passes it on.", price=money(unit))
    else:
        percent = percent_words(rule.percent)
        asked = t("The place asks {percent} % of {base}; the landlord passes it on.", percent=percent, base=money(base))
    most = [] if rule.nights is None else [t("Only the first {nights} are taxed.", nights=nights_words(rule.nights))]
    return " ".join([asked, *most])


def discounts(rules: PriceRules) -> list[PriceRule]:
    """What makes a stay cheaper at a home, in the order in which the first that fits is taken."""
    tiers = [
        PriceRule(kind=PriceRuleKind.LENGTH_OF_STAY, percent=Decimal(tier.percent), nights=tier.nights)
        for tier in rules.length_discounts or ()
    ]
    booked = (
        (PriceRuleKind.EARLY_BIRD, rules.early_bird_percent, rules.early_bird_days),
        (PriceRuleKind.LAST_MINUTE, rules.last_minute_percent, rules.last_minute_days),
    )
    ahead = [
        PriceRule(kind=kind, percent=Decimal(percent), days=days)
        for kind, percent, days in booked
        if percent and days is not None
    ]
    return [*(tier for tier in tiers if tier.percent), *ahead]


def season_days(rule: PriceRule) -> str:
    """`1 Jun – 31 Aug`."""
    return f"{_day(rule.first)} – {_day(rule.last)}" if rule.first and rule.last else "?"


def _day(month_day: str) -> str:
    return day_short(date.fromisoformat(f"2028-{month_day}"))  # a leap year: it has every day


def percent_words(percent: Decimal | None) -> str:
    """`12.5`, as the reader writes it."""
    return to_a_tenth(float(percent or 0))
