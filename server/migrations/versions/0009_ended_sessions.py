"""Which sessions ended lately is asked each second

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index(
        'ix_auth_session_ended_at', 'auth_session', ['ended_at'], postgresql_where=sa.text('ended_at IS NOT NULL')
    )


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
