"""What search keeps: folded words beside each home, the words of all homes, and indexes, so that a search need not
read every home.

The columns hang on others' tables but are search's alone; the classes of those tables do not know them. Measured on
12,189 homes with 117,000 claims (`tools/bench_search.py`); indexes that changed nothing are not here.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Computed,
    Index,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from server.calendars.tables import OccupancyTable
from server.core.tables import one_of
from server.properties.tables import PropertyTable
from shared_models.properties import LetType
from shared_models.search import PlaceKind

_home: Any = PropertyTable
_claim: Any = OccupancyTable
_published = text("status = 'published'")

# Written by the database whenever a home changes. Stored, because folding costs more than all other conditions of a
# search together, and an index on the mere expression folds each row it finds again.
TOLD: Column[str] = Column(
    "told",
    Text,
    Computed("search_told((title)::text, (neighbourhood)::text, (city)::text, (type)::text)", persisted=True),
)
"""Title, neighbourhood, city and kind of a home, a line each: folded words with a space before and after each."""
BEDROOMS: Column[int] = Column(
    "bedrooms_told", SmallInteger, Computed("search_bedrooms(bedrooms, (title)::text, (type)::text)", persisted=True)
)
"""The bedrooms of a home; if it has not said, those its title names."""
OFFERS: Column[list[str]] = Column(
    "offers",
    ARRAY(Text),
    Computed("search_offers((amenities)::text[], rules, (title)::text)", persisted=True),
)
"""The amenities of a home and what its house allows; where it has not said, what its title names."""
CITY_TOLD: ColumnElement[str] = func.split_part(TOLD, "\n", 3)
"""The words of a home's city."""
POSTCODE_AREA: Column[str | None] = Column(
    "postcode_area",
    Text,
    Computed(
        r"lower(substring(postcode from '^[A-Za-z]{1,2}[0-9][0-9A-Za-z]?(?=\s*[0-9][A-Za-z]{2}$)|^[0-9]{3,6}'))",
        persisted=True,
    ),
)
"""What strangers may ask of a postcode: a British outward code, or the figures it begins with. What comes after names a
house or a few, and is for those who booked."""
for _column in (TOLD, BEDROOMS, OFFERS, POSTCODE_AREA):
    _home.__table__.append_column(_column)

# Words anywhere in the text: trigrams.
Index(
    "ix_property_told",
    TOLD,
    postgresql_using="gin",
    postgresql_ops={"told": "gin_trgm_ops"},
    postgresql_where=_published,
)
Index("ix_property_postcode_area", POSTCODE_AREA, postgresql_where=_published)
Index("ix_property_latitude_longitude", _home.latitude, _home.longitude, postgresql_where=_published)
# Who is taken at a time, whichever home: the exclusion constraint's index begins with the home.
Index("ix_occupancy_period", _claim.period, postgresql_using="gist")


class WordTable(SQLModel, table=True):
    """A word of the published homes and how many have it: what a slip may have meant.

    Learned anew by a job every few minutes, so a new home's words take that long to be offered; the words themselves
    are found at once.
    """

    __tablename__ = "search_word"
    __table_args__ = (
        CheckConstraint("homes > 0", name="homes_some"),
        Index("ix_search_word_trigrams", "word", postgresql_using="gin", postgresql_ops={"word": "gin_trgm_ops"}),
    )

    word: str = Field(primary_key=True, sa_type=Text(collation="C"))
    homes: int


class PlaceTable(SQLModel, table=True):
    """A city or neighbourhood with published homes that are let one way: where they are, and how many.

    Learned anew with the words. What is asked at each key press must not count all homes.
    """

    __tablename__ = "search_place"
    __table_args__ = (
        one_of("kind", PlaceKind),
        one_of("let_type", LetType),
        CheckConstraint("homes > 0", name="homes_some"),
        Index("ix_search_place_homes", text("homes DESC")),
        Index("ix_search_place_words", "words", postgresql_using="gin", postgresql_ops={"words": "gin_trgm_ops"}),
    )

    kind: str = Field(primary_key=True, sa_type=Text(collation="C"))
    name: str = Field(primary_key=True, sa_type=Text(collation="C"))
    city: str = Field(primary_key=True, sa_type=Text(collation="C"))
    country: str = Field(primary_key=True, sa_type=Text(collation="C"))
    let_type: str = Field(primary_key=True, sa_type=Text(collation="C"))
    latitude: float
    longitude: float
    """The middle of the homes, in degrees."""
    homes: int
    newest: UUID
    """The home that came last."""
    words: str
    """The folded words of its name and, in lines of their own, of its other names."""
