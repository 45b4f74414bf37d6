"""Alembic's entry: runs on the connection that `server.schema.migrate` hands over."""

from alembic import context

from server import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    compare_type=True,
    # procrastinate's tables are its own
    include_name=lambda name, kind, _: not (kind == "table" and (name or "").startswith("procrastinate_")),
)
with context.begin_transaction():
    context.run_migrations()
