"""A payment may be wanted no longer, what a card holds wanted or let go; the provider knows who pays by an id

Revision: 0025, after 0024
"""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('payment', sa.Column('capture_asked_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('payment', sa.Column('let_go_at', sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f('ck_payment_held_if_captured_by_us'), 'payment', 'capture_asked_at IS NULL OR is_held'
    )
    op.create_table(
        'payment_customer',
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('customer_id', sa.String(length=200), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['identity.id'], name=op.f('fk_payment_customer_person_id_identity')),
        sa.PrimaryKeyConstraint('person_id', name=op.f('pk_payment_customer')),
        sa.UniqueConstraint('customer_id', name=op.f('uq_payment_customer_customer_id')),
    )


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
