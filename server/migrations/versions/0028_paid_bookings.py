"""A booking remembers whether its landlord is asked, and a change waits until its difference is paid

Revision: 0028, after 0026
"""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0026'
branch_labels = None
depends_on = None

CHANGES = "status IN ('asked', 'awaiting_payment', 'accepted', 'declined', 'withdrawn', 'expired', 'closed')"
OPEN_CHANGE = "status IN ('asked', 'awaiting_payment')"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('booking', sa.Column('instant_book', sa.Boolean(), server_default=sa.true(), nullable=False))
    op.alter_column('booking', 'instant_book', server_default=None)
    op.execute(
        "UPDATE booking SET instant_book = false WHERE EXISTS (SELECT FROM booking_history "
        "WHERE booking_history.booking_id = booking.id AND booking_history.kind = 'requested')"
    )
    _check('status_known', CHANGES)
    _check('decided_once', f'({OPEN_CHANGE}) = (decided_at IS NULL)')
    op.drop_index('uq_booking_change_asked', 'booking_change')
    op.drop_index('ix_booking_change_expires_at', 'booking_change')
    where = sa.text(OPEN_CHANGE)
    op.create_index('uq_booking_change_open', 'booking_change', ['booking_id'], unique=True, postgresql_where=where)
    op.create_index('ix_booking_change_expires_at', 'booking_change', ['expires_at', 'id'], postgresql_where=where)


def _check(name: str, rule: str) -> None:
    op.drop_constraint(op.f(f'ck_booking_change_{name}'), 'booking_change', type_='check')
    op.create_check_constraint(op.f(f'ck_booking_change_{name}'), 'booking_change', rule)


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
