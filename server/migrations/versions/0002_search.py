"""What search needs: how text is compared

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

# Declared immutable so that a column can hold their answers; that is true as long as unaccent's rules stay as they
# are, hence its dictionary is named in full. Not SQL functions: those take twice as long a call (they are not inlined).
FOLD = """
CREATE FUNCTION search_fold(words text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RETURN lower({schema}.unaccent('{schema}.unaccent'::regdictionary, words)); END $$
"""
TEXT = """
CREATE FUNCTION search_text(title text, neighbourhood text, city text)
RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$ BEGIN RETURN lower({schema}.unaccent('{schema}.unaccent'::regdictionary,
    title || E'\\n' || coalesce(neighbourhood, '') || E'\\n' || city)); END $$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Some hosts keep extensions in a schema of their own.
    schema = op.get_bind().scalar(sa.text(
        "SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace"
        " WHERE extname = 'unaccent'"
    ))
    op.execute(FOLD.format(schema=schema))
    op.execute(TEXT.format(schema=schema))
    told = sa.Computed("search_text(title, neighbourhood, city)", persisted=True)
    op.add_column('property', sa.Column('told', sa.Text(), told, nullable=True))
    published = sa.text("status = 'published'")
    op.create_index(
        'ix_property_told', 'property', ['told'], postgresql_using='gin', postgresql_ops={'told': 'gin_trgm_ops'},
        postgresql_where=published,
    )
    op.create_index('ix_property_latitude_longitude', 'property', ['latitude', 'longitude'], postgresql_where=published)
    op.create_index('ix_occupancy_period', 'occupancy', ['period'], postgresql_using='gist')


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
