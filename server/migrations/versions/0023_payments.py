"""Payments and refunds

Revision: 0023, after 0022
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

CURRENCIES = (
    'GBP', 'EUR', 'USD', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'JPY', 'CAD', 'AUD',
    'NZD', 'ZAR', 'INR', 'AED', 'BRL', 'TRY', 'HUF', 'RON',
)
UNSETTLED = sa.text("status IN ('intended', 'open', 'authorised')")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _add_payments()
    _add_refunds()


def _add_payments() -> None:
    currencies = ', '.join(f"'{currency}'" for currency in CURRENCIES)
    op.create_table(
        'payment',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('subject_kind', sa.String(length=30), nullable=False),
        sa.Column('subject_id', sa.Uuid(), nullable=False),
        sa.Column('payer_id', sa.Uuid(), nullable=False),
        sa.Column('stay_minor', sa.BigInteger(), nullable=False),
        sa.Column('taxes', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('amount_minor', sa.BigInteger(), nullable=False),
        sa.Column('currency', sa.String(length=3), nullable=False),
        sa.Column('title', sa.String(length=200), nullable=False),
        sa.Column('is_held', sa.Boolean(), nullable=False),
        sa.Column('return_path', sa.String(length=200), nullable=False),
        sa.Column('status', sa.String(length=20), nullable=False),
        sa.Column('session_id', sa.String(length=200), nullable=True),
        sa.Column('intent_id', sa.String(length=200), nullable=True),
        sa.Column('balance_transaction_id', sa.String(length=200), nullable=True),
        sa.Column('page_url', sa.String(length=2000), nullable=True),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('capture_before', sa.DateTime(timezone=True), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('looked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('intended', 'open', 'authorised', 'captured', 'voided', 'expired', 'failed')",
            name=op.f('ck_payment_status_known'),
        ),
        sa.CheckConstraint(f"currency IN ({currencies})", name=op.f('ck_payment_currency_known')),
        sa.CheckConstraint("amount_minor BETWEEN 1 AND 9007199254740992", name=op.f('ck_payment_amount_sane')),
        sa.CheckConstraint("stay_minor BETWEEN 0 AND amount_minor", name=op.f('ck_payment_stay_sane')),
        sa.CheckConstraint(
            "(status = 'captured') = (balance_transaction_id IS NOT NULL)", name=op.f('ck_payment_captured_in_the_books')
        ),
        sa.ForeignKeyConstraint(['payer_id'], ['identity.id'], name=op.f('fk_payment_payer_id_identity')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_payment')),
        sa.UniqueConstraint('session_id', name=op.f('uq_payment_session_id')),
        sa.UniqueConstraint('intent_id', name=op.f('uq_payment_intent_id')),
        sa.UniqueConstraint('balance_transaction_id', name=op.f('uq_payment_balance_transaction_id')),
    )
    op.create_index(
        'uq_payment_unsettled', 'payment', ['subject_kind', 'subject_id'], unique=True, postgresql_where=UNSETTLED
    )
    op.create_index('ix_payment_subject_id', 'payment', ['subject_id', 'subject_kind'])
    op.create_index('ix_payment_payer_id', 'payment', ['payer_id'])
    op.create_index('ix_payment_looked_at', 'payment', ['looked_at'], postgresql_where=UNSETTLED)


def _add_refunds() -> None:
    op.create_table(
        'refund',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('payment_id', sa.Uuid(), nullable=False),
        sa.Column('stay_minor', sa.BigInteger(), nullable=False),
        sa.Column('taxes', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('amount_minor', sa.BigInteger(), nullable=False),
        sa.Column('is_of_credit', sa.Boolean(), nullable=False),
        sa.Column('status', sa.String(length=20), nullable=False),
        sa.Column('external_id', sa.String(length=200), nullable=True),
        sa.Column('balance_transaction_id', sa.String(length=200), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('looked_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('asked', 'pending', 'succeeded', 'failed', 'cancelled')", name=op.f('ck_refund_status_known')
        ),
        sa.CheckConstraint("amount_minor BETWEEN 1 AND 9007199254740992", name=op.f('ck_refund_amount_sane')),
        sa.CheckConstraint("stay_minor BETWEEN 0 AND amount_minor", name=op.f('ck_refund_stay_sane')),
        sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_refund_payment_id_payment')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_refund')),
        sa.UniqueConstraint('external_id', name=op.f('uq_refund_external_id')),
        sa.UniqueConstraint('balance_transaction_id', name=op.f('uq_refund_balance_transaction_id')),
    )
    op.create_index('ix_refund_payment_id', 'refund', ['payment_id'])
    op.create_index(
        'ix_refund_looked_at', 'refund', ['looked_at'], postgresql_where=sa.text("status IN ('asked', 'pending')")
    )


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
