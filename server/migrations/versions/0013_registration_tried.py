"""Owners are told that somebody tried to register with their address

Revision: 0013, after 0012
"""

from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('request_sent', 'request_received', 'request_accepted', 'request_declined', 'request_withdrawn', "
    "'request_ran_out', 'request_missed', 'hold_ran_out', 'stay_agreed', 'stay_booked', 'stay_cancelled', "
    "'stay_over', 'no_show', 'change_asked', 'change_accepted', 'change_declined', 'change_withdrawn', "
    "'change_ran_out', 'verify_email', 'registration_tried', 'reset_password', 'password_changed')"
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f('ck_notification_kind_known'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_kind_known'), 'notification', KINDS)


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
