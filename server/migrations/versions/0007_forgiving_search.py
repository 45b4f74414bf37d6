"""A search that forgives: words set apart, what titles say of rooms and comforts, and the words people may mean

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

# Letters of scripts that set no spaces between words, each run apart from its neighbours; pictures one by one; and all
# that parts words. Named by code points, not by classes: what a class holds depends on the locale of the database.
GLUED = r"([\u2e80-\u2fdf\u3005-\u3007\u3040-\u318f\u31a0-\ua4cf\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff]+)"
PICTURE = r"([\u2190-\u2bff\U0001f000-\U0001faff])"
PARTING = (
    r"[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7"
    r"\u2000-\u206f\u3000-\u3004\u3008-\u3020\u3030\u30fb\ufe00-\ufe0f\ufe30-\ufe6f\ufeff\uff00-\uff0f\uff1a-\uff20"
    r"\uff3b-\uff40\uff5b-\uff65]+"
)
# Immutable for the same reason as `search_fold`, which does the folding.
WORDS = rf"""
CREATE FUNCTION search_words(words text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RETURN ' ' || btrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    search_fold(words), '[\u0300-\u036f]|''s(?![a-z0-9])', '', 'g'),
    '{GLUED}', ' \1 ', 'g'), '{PICTURE}', ' \1 ', 'g'), '{PARTING}', ' ', 'g'), ' ') || ' '; END $$
"""
# The kind of a home is told in its own line, so that "flat" finds a flat whatever its title says.
TOLD = r"""
CREATE FUNCTION search_told(title text, neighbourhood text, city text, type text)
RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$ BEGIN RETURN search_words(title) || E'\n' || search_words(coalesce(neighbourhood, '')) || E'\n' || search_words(city)
    || E'\n' || CASE type WHEN 'flat' THEN ' flat apartment apt ' WHEN 'apartment' THEN ' apartment flat apt '
        WHEN 'studio' THEN ' studio flat ' WHEN 'cottage' THEN ' cottage house '
        ELSE ' ' || type || ' ' END; END $$
"""
# What a landlord has not filled in but wrote in the title counts: many homes come from lists that have only a title.
BEDROOMS = r"""
CREATE FUNCTION search_bedrooms(bedrooms smallint, title text, type text)
RETURNS smallint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$ DECLARE said text; BEGIN
    IF bedrooms IS NOT NULL OR type = 'room' THEN RETURN bedrooms; END IF;
    said := (regexp_match(search_words(title),
        ' (1?[0-9]|one|two|three|four|five|six) ?(?:double |dbl |king |large |spacious |bright )?(?:bed|beds|bedroom|bedrooms|bedroomed|bdr|bdrm|br|bd) '
    ))[1];
    RETURN CASE said WHEN 'one' THEN 1 WHEN 'two' THEN 2 WHEN 'three' THEN 3 WHEN 'four' THEN 4 WHEN 'five' THEN 5
        WHEN 'six' THEN 6 ELSE said::smallint END;
END $$
"""
OFFERS = r"""
CREATE FUNCTION search_offers(amenities text[], rules jsonb, title text)
RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$ DECLARE said text := search_words(title); BEGIN
    RETURN array_remove(coalesce(amenities, ARRAY[
        CASE WHEN said ~ ' (parking|garage|driveway) ' AND said !~ ' (no|without) parking ' THEN 'parking' END,
        CASE WHEN said ~ ' (wifi|wi fi) ' THEN 'wifi' END,
        CASE WHEN said ~ ' (balcony|roof terrace) ' THEN 'balcony' END,
        CASE WHEN said ~ ' (private|own|with|shared|sunny|and) garden | garden (flat|apartment|apt|studio) ' THEN 'garden' END,
        CASE WHEN said ~ ' (with|and) (a )?(lift|elevator) ' THEN 'lift' END
    ]) || ARRAY[
        CASE WHEN rules ->> 'pets' = 'true' OR (rules ->> 'pets' IS NULL
            AND said ~ ' (pet|pets|dog|dogs) (friendly|welcome|allowed) ') THEN 'pets' END,
        CASE WHEN rules ->> 'smoking' = 'true' THEN 'smoking' END,
        CASE WHEN rules ->> 'parties' = 'true' THEN 'parties' END,
        CASE WHEN rules ->> 'children' = 'true' OR (rules ->> 'children' IS NULL
            AND said ~ ' (child|children|kid|kids|family) (friendly|welcome) ') THEN 'children' END
    ], NULL);
END $$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for function in (WORDS, TOLD, BEDROOMS, OFFERS):
        # Given to the driver as it is: a colon in it is no parameter.
        op.get_bind().exec_driver_sql(function)
    # The same name for what holds more: servers of the release before still find their words in it.
    op.drop_column('property', 'told')
    op.execute("DROP FUNCTION search_text(text, text, text)")
    for name, kind, written in (
        ('told', sa.Text(), "search_told(title, neighbourhood, city, type)"),
        ('bedrooms_told', sa.SmallInteger(), "search_bedrooms(bedrooms, title, type)"),
        ('offers', sa.ARRAY(sa.Text()), "search_offers(amenities, rules, title)"),
    ):
        op.add_column('property', sa.Column(name, kind, sa.Computed(written, persisted=True), nullable=True))
    op.create_index(
        'ix_property_told', 'property', ['told'], postgresql_using='gin', postgresql_ops={'told': 'gin_trgm_ops'},
        postgresql_where=sa.text("status = 'published'"),
    )
    op.create_table(
        'search_word',
        sa.Column('word', sa.Text(collation='C'), nullable=False),
        sa.Column('homes', sa.Integer(), nullable=False),
        sa.CheckConstraint("homes > 0", name=op.f('ck_search_word_homes_some')),
        sa.PrimaryKeyConstraint('word', name='pk_search_word'),
    )
    op.create_index(
        'ix_search_word_trigrams', 'search_word', ['word'], postgresql_using='gin',
        postgresql_ops={'word': 'gin_trgm_ops'},
    )


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
