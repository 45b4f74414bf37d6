"""What search keeps of its own: nothing but indexes on others' tables, so that a search need not read every home.

Measured on 12,189 homes with 117,000 claims (`tools/bench_search.py`); indexes that changed nothing are not here.
"""

from typing import Any

from sqlalchemy import Index, func, text

from server.calendars.tables import OccupancyTable
from server.properties.tables import PropertyTable

_home: Any = PropertyTable
_claim: Any = OccupancyTable
_published = text("status = 'published'")

# Words anywhere in the text: trigrams.
Index(
    "ix_property_search_text",
    func.search_text(_home.title, _home.neighbourhood, _home.city).label("told"),
    postgresql_using="gin",
    postgresql_ops={"told": "gin_trgm_ops"},
    postgresql_where=_published,
)
Index("ix_property_search_place", _home.latitude, _home.longitude, postgresql_where=_published)
# Who is taken at a time, whichever home: the exclusion constraint's index begins with the home.
Index("ix_occupancy_period", _claim.period, postgresql_using="gist")
