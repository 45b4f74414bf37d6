"""The value added tax on the platform's fee: which rate, to which authority, and why.

The fee is a service to the landlord. To a business it is taxed where the business is, by the business itself (*reverse
charge*: Directive 2006/112/EC, articles 44 and 196; in the UK section 7A of the VAT Act 1994); to a private person who
lets a home, where the home's taxes are, at that country's standard rate. What these rules do not say is not guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

UK = "GB"
RATES_AS_OF = date(2025, 8, 1)
"""The day since which the rates below have been so. Source: the European Commission's list of standard VAT rates;
for the UK gov.uk/vat-rates."""
STANDARD_RATES: Mapping[str, Fraction] = MappingProxyType(
    {
        country: Fraction(tenths, 1000)
        for country, tenths in {
            "AT": 200, "BE": 210, "BG": 200, "CY": 190, "CZ": 210, "DE": 190, "DK": 250, "EE": 240, "ES": 210,
            "FI": 255, "FR": 200, "GB": 200, "GR": 240, "HR": 250, "HU": 270, "IE": 230, "IT": 220, "LT": 210,
            "LU": 170, "LV": 210, "MT": 180, "NL": 210, "PL": 230, "PT": 230, "RO": 210, "SE": 250, "SI": 220,
            "SK": 230,
        }.items()
    }
)  # fmt: skip
"""Standard rates by country (ISO 3166)."""


class LandlordKind(StrEnum):
    """As what somebody lets."""

    PRIVATE = "private"
    BUSINESS = "business"


class FeeTaxRule(StrEnum):
    """Why a fee is taxed as it is."""

    DOMESTIC = "domestic"
    """Landlord and platform are in one country: its standard rate."""
    REVERSE_CHARGE = "reverse_charge"
    """A business with a VAT number in another country accounts for the tax itself."""
    COUNTRY_OF_LANDLORD = "country_of_landlord"
    """A private person in the EU or the UK: the standard rate of their country."""
    OUTSIDE_SCOPE = "outside_scope"
    """A business outside the EU and the UK: the service is not taxed here."""
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class FeeTax:
    """How a fee is taxed. `authority`: to whom the tax goes, None where there is none."""

    rule: FeeTaxRule
    rate: Fraction
    authority: str | None


def fee_tax(seat: str, country: str, kind: LandlordKind, vat_number: str | None) -> FeeTax | None:
    """How the fee of a platform in `seat` is taxed for a landlord; None where the rules do not say.

    `vat_number`: one that was found valid. Countries are ISO 3166 codes.
    """
    if country == seat:
        return _taxed(FeeTaxRule.DOMESTIC, country)
    if kind is LandlordKind.PRIVATE:
        return _taxed(FeeTaxRule.COUNTRY_OF_LANDLORD, country)
    if country not in STANDARD_RATES:
        return FeeTax(FeeTaxRule.OUTSIDE_SCOPE, Fraction(0), None)
    return FeeTax(FeeTaxRule.REVERSE_CHARGE, Fraction(0), None) if vat_number else None


def _taxed(rule: FeeTaxRule, country: str) -> FeeTax | None:
    rate = STANDARD_RATES.get(country)
    return None if rate is None else FeeTax(rule, rate, f"vat:{country}")
