"""A notification says what it is about by a kind and an id: a booking so far, or the account of who reads it

Revision: 0024, after 0019
"""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('notification', sa.Column('about_kind', sa.String(length=20), nullable=True))
    op.add_column('notification', sa.Column('about_id', sa.Uuid(), nullable=True))
    # Nothing stands in `stay` as NULL or as the null of JSON; neither names a booking.
    op.execute(
        "UPDATE notification SET about_kind = CASE WHEN stay->>'booking_id' IS NULL THEN 'account' ELSE 'booking' END, "
        "about_id = coalesce(CAST(stay->>'booking_id' AS uuid), person_id)"
    )
    op.alter_column('notification', 'about_kind', nullable=False)
    op.alter_column('notification', 'about_id', nullable=False)
    op.create_check_constraint(
        op.f('ck_notification_about_kind_known'), 'notification', "about_kind IN ('account', 'booking')"
    )


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
