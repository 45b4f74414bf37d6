"""What a tenant who cancels gets back: chosen for a home, agreed with a booking; and stays may be paid by card

Revision: 0021, after 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

POLICIES = "cancellation_policy IN ('flexible', 'moderate', 'limited', 'firm', 'non_refundable', 'custom')"
TIERS_OF_CUSTOM = "(cancellation_policy = 'custom') = (cancellation_tiers IS NOT NULL)"
PAYMENTS = "payment IN ('on_arrival', 'card')"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _terms_of_homes()
    _terms_as_agreed()
    op.add_column('quote', sa.Column('payment', sa.String(length=20), server_default='on_arrival', nullable=False))
    op.alter_column('quote', 'payment', server_default=None)
    op.create_check_constraint(op.f('ck_quote_payment_known'), 'quote', PAYMENTS)
    op.drop_constraint(op.f('ck_booking_payment_known'), 'booking', type_='check')
    op.create_check_constraint(op.f('ck_booking_payment_known'), 'booking', PAYMENTS)
    op.add_column('booking', sa.Column('refund_minor', sa.BigInteger(), nullable=True))
    op.create_check_constraint(op.f('ck_booking_refund_sane'), 'booking', 'refund_minor BETWEEN 0 AND total_minor')
    op.create_check_constraint(
        op.f('ck_booking_refund_of_paid'),
        'booking',
        "refund_minor IS NULL OR status = 'cancelled' AND payment = 'card'",
    )


def _terms_of_homes() -> None:
    # Nobody has chosen yet. Flexible is the mildest policy, and nearest to what has held until now: cancelling is free.
    _policy('property')


def _terms_as_agreed() -> None:
    for table in ('quote', 'booking'):
        _policy(table)
        op.add_column(table, sa.Column('check_in_hour', sa.Time(), server_default='15:00', nullable=False))
        op.alter_column(table, 'check_in_hour', server_default=None)
        op.execute(
            f"UPDATE {table} SET check_in_hour = property.check_in_from FROM property "
            f"WHERE property.id = {table}.property_id AND property.check_in_from <> '15:00'"
        )


def _policy(table: str) -> None:
    column = sa.Column('cancellation_policy', sa.String(length=20), server_default='flexible', nullable=False)
    op.add_column(table, column)
    op.alter_column(table, 'cancellation_policy', server_default=None)
    op.add_column(table, sa.Column('cancellation_tiers', postgresql.JSONB(none_as_null=True), nullable=True))
    op.create_check_constraint(op.f(f'ck_{table}_cancellation_policy_known'), table, POLICIES)
    op.create_check_constraint(op.f(f'ck_{table}_cancellation_tiers_of_custom'), table, TIERS_OF_CUSTOM)


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
