"""What fails for good opens a case

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

_OUTCOMES = (
    "outcome IN ('approved', 'sent_back', 'dismissed', 'taken_down', 'withdrawn', 'succeeded', 'left_undone')"
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        'failed_job',
        sa.Column('job_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('name', sa.String(length=128), nullable=False),
        sa.Column('error', sa.String(length=80), nullable=False),
        sa.Column('tries', sa.Integer(), nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.Column('failed_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('job_id', name=op.f('pk_failed_job')),
    )
    op.create_index(op.f('ix_failed_job_name'), 'failed_job', ['name'])
    _allow('case_file', 'kind_known', "kind IN ('home_review', 'home_report', 'failed_job')")
    _allow('case_file', 'outcome_known', _OUTCOMES)
    _allow('case_entry', 'act_known', "act IN ('opened', 'added', 'taken', 'released', 'closed', 'run_again')")
    _allow('case_entry', 'outcome_known', _OUTCOMES)
    # Most jobs have a lock from now on, and whoever takes one looks for others of its lock: among 20,000 that waited,
    # that took two seconds.
    op.create_index(
        'ix_procrastinate_jobs_lock', 'procrastinate_jobs', ['lock'], postgresql_where=sa.text("status IN ('todo', 'doing')")
    )
    # Mails that had failed when calls got a table of their own: their jobs can be run again from now on.
    op.execute(
        "UPDATE procrastinate_jobs SET queue_name = 'mail', priority = 30, "
        "args = jsonb_build_object('call_id', args->>'notification_id') "
        "WHERE task_name = 'notifications.send_mail' AND args ? 'notification_id' AND status = 'failed'"
    )


def _allow(table: str, name: str, values: str) -> None:
    constraint = op.f(f'ck_{table}_{name}')
    op.drop_constraint(constraint, table, type_='check')
    op.create_check_constraint(constraint, table, values)


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
