"""An import tells how its file was read, and why a line of it could not be

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('import_run', sa.Column('reading', postgresql.JSONB(none_as_null=True), nullable=True))
    op.add_column('import_line', sa.Column('refused', sa.String(length=300), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
