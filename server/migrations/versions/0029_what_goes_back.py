"""What goes back of a stay stands with the taxes within it, also of one that nobody came to; a change is agreed or unpaid

Revision: 0029, after 0028
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

STORY = (
    "kind IN ('held', 'requested', 'confirmed', 'accepted', 'declined', 'let_go', 'withdrawn', 'cancelled', 'expired', "
    "'no_show', 'completed', 'change_asked', 'change_agreed', 'change_unpaid', 'change_accepted', 'change_declined', "
    "'change_withdrawn', 'change_expired')"
)
TOLD = (
    "kind IN ('request_sent', 'request_received', 'request_accepted', 'request_declined', 'request_withdrawn', "
    "'request_ran_out', 'request_missed', 'hold_ran_out', 'stay_agreed', 'stay_booked', 'stay_cancelled', "
    "'stay_over', 'no_show', 'change_asked', 'change_agreed', 'change_unpaid', 'change_accepted', 'change_declined', "
    "'change_withdrawn', 'change_ran_out', 'verify_email', 'registration_tried', 'reset_password', 'password_changed')"
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('booking', sa.Column('refund_taxes', postgresql.JSONB(none_as_null=True), nullable=True))
    # Nothing has been paid by card so far; what was cancelled meanwhile to try it goes back as one amount.
    op.execute("UPDATE booking SET refund_taxes = '[]' WHERE refund_minor IS NOT NULL")
    op.create_check_constraint(
        op.f('ck_booking_refund_in_parts'), 'booking', '(refund_minor IS NULL) = (refund_taxes IS NULL)'
    )
    _check('booking', 'refund_of_paid', "refund_minor IS NULL OR status IN ('cancelled', 'no_show') AND payment = 'card'")
    _check('booking_history', 'kind_known', STORY)
    _check('notification', 'kind_known', TOLD)


def _check(table: str, name: str, rule: str) -> None:
    op.drop_constraint(op.f(f'ck_{table}_{name}'), table, type_='check')
    op.create_check_constraint(op.f(f'ck_{table}_{name}'), table, rule)


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
