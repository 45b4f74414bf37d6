"""What search keeps: a folded text beside each home, and indexes, so that a search need not read every home.

They hang on others' tables but are search's alone; the classes of those tables do not know them. Measured on 12,189
homes with 117,000 claims (`tools/bench_search.py`); indexes that changed nothing are not here.
"""

from typing import Any

from sqlalchemy import Column, Computed, Index, Text, text

from server.calendars.tables import OccupancyTable
from server.properties.tables import PropertyTable

_home: Any = PropertyTable
_claim: Any = OccupancyTable
_published = text("status = 'published'")

# Written by the database whenever a home changes. Stored, because folding costs more than all other conditions of a
# search together, and an index on the mere expression folds each row it finds again.
TOLD: Column[str] = Column(
    "told", Text, Computed("search_text((title)::text, (neighbourhood)::text, (city)::text)", persisted=True)
)
"""Title, neighbourhood and city of a home, without accents and capitals, a line each."""
_home.__table__.append_column(TOLD)

# Words anywhere in the text: trigrams.
Index(
    "ix_property_told",
    TOLD,
    postgresql_using="gin",
    postgresql_ops={"told": "gin_trgm_ops"},
    postgresql_where=_published,
)
Index("ix_property_latitude_longitude", _home.latitude, _home.longitude, postgresql_where=_published)
# Who is taken at a time, whichever home: the exclusion constraint's index begins with the home.
Index("ix_occupancy_period", _claim.period, postgresql_using="gist")
