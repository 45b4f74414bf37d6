"""Secret addresses of calendars; when a claim last changed

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        'calendar_link',
        sa.Column('property_id', sa.Uuid(), nullable=False),
        sa.Column('salt', sa.Uuid(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['property_id'], ['property.id'], name=op.f('fk_calendar_link_property_id_property'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('property_id', name=op.f('pk_calendar_link')),
    )
    op.add_column('occupancy', sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True))
    # A server of before does not name the column.
    op.execute("ALTER TABLE occupancy ALTER COLUMN changed_at SET DEFAULT now()")
    op.execute("UPDATE occupancy SET changed_at = created_at")
    op.alter_column('occupancy', 'changed_at', nullable=False)


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
