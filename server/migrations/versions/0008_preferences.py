"""What people prefer: the language of the app, and light or dark

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('profile', sa.Column('language', sa.String(length=10), nullable=True))
    op.add_column('profile', sa.Column('theme', sa.String(length=10), nullable=True))
    op.create_check_constraint(op.f('ck_profile_language_known'), 'profile', "language IN ('en', 'de')")
    op.create_check_constraint(op.f('ck_profile_theme_known'), 'profile', "theme IN ('system', 'light', 'dark')")


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
