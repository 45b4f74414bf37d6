"""From when on a month waits for its tenant, and by when it is to be paid

Revision: 0034, after 0033
"""

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in ('waits_from', 'pay_by'):
        op.add_column('rent_month', sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    # Days are those of the home; the same as `shared_models.rent_months` says of what is written down from now on.
    op.execute(
        "UPDATE rent_month SET "
        "waits_from = CAST(greatest(due - 3, payable_from) AS timestamp) AT TIME ZONE property.zone, "
        "pay_by = CAST(due + 1 AS timestamp) AT TIME ZONE property.zone "
        "FROM booking JOIN property ON property.id = booking.property_id WHERE booking.id = rent_month.booking_id"
    )
    for name in ('waits_from', 'pay_by'):
        op.alter_column('rent_month', name, nullable=False)


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
