"""What stands in the fields of the editor, word for word. Pure."""

from dataclasses import dataclass, field

from shared_models.cancellation_terms import CancellationPolicy
from shared_models.money import Currency
from shared_models.properties import Amenity, LetType, PropertyType


@dataclass
class Typed:
    """What stands in the fields, word for word. Not observable: a key pressed need not draw the page again."""

    words: dict[str, str] = field(
        default_factory=lambda: {
            "type": PropertyType.FLAT.value,
            "let_type": LetType.NIGHTLY.value,
            "country": "GB",
            "currency": Currency.GBP.value,
            "cancellation_policy": CancellationPolicy.FLEXIBLE.value,
        }
    )
    amenities: set[Amenity] = field(default_factory=set)
    amenities_said: bool = False
    """False: nothing said of what the home has, which is not the same as having none of it."""
    instant_book: bool = False

    def get(self, name: str) -> str:
        """The text of a field."""
        return self.words.get(name, "")

    @property
    def currency(self) -> Currency:
        """The currency chosen."""
        return Currency(self.words.get("currency", Currency.GBP.value))
