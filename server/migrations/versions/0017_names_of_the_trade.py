"""Names of the trade: check-in and check-out, and the kind of what happened to a booking

Revision: 0017, after 0016
"""

from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

_DAYS = {"arrive": "check_in", "leave": "check_out"}
_INDEXES = {
    "ix_booking_tenant_id_arrive_id": "ix_booking_tenant_id_check_in_id",
    "ix_booking_landlord_id_arrive_id": "ix_booking_landlord_id_check_in_id",
    "ix_booking_property_id_arrive": "ix_booking_property_id_check_in",
    "ix_booking_leave_confirmed": "ix_booking_check_out_confirmed",
}
_WEEKDAYS = {"arrival_weekdays": "check_in_weekdays"}
# What stands in JSON: the table, its column, and the names in it.
_DOCUMENTS = (
    ("notification", "stay", _DAYS),
    ("idempotent_reply", "body", _DAYS | _WEEKDAYS | {"deed": "kind", "wrong_move": "invalid_transition"}),
    ("property", "proposed", _WEEKDAYS),
    ("property_draft", "said", _WEEKDAYS),
    ("property_bulk_edit", "homes", _WEEKDAYS),
    ("import_run", "plan", _WEEKDAYS),
    ("import_change", "before", _WEEKDAYS),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("quote", "booking", "booking_history"):
        for old, new in _DAYS.items():
            op.alter_column(table, old, new_column_name=new)
    for old, new in _INDEXES.items():
        op.execute(f"ALTER INDEX {old} RENAME TO {new}")
    for old, new in _WEEKDAYS.items():
        op.alter_column("property", old, new_column_name=new)
    op.alter_column("booking_history", "deed", new_column_name="kind")
    op.execute("ALTER TABLE booking_history RENAME CONSTRAINT ck_booking_history_deed_known TO ck_booking_history_kind_known")
    for table, column, names in _DOCUMENTS:
        for old, new in names.items():
            # A quote within a text is escaped, so only names and whole words are met.
            op.execute(
                f"""UPDATE {table} SET {column} = replace({column}::text, '"{old}"', '"{new}"')::jsonb """
                f"""WHERE {column}::text LIKE '%"{old}"%'"""
            )


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
