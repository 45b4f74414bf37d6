"""The words of all published homes: what a typed word may have been meant to be."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.search.repository.fitting import PUBLISHED, has_word
from server.search.rules.words import NEAREST_ASKED, SHORTEST_FORGIVEN, SHORTEST_JOINED, Similar, Typed, Word

# A prepared plan made once for every word expects few homes for each; "edinburgh" then takes three times as long. One
# slip in a short word leaves few of its trigrams.
_SET_UP = text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true),"
    " set_config('pg_trgm.similarity_threshold', '0.15', true)"
)
_READ = text("""
    WITH typed AS (
        SELECT word, min(place) AS place
        FROM unnest(string_to_array(btrim(search_words(:text)), ' ')) WITH ORDINALITY AS parted (word, place)
        WHERE word <> '' GROUP BY word
    )
    SELECT typed.word, own.homes, near.word AS near, near.homes AS near_homes, joined.words AS joins
    FROM typed
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(known.homes), 0) AS homes FROM search_word AS known
        WHERE known.word COLLATE "C" >= typed.word AND known.word COLLATE "C" < typed.word || chr(1114111)
    ) AS own
    LEFT JOIN LATERAL (
        SELECT known.word, known.homes FROM search_word AS known
        WHERE :forgiving AND char_length(typed.word) >= :shortest AND known.word % typed.word
            AND abs(char_length(known.word) - char_length(typed.word)) <= 2
        ORDER BY similarity(known.word, typed.word) DESC, known.homes DESC, known.word LIMIT :most
    ) AS near ON true
    LEFT JOIN LATERAL (
        SELECT one.word || ' ' || other.word AS words
        FROM generate_series(CAST(:shortest_joined AS int), char_length(typed.word) - :shortest_joined) AS cut
        JOIN search_word AS one ON one.word = CAST(left(typed.word, cut) AS text) COLLATE "C"
        JOIN search_word AS other ON other.word = CAST(substr(typed.word, cut + 1) AS text) COLLATE "C"
        WHERE :forgiving AND own.homes = 0 AND EXISTS (
            SELECT FROM property
            WHERE status = 'published' AND told LIKE '% ' || one.word || ' ' || other.word || ' %'
        )
        ORDER BY least(one.homes, other.homes) DESC, cut LIMIT 1
    ) AS joined ON true
    ORDER BY typed.place
""")
# Words of letters and of scripts that have slips: a figure more or less is another figure.
_LEARN = text(r"""
    WITH counted AS (
        SELECT word, count(*) AS homes
        FROM (
            SELECT DISTINCT id, unnest(string_to_array(replace(told, E'\n', ' '), ' ')) AS word
            FROM property WHERE status = 'published'
        ) AS told
        WHERE char_length(word) BETWEEN 3 AND 40
            AND word !~ '[0-9\u0e01-\u0eff\u1000-\u109f\u2190-\uffff\U00010000-\U0003ffff]'
        GROUP BY word
    ), gone AS (
        DELETE FROM search_word AS known WHERE NOT EXISTS (SELECT FROM counted WHERE counted.word = known.word)
    )
    INSERT INTO search_word AS known (word, homes)
    SELECT word COLLATE "C", homes FROM counted ORDER BY 1
    ON CONFLICT (word) DO UPDATE SET homes = excluded.homes WHERE known.homes <> excluded.homes
""")


class Vocabulary:
    """The words of the published homes, as they were learned last."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def read(self, typed: str, *, forgiving: bool) -> list[Typed]:
        """The words of a text, folded, each once, in their order, and (if `forgiving`) words like them."""
        await self.session.execute(_SET_UP)
        asked = {
            "text": typed,
            "forgiving": forgiving,
            "shortest": SHORTEST_FORGIVEN,
            "shortest_joined": SHORTEST_JOINED,
            "most": NEAREST_ASKED,
        }
        rows = (await self.session.execute(_READ, asked)).all()
        return _grouped(rows)

    async def missing(self, words: Sequence[Word]) -> set[Word]:
        """Those of the words that no published home has."""
        if not words:
            return set()
        there = [
            select(literal(1)).where(PUBLISHED, has_word(word)).exists().label(str(place))
            for place, word in enumerate(words)
        ]
        row = (await self.session.execute(select(*there))).one()
        return {word for word, is_there in zip(words, row, strict=True) if not is_there}

    async def learn(self) -> None:
        """Count the words of the homes that are published now. Two that learn at once take turns."""
        await self.session.execute(text("LOCK TABLE search_word IN SHARE ROW EXCLUSIVE MODE"))
        await self.session.execute(_LEARN)


def _grouped(rows: Sequence[Row[Any]]) -> list[Typed]:
    similar: dict[str, list[Similar]] = {}
    homes: dict[str, int] = {}
    joins: dict[str, str | None] = {}
    for row in rows:
        homes[row.word], joins[row.word] = int(row.homes), row.joins
        likes = similar.setdefault(row.word, [])
        if row.near is not None:
            likes.append(Similar(row.near, row.near_homes))
    return [Typed(word, homes[word], tuple(likes), joins[word]) for word, likes in similar.items()]
