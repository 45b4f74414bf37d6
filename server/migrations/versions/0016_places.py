"""Places that are suggested at each key press are counted every few minutes, and postcodes are found by their area

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

AREA = r"lower(substring(postcode from '^[A-Za-z]{1,2}[0-9][0-9A-Za-z]?(?=\s*[0-9][A-Za-z]{2}$)|^[0-9]{3,6}'))"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        'search_place',
        *(sa.Column(name, sa.Text(collation='C'), nullable=False) for name in ('kind', 'name', 'city', 'country', 'let_type')),
        sa.Column('latitude', sa.Float(), nullable=False),
        sa.Column('longitude', sa.Float(), nullable=False),
        sa.Column('homes', sa.Integer(), nullable=False),
        sa.Column('newest', sa.Uuid(), nullable=False),
        sa.Column('words', sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('city', 'neighbourhood')", name=op.f('ck_search_place_kind_known')),
        sa.CheckConstraint("let_type IN ('nightly', 'monthly')", name=op.f('ck_search_place_let_type_known')),
        sa.CheckConstraint('homes > 0', name=op.f('ck_search_place_homes_some')),
        sa.PrimaryKeyConstraint('kind', 'name', 'city', 'country', 'let_type', name=op.f('pk_search_place')),
    )
    op.create_index('ix_search_place_homes', 'search_place', [sa.text('homes DESC')])
    op.create_index(
        'ix_search_place_words',
        'search_place',
        ['words'],
        postgresql_using='gin',
        postgresql_ops={'words': 'gin_trgm_ops'},
    )
    op.add_column('property', sa.Column('postcode_area', sa.Text(), sa.Computed(AREA, persisted=True), nullable=True))
    op.create_index(
        'ix_property_postcode_area', 'property', ['postcode_area'], postgresql_where=sa.text("status = 'published'")
    )


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
