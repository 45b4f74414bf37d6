"""Stays by the month are paid month by month: their months, and what people are told of those that are not paid

Revision: 0031, after 0030
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None

CURRENCIES = (
    'GBP', 'EUR', 'USD', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'JPY', 'CAD', 'AUD',
    'NZD', 'ZAR', 'INR', 'AED', 'BRL', 'TRY', 'HUF', 'RON',
)
KINDS = (
    'request_sent', 'request_received', 'request_accepted', 'request_declined', 'request_withdrawn', 'request_ran_out',
    'request_missed', 'hold_ran_out', 'stay_agreed', 'stay_booked', 'stay_cancelled', 'stay_cancelled_by_you',
    'stay_over', 'no_show', 'change_asked', 'change_agreed', 'change_unpaid', 'change_accepted', 'change_declined', 'change_withdrawn', 'change_ran_out',
    'payment_made', 'payment_too_late', 'card_released', 'refund_sent', 'refund_failed', 'rent_coming', 'rent_due', 'rent_overdue', 'verify_email',
    'registration_tried', 'reset_password', 'password_changed',
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    currencies = ', '.join(f"'{currency}'" for currency in CURRENCIES)
    op.create_table(
        'rent_month',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('booking_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('due', sa.Date(), nullable=False),
        sa.Column('last', sa.Date(), nullable=False),
        sa.Column('lines', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('amount_minor', sa.BigInteger(), nullable=False),
        sa.Column('currency', sa.String(length=3), nullable=False),
        sa.Column('payable_from', sa.Date(), nullable=False),
        sa.Column('status', sa.String(length=20), nullable=False),
        sa.Column('reminded', sa.String(length=20), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('amount_minor > 0', name=op.f('ck_rent_month_amount_sane')),
        sa.CheckConstraint('number >= 1', name=op.f('ck_rent_month_number_sane')),
        sa.CheckConstraint('last >= due', name=op.f('ck_rent_month_at_least_a_night')),
        sa.CheckConstraint("(status = 'to_pay') = (settled_at IS NULL)", name=op.f('ck_rent_month_settled_once')),
        sa.CheckConstraint("status IN ('to_pay', 'paid', 'closed')", name=op.f('ck_rent_month_status_known')),
        sa.CheckConstraint("reminded IN ('coming', 'due', 'overdue')", name=op.f('ck_rent_month_reminded_known')),
        sa.CheckConstraint(f"currency IN ({currencies})", name=op.f('ck_rent_month_currency_known')),
        sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_rent_month_booking_id_booking')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_rent_month')),
    )
    op.create_index(op.f('ix_rent_month_booking_id'), 'rent_month', ['booking_id'])
    op.create_index(
        'uq_rent_month_booking_id_number', 'rent_month', ['booking_id', 'number'],
        unique=True, postgresql_where=sa.text("status <> 'closed'"),
    )
    op.create_index('ix_rent_month_due', 'rent_month', ['due', 'id'], postgresql_where=sa.text("status = 'to_pay'"))
    # What was agreed before stays as it was: paid on arrival.
    for table in ('quote', 'booking'):
        _check(table, 'payment_known', "payment IN ('on_arrival', 'card', 'monthly')")
    _check(
        'booking', 'refund_of_paid',
        "refund_minor IS NULL OR status IN ('cancelled', 'no_show') AND payment IN ('card', 'monthly')",
    )
    _check('notification', 'kind_known', f"kind IN ({', '.join(repr(kind) for kind in KINDS)})")


def _check(table: str, name: str, rule: str) -> None:
    op.drop_constraint(op.f(f'ck_{table}_{name}'), table, type_='check')
    op.create_check_constraint(op.f(f'ck_{table}_{name}'), table, rule)


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
