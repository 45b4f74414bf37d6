"""An answer to an Idempotency-Key is repeated with its headers

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Empty for the answers of yesterday, and of servers that are not replaced yet; all are gone within a day.
    op.add_column('idempotent_reply', sa.Column('headers', postgresql.JSONB(astext_type=sa.Text()), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
