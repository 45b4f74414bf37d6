"""Cards that people had saved on the payment provider's page: what the provider said of them last

Revision: 0032, after 0031
"""

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'saved_card',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('external_id', sa.String(length=200), nullable=False),
        sa.Column('brand', sa.String(length=30), nullable=False),
        sa.Column('last4', sa.String(length=4), nullable=False),
        sa.Column('exp_month', sa.Integer(), nullable=False),
        sa.Column('exp_year', sa.Integer(), nullable=False),
        sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('exp_month BETWEEN 1 AND 12', name=op.f('ck_saved_card_month_sane')),
        sa.CheckConstraint("last4 ~ '^[0-9]{4}$'", name=op.f('ck_saved_card_last4_only')),
        sa.ForeignKeyConstraint(['person_id'], ['identity.id'], name=op.f('fk_saved_card_person_id_identity')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_card')),
        sa.UniqueConstraint('external_id', name=op.f('uq_saved_card_external_id')),
    )
    op.create_index(op.f('ix_saved_card_person_id'), 'saved_card', ['person_id'], unique=False)


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
