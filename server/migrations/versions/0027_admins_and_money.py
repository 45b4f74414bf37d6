"""Admins see and correct money: what the provider says is compared with the books, and refunds are agreed to by two

Revision: 0027, after 0026
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

CURRENCIES = (
    'GBP', 'EUR', 'USD', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'JPY', 'CAD', 'AUD',
    'NZD', 'ZAR', 'INR', 'AED', 'BRL', 'TRY', 'HUF', 'RON',
)
_ALL = ', '.join(f"'{currency}'" for currency in CURRENCIES)
_KINDS = "kind IN ('home_review', 'home_report', 'failed_job', 'dispute', 'failed_refund', 'reconciliation')"
_OUTCOMES = (
    "outcome IN ('approved', 'sent_back', 'dismissed', 'taken_down', 'withdrawn', 'succeeded', 'left_undone', 'answered', "
    "'won', 'lost', 'sent_again', 'paid_otherwise', 'explained')"
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _allow('case_file', 'kind_known', _KINDS)
    _allow('case_file', 'outcome_known', _OUTCOMES)
    _allow('case_entry', 'outcome_known', _OUTCOMES)
    _add_movements()
    _add_runs()
    _add_findings()
    _add_refund_requests()


def _allow(table: str, name: str, values: str) -> None:
    constraint = op.f(f'ck_{table}_{name}')
    op.drop_constraint(constraint, table, type_='check')
    op.create_check_constraint(constraint, table, values)


def _add_movements() -> None:
    op.create_table(
        'provider_movement',
        sa.Column('id', sa.String(length=200), nullable=False),
        sa.Column('kind', sa.String(length=60), nullable=False),
        sa.Column('amount_minor', sa.BigInteger(), nullable=False),
        sa.Column('fee_minor', sa.BigInteger(), nullable=False),
        sa.Column('currency', sa.String(length=3), nullable=False),
        sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f'currency IN ({_ALL})', name=op.f('ck_provider_movement_currency_known')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_movement')),
    )
    op.create_index('ix_provider_movement_happened_at', 'provider_movement', ['happened_at'])


def _add_runs() -> None:
    op.create_table(
        'reconciliation_run',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('status', sa.String(length=20), nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=True),
        sa.Column('until', sa.DateTime(timezone=True), nullable=False),
        sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('asked_by', sa.Uuid(), nullable=True),
        sa.Column('cursor', sa.String(length=200), nullable=True),
        sa.Column('held', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column('movements', sa.Integer(), nullable=False),
        sa.Column('found', sa.Integer(), nullable=False),
        sa.Column('balances', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("status IN ('running', 'done')", name=op.f('ck_reconciliation_run_status_known')),
        sa.CheckConstraint(
            "(status = 'done') = (finished_at IS NOT NULL)", name=op.f('ck_reconciliation_run_done_at_a_time')
        ),
        sa.ForeignKeyConstraint(['asked_by'], ['identity.id'], name=op.f('fk_reconciliation_run_asked_by_identity')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_reconciliation_run')),
    )
    op.create_index(
        'uq_reconciliation_run_running',
        'reconciliation_run',
        ['status'],
        unique=True,
        postgresql_where=sa.text("status = 'running'"),
    )
    op.create_index('ix_reconciliation_run_started_at_id', 'reconciliation_run', ['started_at', 'id'])


def _add_findings() -> None:
    kinds = (
        "kind IN ('not_in_books', 'not_at_provider', 'other_amount', 'other_fee', 'other_currency', 'other_kind', "
        "'other_balance')"
    )
    table = 'reconciliation_finding'
    op.create_table(
        table,
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('run_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('status', sa.String(length=20), nullable=False),
        sa.Column('external_id', sa.String(length=200), nullable=False),
        sa.Column('what', sa.String(length=60), nullable=False),
        sa.Column('theirs_minor', sa.BigInteger(), nullable=True),
        sa.Column('theirs_currency', sa.String(length=3), nullable=True),
        sa.Column('ours_minor', sa.BigInteger(), nullable=True),
        sa.Column('ours_currency', sa.String(length=3), nullable=True),
        sa.Column('happened_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('explained_by', sa.Uuid(), nullable=True),
        sa.Column('note', sa.String(length=1000), nullable=True),
        sa.CheckConstraint(kinds, name=op.f(f'ck_{table}_kind_known')),
        sa.CheckConstraint("status IN ('open', 'explained', 'gone')", name=op.f(f'ck_{table}_status_known')),
        sa.CheckConstraint(f'theirs_currency IN ({_ALL})', name=op.f(f'ck_{table}_theirs_currency_known')),
        sa.CheckConstraint(f'ours_currency IN ({_ALL})', name=op.f(f'ck_{table}_ours_currency_known')),
        sa.CheckConstraint(
            "(theirs_minor IS NULL) = (theirs_currency IS NULL)", name=op.f(f'ck_{table}_theirs_whole')
        ),
        sa.CheckConstraint("(ours_minor IS NULL) = (ours_currency IS NULL)", name=op.f(f'ck_{table}_ours_whole')),
        sa.CheckConstraint("(status = 'open') = (settled_at IS NULL)", name=op.f(f'ck_{table}_settled_at_a_time')),
        sa.ForeignKeyConstraint(['run_id'], ['reconciliation_run.id'], name=op.f(f'fk_{table}_run_id_reconciliation_run')),
        sa.ForeignKeyConstraint(['explained_by'], ['identity.id'], name=op.f(f'fk_{table}_explained_by_identity')),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}')),
    )
    op.create_index(op.f(f'ix_{table}_run_id'), table, ['run_id'])
    op.create_index(
        'uq_reconciliation_finding_live',
        table,
        ['kind', 'external_id'],
        unique=True,
        postgresql_where=sa.text("status <> 'gone'"),
    )


def _add_refund_requests() -> None:
    table = 'refund_request'
    op.create_table(
        table,
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('payment_id', sa.Uuid(), nullable=False),
        sa.Column('stay_minor', sa.BigInteger(), nullable=False),
        sa.Column('taxes', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('amount_minor', sa.BigInteger(), nullable=False),
        sa.Column('reason', sa.String(length=1000), nullable=False),
        sa.Column('status', sa.String(length=20), nullable=False),
        sa.Column('asked_by', sa.Uuid(), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('decided_by', sa.Uuid(), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('note', sa.String(length=1000), nullable=True),
        sa.Column('refund_id', sa.Uuid(), nullable=True),
        sa.CheckConstraint("status IN ('waiting', 'approved', 'rejected')", name=op.f(f'ck_{table}_status_known')),
        sa.CheckConstraint("amount_minor BETWEEN 1 AND 9007199254740992", name=op.f(f'ck_{table}_amount_sane')),
        sa.CheckConstraint("stay_minor BETWEEN 0 AND amount_minor", name=op.f(f'ck_{table}_stay_sane')),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name=op.f(f'ck_{table}_by_two')),
        sa.CheckConstraint("(status = 'waiting') = (decided_at IS NULL)", name=op.f(f'ck_{table}_decided_at_a_time')),
        sa.CheckConstraint(
            "(status = 'approved') = (refund_id IS NOT NULL)", name=op.f(f'ck_{table}_approved_is_asked_for')
        ),
        sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f(f'fk_{table}_payment_id_payment')),
        sa.ForeignKeyConstraint(['asked_by'], ['identity.id'], name=op.f(f'fk_{table}_asked_by_identity')),
        sa.ForeignKeyConstraint(['decided_by'], ['identity.id'], name=op.f(f'fk_{table}_decided_by_identity')),
        sa.ForeignKeyConstraint(['refund_id'], ['refund.id'], name=op.f(f'fk_{table}_refund_id_refund')),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}')),
        sa.UniqueConstraint('refund_id', name=op.f(f'uq_{table}_refund_id')),
    )
    op.create_index(op.f(f'ix_{table}_payment_id'), table, ['payment_id'])
    op.create_index(op.f(f'ix_{table}_asked_by'), table, ['asked_by'])
    op.create_index(op.f(f'ix_{table}_decided_by'), table, ['decided_by'])
    op.create_index(
        'ix_refund_request_waiting', table, ['asked_at', 'id'], postgresql_where=sa.text("status = 'waiting'")
    )
    op.create_index('ix_refund_request_decided_at_id', table, ['decided_at', 'id'])


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
