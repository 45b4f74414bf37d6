"""Disputes, what banks keep, and cases about money

Revision: 0026, after 0025
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

NATURES = (
    ('provider_clearing', 'debit', 'true'),
    ('stay_liability', 'credit', 'false'),
    ('refunds_payable', 'credit', 'false'),
    ('tenant_credit', 'credit', 'false'),
    ('tax_payable', 'credit', 'true'),
    ('provider_cost', 'debit', 'true'),
    ('fee_revenue', 'credit', 'true'),
    ('dispute_in_progress', 'debit', 'false'),
    ('dispute_loss', 'debit', 'true'),
    ('fx_clearing', 'debit', 'true'),
    ('bank', 'debit', 'true'),
)
KINDS = (
    'charge', 'late_charge', 'provider_fee', 'refund_asked', 'credit_refund_asked', 'refund_paid', 'refund_returned',
    'refund_given_up', 'credit_paid_out', 'dispute_opened', 'dispute_won', 'dispute_lost', 'reversal',
)
CASES = ('home_review', 'home_report', 'failed_job', 'dispute', 'failed_refund')
OUTCOMES = (
    'approved', 'sent_back', 'dismissed', 'taken_down', 'withdrawn', 'succeeded', 'left_undone', 'answered', 'won', 'lost',
    'sent_again', 'paid_otherwise',
)
UNDECIDED = sa.text("status NOT IN ('won', 'lost', 'closed') OR (status = 'won' AND taken_minor > 0)")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _add_disputes()
    _add_to_payments()
    _add_to_refunds()
    _allow('ledger_account', 'code_known', f"code IN ({_words(tuple(code for code, _, _ in NATURES))})")
    natures = ', '.join(f"('{code}', '{normal}', {below})" for code, normal, below in NATURES)
    _allow('ledger_account', 'nature', f"(code, normal, may_go_below_zero) IN ({natures})")
    _allow('ledger_entry', 'kind_known', f"kind IN ({_words(KINDS)})")
    _allow('case_file', 'kind_known', f"kind IN ({_words(CASES)})")
    for table in ('case_file', 'case_entry'):
        _allow(table, 'outcome_known', f"outcome IN ({_words(OUTCOMES)})")


def _add_disputes() -> None:
    op.create_table(
        'dispute',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('payment_id', sa.Uuid(), nullable=False),
        sa.Column('external_id', sa.String(length=200), nullable=False),
        sa.Column('status', sa.String(length=20), nullable=False),
        sa.Column('reason', sa.String(length=20), nullable=False),
        sa.Column('amount_minor', sa.BigInteger(), nullable=False),
        sa.Column('answer_by', sa.DateTime(timezone=True), nullable=True),
        sa.Column('movements', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('taken_minor', sa.BigInteger(), nullable=False),
        sa.Column('lost_as', sa.String(length=200), nullable=True),
        sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('looked_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('inquiry', 'inquiry_answered', 'needs_response', 'under_review', 'won', 'lost', 'closed')",
            name=op.f('ck_dispute_status_known'),
        ),
        sa.CheckConstraint(
            "reason IN ('fraudulent', 'not_received', 'not_as_described', 'not_refunded', 'paid_twice', 'unrecognised', "
            "'other')",
            name=op.f('ck_dispute_reason_known'),
        ),
        sa.CheckConstraint("amount_minor BETWEEN 1 AND 9007199254740992", name=op.f('ck_dispute_amount_sane')),
        sa.CheckConstraint("taken_minor BETWEEN 0 AND 9007199254740992", name=op.f('ck_dispute_taken_sane')),
        sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_dispute_payment_id_payment')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_dispute')),
        sa.UniqueConstraint('external_id', name=op.f('uq_dispute_external_id')),
    )
    op.create_index('ix_dispute_payment_id', 'dispute', ['payment_id'])
    op.create_index('ix_dispute_looked_at', 'dispute', ['looked_at'], postgresql_where=UNDECIDED)
    op.create_index('ix_dispute_opened_at_id', 'dispute', ['opened_at', 'id'])


def _add_to_payments() -> None:
    for name in ('is_late', 'is_disputed'):
        op.add_column('payment', sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
        op.alter_column('payment', name, server_default=None)
    op.execute(
        "UPDATE payment SET is_late = true FROM ledger_entry WHERE kind = 'late_charge' "
        "AND external_id = balance_transaction_id"
    )
    for name in ('lost_stay_minor', 'lost_credit_minor'):
        op.add_column('payment', sa.Column(name, sa.BigInteger(), nullable=False, server_default='0'))
        op.alter_column('payment', name, server_default=None)
    taxes = postgresql.JSONB(astext_type=sa.Text())
    op.add_column('payment', sa.Column('lost_taxes', taxes, nullable=False, server_default='[]'))
    op.alter_column('payment', 'lost_taxes', server_default=None)


def _add_to_refunds() -> None:
    op.add_column('refund', sa.Column('is_credited', sa.Boolean(), nullable=False, server_default=sa.false()))
    # What the provider had heard of and did not deliver went to the payer's credit; what it refused was taken back.
    op.execute("UPDATE refund SET is_credited = true WHERE status IN ('failed', 'cancelled') AND external_id IS NOT NULL")
    op.add_column('refund', sa.Column('refusals', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('refund', sa.Column('covered_by', sa.Uuid(), nullable=True))
    op.add_column('refund', sa.Column('covered_minor', sa.BigInteger(), nullable=False, server_default='0'))
    op.add_column('refund', sa.Column('paid_otherwise_at', sa.DateTime(timezone=True), nullable=True))
    for name in ('is_credited', 'refusals', 'covered_minor'):
        op.alter_column('refund', name, server_default=None)
    op.create_foreign_key(op.f('fk_refund_covered_by_dispute'), 'refund', 'dispute', ['covered_by'], ['id'])
    op.create_check_constraint(
        op.f('ck_refund_covered_sane'), 'refund', "covered_minor BETWEEN 0 AND amount_minor"
    )
    op.create_check_constraint(
        op.f('ck_refund_covered_by_a_dispute'), 'refund', "(covered_minor > 0) = (covered_by IS NOT NULL)"
    )


def _words(values: tuple[str, ...]) -> str:
    return ', '.join(f"'{value}'" for value in values)


def _allow(table: str, name: str, values: str) -> None:
    constraint = op.f(f'ck_{table}_{name}')
    op.drop_constraint(constraint, table, type_='check')
    op.create_check_constraint(constraint, table, values)


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
