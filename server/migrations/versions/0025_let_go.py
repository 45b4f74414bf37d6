"""A payment may be wanted no longer, and what a card holds for it wanted or let go

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


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
