"""Landlords are told of months that are paid

Revision: 0033, after 0032
"""

from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None

KINDS = (
    'request_sent', 'request_received', 'request_accepted', 'request_declined', 'request_withdrawn',
    'request_ran_out', 'request_missed', 'hold_ran_out', 'stay_agreed', 'stay_booked', 'stay_cancelled',
    'stay_cancelled_by_you', 'stay_over', 'no_show', 'change_asked', 'change_agreed', 'change_unpaid',
    'change_accepted', 'change_declined', 'change_withdrawn', 'change_ran_out', 'payment_made', 'payment_too_late',
    'card_released', 'refund_sent', 'refund_failed', 'rent_coming', 'rent_due', 'rent_overdue', 'rent_paid',
    'verify_email', 'registration_tried', 'reset_password', 'password_changed',
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f('ck_notification_kind_known'), 'notification', type_='check')
    op.create_check_constraint(
        op.f('ck_notification_kind_known'), 'notification', f"kind IN ({', '.join(repr(kind) for kind in KINDS)})"
    )


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
