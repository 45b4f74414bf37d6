"""Cases, drafts of the listing editor, changes of many homes at once

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def _person(name: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [name], ['identity.id'], name=op.f(f'fk_{table}_{name}_identity'), ondelete='SET NULL'
    )


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('property', sa.Column('review_reasons', sa.ARRAY(sa.String(length=40)), nullable=True))
    op.add_column('property', sa.Column('proposed', postgresql.JSONB(none_as_null=True), nullable=True))
    op.create_table(
        'case_file',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('subject_id', sa.Uuid(), nullable=False),
        sa.Column('status', sa.String(length=20), nullable=False),
        sa.Column('words', sa.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column('opened_by', sa.Uuid(), nullable=True),
        sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('owner_id', sa.Uuid(), nullable=True),
        sa.Column('outcome', sa.String(length=20), nullable=True),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('home_review', 'home_report')", name=op.f('ck_case_file_kind_known')),
        sa.CheckConstraint("status IN ('waiting', 'taken', 'closed')", name=op.f('ck_case_file_status_known')),
        sa.CheckConstraint(
            "outcome IN ('approved', 'sent_back', 'dismissed', 'taken_down', 'withdrawn')",
            name=op.f('ck_case_file_outcome_known'),
        ),
        sa.CheckConstraint(
            "(status = 'closed') = (outcome IS NOT NULL)", name=op.f('ck_case_file_closed_with_outcome')
        ),
        sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_case_file_closed_at_a_time')),
        sa.CheckConstraint("status <> 'waiting' OR owner_id IS NULL", name=op.f('ck_case_file_waiting_for_someone')),
        _person('opened_by', 'case_file'),
        _person('owner_id', 'case_file'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_case_file')),
    )
    still_open = sa.text("status <> 'closed'")
    op.create_index('uq_case_file_open', 'case_file', ['kind', 'subject_id'], unique=True, postgresql_where=still_open)
    op.create_index('ix_case_file_due_at_id', 'case_file', ['due_at', 'id'], postgresql_where=still_open)
    closed = sa.text("status = 'closed'")
    op.create_index('ix_case_file_closed_at_id', 'case_file', ['closed_at', 'id'], postgresql_where=closed)
    op.create_table(
        'case_entry',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=True),
        sa.Column('act', sa.String(length=20), nullable=False),
        sa.Column('words', sa.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column('note', sa.String(length=1000), nullable=True),
        sa.Column('outcome', sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "act IN ('opened', 'added', 'taken', 'released', 'closed')", name=op.f('ck_case_entry_act_known')
        ),
        sa.CheckConstraint(
            "outcome IN ('approved', 'sent_back', 'dismissed', 'taken_down', 'withdrawn')",
            name=op.f('ck_case_entry_outcome_known'),
        ),
        sa.ForeignKeyConstraint(
            ['case_id'], ['case_file.id'], name=op.f('fk_case_entry_case_id_case_file'), ondelete='CASCADE'
        ),
        _person('by', 'case_entry'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_case_entry')),
    )
    op.create_index('ix_case_entry_case_id_id', 'case_entry', ['case_id', 'id'])
    op.create_table(
        'property_draft',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('said', postgresql.JSONB(), nullable=False),
        sa.Column('version', sa.Uuid(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['person_id'], ['identity.id'], name=op.f('fk_property_draft_person_id_identity'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', 'person_id', name=op.f('pk_property_draft')),
    )
    op.create_index(
        'ix_property_draft_person_id_updated_at_id', 'property_draft', ['person_id', 'updated_at', 'id']
    )
    op.create_table(
        'property_bulk_edit',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('homes', postgresql.JSONB(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['person_id'], ['identity.id'], name=op.f('fk_property_bulk_edit_person_id_identity'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_property_bulk_edit')),
    )
    op.create_index(op.f('ix_property_bulk_edit_person_id'), 'property_bulk_edit', ['person_id'])
    _open_cases_of_what_waits()


def _open_cases_of_what_waits() -> None:
    """Homes that wait for an admin wait as cases from now on. A case takes the id of its home: no other id is at hand."""
    op.execute(
        "INSERT INTO case_file (id, kind, subject_id, status, words, opened_by, opened_at, due_at) "
        "SELECT id, 'home_review', id, 'waiting', ARRAY['new'], landlord_id, updated_at, "
        "updated_at + interval '48 hours' FROM property WHERE status = 'pending_review'"
    )
    op.execute(
        'INSERT INTO case_entry (id, case_id, "at", "by", act, words) '
        "SELECT id, id, opened_at, opened_by, 'opened', words FROM case_file"
    )


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
