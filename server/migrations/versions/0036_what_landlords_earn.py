"""What landlords earn, how it is paid out, and what is taken back of it

Revision: 0036, after 0034
"""

import sqlalchemy as sa
from alembic import op

revision = '0036'
down_revision = '0034'
branch_labels = None
depends_on = None

CURRENCIES = (
    'GBP', 'EUR', 'USD', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'JPY', 'CAD', 'AUD',
    'NZD', 'ZAR', 'INR', 'AED', 'BRL', 'TRY', 'HUF', 'RON',
)
NATURES = (
    ('provider_clearing', 'debit', 'true'),
    ('stay_liability', 'credit', 'false'),
    ('refunds_payable', 'credit', 'false'),
    ('tenant_credit', 'credit', 'false'),
    ('tax_payable', 'credit', 'true'),
    ('landlord_payable', 'credit', 'false'),
    ('landlord_receivable', 'debit', 'false'),
    ('provider_cost', 'debit', 'true'),
    ('fee_revenue', 'credit', 'true'),
    ('dispute_in_progress', 'debit', 'false'),
    ('dispute_loss', 'debit', 'true'),
    ('fx_clearing', 'debit', 'true'),
    ('bank', 'debit', 'true'),
)
KINDS = (
    'charge', 'late_charge', 'provider_fee', 'refund_asked', 'credit_refund_asked', 'refund_paid', 'refund_returned',
    'refund_given_up', 'credit_paid_out', 'dispute_opened', 'dispute_won', 'dispute_lost', 'earned', 'recovered',
    'owed_again', 'transferred', 'transfer_reversed', 'reversal',
)
CASES = ('home_review', 'home_report', 'failed_job', 'dispute', 'failed_refund', 'reconciliation', 'payout')


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _add_earning()
    _add_clawback()
    _add_transfer()
    _add_recovery()
    _add_transfer_reversal()
    _allow('ledger_account', 'code_known', f"code IN ({_words(tuple(code for code, _, _ in NATURES))})")
    natures = ', '.join(f"('{code}', '{normal}', {below})" for code, normal, below in NATURES)
    _allow('ledger_account', 'nature', f"(code, normal, may_go_below_zero) IN ({natures})")
    _allow('ledger_entry', 'kind_known', f"kind IN ({_words(KINDS)})")
    _allow('case_file', 'kind_known', f"kind IN ({_words(CASES)})")
    _expect_what_was_paid()


