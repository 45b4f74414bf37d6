"""Imported homes may wait as drafts, remarks are told once a file, and the currencies of the trade are known

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

CURRENCIES = (
    'GBP', 'EUR', 'USD', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'JPY', 'CAD', 'AUD',
    'NZD', 'ZAR', 'INR', 'AED', 'BRL', 'TRY', 'HUF', 'RON',
)
PRICED = ('property', 'quote', 'booking', 'booking_history')


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('import_run', sa.Column('incomplete', sa.Integer(), server_default='0', nullable=False))
    op.alter_column('import_run', 'incomplete', server_default=None)
    op.add_column('import_run', sa.Column('decimal_mark', sa.String(length=1), nullable=True))
    op.add_column('import_finding', sa.Column('lines', sa.Integer(), server_default='1', nullable=False))
    op.alter_column('import_finding', 'lines', server_default=None)
    op.add_column('import_line', sa.Column('source_id', sa.String(length=200), nullable=True))
    op.create_index('ix_import_line_run_id_source_id', 'import_line', ['run_id', 'source_id'])
    words = ', '.join(f"'{word}'" for word in CURRENCIES)
    for table in PRICED:
        op.drop_constraint(op.f(f'ck_{table}_currency_known'), table, type_='check')
        op.create_check_constraint(op.f(f'ck_{table}_currency_known'), table, f"currency IN ({words})")



def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
