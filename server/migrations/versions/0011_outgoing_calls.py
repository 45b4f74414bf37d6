"""Calls to other services are written down in one table, mails among them

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        'outgoing_call',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=60), nullable=False),
        sa.Column('subject_id', sa.Uuid(), nullable=False),
        sa.Column('status', sa.String(length=20), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('first_tried_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('error', sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "status IN ('waiting', 'calling', 'done', 'dropped', 'failed')", name=op.f('ck_outgoing_call_status_known')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_outgoing_call')),
        sa.UniqueConstraint('kind', 'subject_id', name='uq_outgoing_call_kind_subject_id'),
    )
    _take_over_mails()
    op.drop_table('delivery')


def _take_over_mails() -> None:
    """A mail that is under way keeps its Message-ID, the id of its notification; its job is told by that name."""
    op.execute(
        "INSERT INTO outgoing_call "
        "(id, kind, subject_id, status, attempts, claimed_at, first_tried_at, settled_at) "
        "SELECT notification_id, 'notifications.send_mail', notification_id, "
        "CASE status WHEN 'sending' THEN 'calling' WHEN 'sent' THEN 'done' ELSE status END, "
        "attempts, claimed_at, claimed_at, done_at FROM delivery"
    )
    op.execute(
        "UPDATE procrastinate_jobs SET queue_name = 'mail', priority = 30, "
        "args = jsonb_build_object('call_id', args->>'notification_id') "
        "WHERE task_name = 'notifications.send_mail' AND args ? 'notification_id' AND status IN ('todo', 'doing')"
    )


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