def _add_earning() -> None:
    op.create_table(
        'earning',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('payment_id', sa.Uuid(), nullable=False),
        sa.Column('landlord_id', sa.Uuid(), nullable=False),
        sa.Column('currency', sa.String(length=3), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('is_open', sa.Boolean(), nullable=False),
        sa.Column('ask_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('waits_for', sa.String(length=20), nullable=True),
        sa.Column('net_minor', sa.BigInteger(), nullable=False),
        sa.Column('fee_minor', sa.BigInteger(), nullable=False),
        sa.Column('tax_minor', sa.BigInteger(), nullable=False),
        sa.Column('tax_rule', sa.String(length=30), nullable=True),
        sa.Column('tax_authority', sa.String(length=30), nullable=True),
        sa.Column('back_net_minor', sa.BigInteger(), nullable=False),
        sa.Column('back_fee_minor', sa.BigInteger(), nullable=False),
        sa.Column('back_tax_minor', sa.BigInteger(), nullable=False),
        sa.Column('returned_minor', sa.BigInteger(), nullable=False),
        sa.Column('recovered_minor', sa.BigInteger(), nullable=False),
        sa.Column('paid_minor', sa.BigInteger(), nullable=False),
        sa.Column('times', sa.Integer(), nullable=False),
        sa.Column('earned_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"currency IN ({_words(CURRENCIES)})", name=op.f('ck_earning_currency_known')),
        sa.CheckConstraint(
            "tax_rule IN ('domestic', 'reverse_charge', 'country_of_landlord', 'outside_scope')",
            name=op.f('ck_earning_tax_rule_known'),
        ),
        sa.CheckConstraint(
            "waits_for IN ('no_account', 'dispute', 'tax', 'provider', 'refused')",
            name=op.f('ck_earning_waits_for_known'),
        ),
        sa.CheckConstraint('(earned_at IS NULL) = (times = 0)', name=op.f('ck_earning_earned_at_a_time')),
        sa.CheckConstraint('back_fee_minor BETWEEN 0 AND fee_minor', name=op.f('ck_earning_back_fee_sane')),
        sa.CheckConstraint('back_net_minor BETWEEN 0 AND net_minor', name=op.f('ck_earning_back_net_sane')),
        sa.CheckConstraint('back_tax_minor BETWEEN 0 AND tax_minor', name=op.f('ck_earning_back_tax_sane')),
        sa.CheckConstraint(
            'least(net_minor, fee_minor, tax_minor, paid_minor, recovered_minor) >= 0', name=op.f('ck_earning_sane')
        ),
        sa.CheckConstraint(
            'paid_minor + recovered_minor + returned_minor <= net_minor', name=op.f('ck_earning_paid_once')
        ),
        sa.CheckConstraint('returned_minor BETWEEN 0 AND back_net_minor', name=op.f('ck_earning_returned_sane')),
        sa.ForeignKeyConstraint(['landlord_id'], ['identity.id'], name=op.f('fk_earning_landlord_id_identity')),
        sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_earning_payment_id_payment')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_earning')),
        sa.UniqueConstraint('payment_id', name=op.f('uq_earning_payment_id'))
    )
    op.create_index('ix_earning_ask_at', 'earning', ['ask_at', 'id'], postgresql_where=sa.text('is_open'))
    op.create_index('ix_earning_landlord_id_due_at_id', 'earning', ['landlord_id', 'due_at', 'id'])


def _add_clawback() -> None:
    op.create_table(
        'clawback',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('earning_id', sa.Uuid(), nullable=False),
        sa.Column('cause_id', sa.Uuid(), nullable=False),
        sa.Column('landlord_id', sa.Uuid(), nullable=False),
        sa.Column('currency', sa.String(length=3), nullable=False),
        sa.Column('payable_minor', sa.BigInteger(), nullable=False),
        sa.Column('owed_minor', sa.BigInteger(), nullable=False),
        sa.Column('fee_minor', sa.BigInteger(), nullable=False),
        sa.Column('tax_minor', sa.BigInteger(), nullable=False),
        sa.Column('recovered_minor', sa.BigInteger(), nullable=False),
        sa.Column('reversed_minor', sa.BigInteger(), nullable=False),
        sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"currency IN ({_words(CURRENCIES)})", name=op.f('ck_clawback_currency_known')),
        sa.CheckConstraint(
            'least(payable_minor, owed_minor, fee_minor, tax_minor) >= 0', name=op.f('ck_clawback_sane')
        ),
        sa.CheckConstraint(
            'recovered_minor + reversed_minor <= owed_minor',
            name=op.f('ck_clawback_recovered_once'),
        ),
        sa.CheckConstraint('recovered_minor >= 0 AND reversed_minor >= 0', name=op.f('ck_clawback_recovered_sane')),
        sa.ForeignKeyConstraint(['earning_id'], ['earning.id'], name=op.f('fk_clawback_earning_id_earning')),
        sa.ForeignKeyConstraint(['landlord_id'], ['identity.id'], name=op.f('fk_clawback_landlord_id_identity')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_clawback'))
    )
    op.create_index(op.f('ix_clawback_earning_id'), 'clawback', ['earning_id'])
    op.create_index('ix_clawback_landlord_id', 'clawback', ['landlord_id', 'currency', 'id'])
    op.create_index(
        'uq_clawback_cause', 'clawback', ['cause_id'], unique=True, postgresql_where=sa.text('undone_at IS NULL')
    )


def _add_transfer() -> None:
    op.create_table(
        'transfer',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('earning_id', sa.Uuid(), nullable=False),
        sa.Column('account_id', sa.String(length=200), nullable=False),
        sa.Column('is_of_charge', sa.Boolean(), nullable=False),
        sa.Column('amount_minor', sa.BigInteger(), nullable=False),
        sa.Column('status', sa.String(length=20), nullable=False),
        sa.Column('external_id', sa.String(length=200), nullable=True),
        sa.Column('balance_transaction_id', sa.String(length=200), nullable=True),
        sa.Column('refusals', sa.Integer(), nullable=False),
        sa.Column('refused_since', sa.DateTime(timezone=True), nullable=True),
        sa.Column('reversed_minor', sa.BigInteger(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'done') = (balance_transaction_id IS NOT NULL)", name=op.f('ck_transfer_done_in_the_books')
        ),
        sa.CheckConstraint("status IN ('asked', 'done', 'failed')", name=op.f('ck_transfer_status_known')),
        sa.CheckConstraint('amount_minor BETWEEN 1 AND 9007199254740992', name=op.f('ck_transfer_amount_sane')),
        sa.CheckConstraint('reversed_minor BETWEEN 0 AND amount_minor', name=op.f('ck_transfer_reversed_sane')),
        sa.ForeignKeyConstraint(['earning_id'], ['earning.id'], name=op.f('fk_transfer_earning_id_earning')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer')),
        sa.UniqueConstraint('balance_transaction_id', name=op.f('uq_transfer_balance_transaction_id')),
        sa.UniqueConstraint('external_id', name=op.f('uq_transfer_external_id'))
    )
    op.create_index('ix_transfer_asked', 'transfer', ['id'], postgresql_where=sa.text("status = 'asked'"))
    op.create_index(op.f('ix_transfer_earning_id'), 'transfer', ['earning_id'])


def _add_recovery() -> None:
    op.create_table(
        'recovery',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('earning_id', sa.Uuid(), nullable=False),
        sa.Column('clawback_id', sa.Uuid(), nullable=False),
        sa.Column('amount_minor', sa.BigInteger(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('amount_minor > 0', name=op.f('ck_recovery_amount_sane')),
        sa.ForeignKeyConstraint(['clawback_id'], ['clawback.id'], name=op.f('fk_recovery_clawback_id_clawback')),
        sa.ForeignKeyConstraint(['earning_id'], ['earning.id'], name=op.f('fk_recovery_earning_id_earning')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery'))
    )
    op.create_index(op.f('ix_recovery_clawback_id'), 'recovery', ['clawback_id'])
    op.create_index(op.f('ix_recovery_earning_id'), 'recovery', ['earning_id'])


def _add_transfer_reversal() -> None:
    op.create_table(
        'transfer_reversal',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('transfer_id', sa.Uuid(), nullable=False),
        sa.Column('clawback_id', sa.Uuid(), nullable=False),
        sa.Column('amount_minor', sa.BigInteger(), nullable=False),
        sa.Column('status', sa.String(length=20), nullable=False),
        sa.Column('external_id', sa.String(length=200), nullable=True),
        sa.Column('balance_transaction_id', sa.String(length=200), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'done') = (balance_transaction_id IS NOT NULL)",
            name=op.f('ck_transfer_reversal_done_in_the_books'),
        ),
        sa.CheckConstraint("status IN ('asked', 'done', 'failed')", name=op.f('ck_transfer_reversal_status_known')),
        sa.CheckConstraint(
            'amount_minor BETWEEN 1 AND 9007199254740992', name=op.f('ck_transfer_reversal_amount_sane')
        ),
        sa.ForeignKeyConstraint(
            ['clawback_id'], ['clawback.id'], name=op.f('fk_transfer_reversal_clawback_id_clawback')
        ),
        sa.ForeignKeyConstraint(
            ['transfer_id'], ['transfer.id'], name=op.f('fk_transfer_reversal_transfer_id_transfer')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer_reversal')),
        sa.UniqueConstraint('balance_transaction_id', name=op.f('uq_transfer_reversal_balance_transaction_id')),
        sa.UniqueConstraint('external_id', name=op.f('uq_transfer_reversal_external_id'))
    )
    op.create_index(op.f('ix_transfer_reversal_clawback_id'), 'transfer_reversal', ['clawback_id'])
    op.create_index(op.f('ix_transfer_reversal_transfer_id'), 'transfer_reversal', ['transfer_id'])


def _expect_what_was_paid() -> None:
    """What was paid before, and is not all given back by itself, is earned a day after the check-in that was agreed."""
    op.execute(
        "INSERT INTO earning (id, payment_id, landlord_id, currency, due_at, is_open, ask_at, net_minor, fee_minor, "
        "tax_minor, back_net_minor, back_fee_minor, back_tax_minor, returned_minor, recovered_minor, paid_minor, "
        "times, created_at) SELECT gen_random_uuid(), payment.id, booking.landlord_id, payment.currency, earned.due, "
        "true, earned.due, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, now() FROM payment JOIN ("
        "SELECT 'booking' AS kind, id, id AS booking_id, NULL::date AS day FROM booking UNION ALL "
        "SELECT 'booking_change', id, booking_id, NULL FROM booking_change UNION ALL "
        "SELECT 'rent_month', id, booking_id, due FROM rent_month) thing "
        "ON thing.kind = subject_kind AND thing.id = subject_id "
        "JOIN booking ON booking.id = thing.booking_id JOIN property ON property.id = booking.property_id "
        "CROSS JOIN LATERAL (SELECT (coalesce(thing.day, check_in) + check_in_hour) AT TIME ZONE property.zone "
        "+ interval '24 hours' AS due) earned WHERE payment.status = 'captured' AND NOT payment.is_late"
    )


def _words(values: tuple[str, ...]) -> str:
    return ', '.join(f"'{value}'" for value in values)


def _allow(table: str, name: str, values: str) -> None:
    constraint = op.f(f'ck_{table}_{name}')
    op.drop_constraint(constraint, table, type_='check')
    op.create_check_constraint(constraint, table, values)


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
