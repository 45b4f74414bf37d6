"""Every path of a booking: requests, reasons, changes, history; more limits of a home

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

CURRENCIES = "'GBP', 'EUR', 'USD', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'JPY', 'CAD', 'AUD'"
DEEDS = (
    "'held', 'requested', 'confirmed', 'accepted', 'declined', 'let_go', 'withdrawn', 'cancelled', 'expired', "
    "'no_show', 'completed', 'change_asked', 'change_accepted', 'change_declined', 'change_withdrawn', 'change_expired'"
)

# Until now a tenant held, confirmed or let go, and the clock did the rest. What was only written down here (its
# confirmation is as old as the booking) was never held here.
BACKFILL = """
INSERT INTO booking_history (booking_id, at, deed, actor, arrive, leave, guests, total_minor, currency)
SELECT booking.id, happened.at, happened.deed, happened.actor, arrive, leave, guests, total_minor, booking.currency
FROM booking
JOIN property ON property.id = booking.property_id
CROSS JOIN LATERAL (VALUES
    (1, booking.created_at, 'held', 'tenant', booking.confirmed_at IS DISTINCT FROM booking.created_at),
    (2, booking.confirmed_at, 'confirmed', 'tenant', booking.confirmed_at IS NOT NULL),
    (3, booking.updated_at, 'let_go', 'tenant', booking.status = 'cancelled'),
    (3, booking.updated_at, 'expired', 'clock', booking.status = 'expired'),
    (3, (booking.leave + coalesce(property.check_out_by, '12:00')) AT TIME ZONE property.zone, 'completed', 'clock',
        booking.status = 'completed')
) AS happened (place, at, deed, actor, so)
WHERE happened.so
ORDER BY booking.created_at, booking.id, happened.place
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _limits_of_homes()
    op.add_column('quote', sa.Column('booking_id', sa.Uuid(), nullable=True))
    op.add_column('booking', sa.Column('ended_by', sa.String(length=20), nullable=True))
    op.add_column('booking', sa.Column('reason', sa.String(length=500), nullable=True))
    op.create_check_constraint(op.f('ck_booking_ended_by_known'), 'booking', "ended_by IN ('tenant', 'landlord')")
    _changes()
    _history()
    op.execute(BACKFILL)
    op.execute("UPDATE booking SET ended_by = 'tenant' WHERE status = 'cancelled'")


def _limits_of_homes() -> None:
    for name, low, high in (
        ('advance_notice_days', 0, 365), ('booking_window_days', 1, 730), ('preparation_days', 0, 14)
    ):
        op.add_column('property', sa.Column(name, sa.SmallInteger(), nullable=True))
        op.create_check_constraint(op.f(f'ck_property_{name}_sane'), 'property', f'{name} BETWEEN {low} AND {high}')
    op.add_column('property', sa.Column('arrival_weekdays', sa.ARRAY(sa.String(length=20)), nullable=True))
    op.add_column('property', sa.Column('seasons', postgresql.JSONB(none_as_null=True), nullable=True))


def _changes() -> None:
    op.create_table('booking_change',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('booking_id', sa.Uuid(), nullable=False),
    sa.Column('quote_id', sa.Uuid(), nullable=False),
    sa.Column('asked_by', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('other_hold_id', sa.Uuid(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('asked', 'accepted', 'declined', 'withdrawn', 'expired', 'closed')", name=op.f('ck_booking_change_status_known')),
    sa.CheckConstraint("asked_by IN ('tenant', 'landlord')", name=op.f('ck_booking_change_asked_by_known')),
    sa.CheckConstraint("(status = 'asked') = (decided_at IS NULL)", name=op.f('ck_booking_change_decided_once')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_booking_change_booking_id_booking')),
    sa.ForeignKeyConstraint(['quote_id'], ['quote.id'], name=op.f('fk_booking_change_quote_id_quote')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booking_change')),
    sa.UniqueConstraint('quote_id', name=op.f('uq_booking_change_quote_id'))
    )
    asked = sa.text("status = 'asked'")
    op.create_index(op.f('ix_booking_change_booking_id'), 'booking_change', ['booking_id'], unique=False)
    op.create_index('uq_booking_change_asked', 'booking_change', ['booking_id'], unique=True, postgresql_where=asked)
    op.create_index('ix_booking_change_expires_at', 'booking_change', ['expires_at', 'id'], unique=False, postgresql_where=asked)


def _history() -> None:
    op.create_table('booking_history',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('booking_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('deed', sa.String(length=20), nullable=False),
    sa.Column('actor', sa.String(length=20), nullable=False),
    sa.Column('arrive', sa.Date(), nullable=False),
    sa.Column('leave', sa.Date(), nullable=False),
    sa.Column('guests', sa.Integer(), nullable=False),
    sa.Column('total_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.CheckConstraint(f"deed IN ({DEEDS})", name=op.f('ck_booking_history_deed_known')),
    sa.CheckConstraint("actor IN ('tenant', 'landlord', 'clock')", name=op.f('ck_booking_history_actor_known')),
    sa.CheckConstraint(f"currency IN ({CURRENCIES})", name=op.f('ck_booking_history_currency_known')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_booking_history_booking_id_booking')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booking_history'))
    )
    op.create_index('ix_booking_history_booking_id_id', 'booking_history', ['booking_id', 'id'], unique=False)


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
