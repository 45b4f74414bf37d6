"""When money was held, refunds left or failed; and what people are told of money

Revision: 0030, after 0029
"""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None

KINDS = (
    'request_sent', 'request_received', 'request_accepted', 'request_declined', 'request_withdrawn', 'request_ran_out',
    'request_missed', 'hold_ran_out', 'stay_agreed', 'stay_booked', 'stay_cancelled', 'stay_cancelled_by_you',
    'stay_over', 'no_show', 'change_asked', 'change_agreed', 'change_unpaid', 'change_accepted', 'change_declined', 'change_withdrawn', 'change_ran_out',
    'payment_made', 'payment_too_late', 'card_released', 'refund_sent', 'refund_failed', 'verify_email',
    'registration_tried', 'reset_password', 'password_changed',
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Nobody has paid before this, so there is nothing to look up: no room had declared what is paid for.
    op.add_column('payment', sa.Column('authorised_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('refund', sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('refund', sa.Column('failed_at', sa.DateTime(timezone=True), nullable=True))
    kinds = ', '.join(f"'{kind}'" for kind in KINDS)
    op.drop_constraint(op.f('ck_notification_kind_known'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_kind_known'), 'notification', f'kind IN ({kinds})')


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
