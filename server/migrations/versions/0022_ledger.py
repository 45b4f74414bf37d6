"""The books: entries that balance, never change and never take a guarded account below zero

Revision: 0022, after 0019
"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

CURRENCIES = (
    'GBP', 'EUR', 'USD', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'JPY', 'CAD', 'AUD',
    'NZD', 'ZAR', 'INR', 'AED', 'BRL', 'TRY', 'HUF', 'RON',
)
NATURES = (
    ('provider_clearing', 'debit', 'true'),
    ('stay_liability', 'credit', 'false'),
    ('refunds_payable', 'credit', 'false'),
    ('tenant_credit', 'credit', 'false'),
    ('tax_payable', 'credit', 'true'),
    ('provider_cost', 'debit', 'true'),
    ('fee_revenue', 'credit', 'true'),
    ('dispute_in_progress', 'debit', 'false'),
    ('dispute_loss', 'debit', 'true'),
    ('fx_clearing', 'debit', 'true'),
)
KINDS = (
    'charge', 'late_charge', 'provider_fee', 'refund_asked', 'credit_refund_asked', 'refund_paid', 'refund_returned',
    'refund_given_up', 'dispute_opened', 'dispute_won', 'dispute_lost', 'reversal',
)
APPEND_ONLY = ('ledger_account', 'ledger_entry', 'ledger_posting')


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _add_accounts()
    _add_entries()
    _add_postings()
    _forbid_changes()
    # Without a path of their own the functions below would believe a temporary table of the same name.
    path = op.get_bind().scalar(sa.text("SELECT 'SET search_path = ' || quote_ident(current_schema()) || ', pg_temp'"))
    _keep_balances(path)
    _check_entries(path)


def _words(values: tuple[str, ...]) -> str:
    return ', '.join(f"'{value}'" for value in values)


def _add_accounts() -> None:
    natures = ', '.join(f"('{code}', '{normal}', {below})" for code, normal, below in NATURES)
    op.create_table(
        'ledger_account',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('code', sa.String(length=30), nullable=False),
        sa.Column('normal', sa.String(length=10), nullable=False),
        sa.Column('owner', sa.String(length=100), nullable=False),
        sa.Column('currency', sa.String(length=3), nullable=False),
        sa.Column('may_go_below_zero', sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            f"code IN ({_words(tuple(code for code, _, _ in NATURES))})", name=op.f('ck_ledger_account_code_known')
        ),
        sa.CheckConstraint("normal IN ('debit', 'credit')", name=op.f('ck_ledger_account_normal_known')),
        sa.CheckConstraint(f"currency IN ({_words(CURRENCIES)})", name=op.f('ck_ledger_account_currency_known')),
        sa.CheckConstraint(
            f"(code, normal, may_go_below_zero) IN ({natures})", name=op.f('ck_ledger_account_nature')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_account')),
        sa.UniqueConstraint('code', 'owner', 'currency', name=op.f('uq_ledger_account_code_owner_currency')),
        sa.UniqueConstraint('id', 'currency', name=op.f('uq_ledger_account_id_currency')),
    )


def _add_entries() -> None:
    op.create_table(
        'ledger_entry',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=30), nullable=False),
        sa.Column('about_kind', sa.String(length=30), nullable=False),
        sa.Column('about_id', sa.Uuid(), nullable=False),
        sa.Column('source', sa.String(length=40), nullable=False),
        sa.Column('external_id', sa.String(length=200), nullable=False),
        sa.Column('reverses', sa.Uuid(), nullable=True),
        sa.Column('lines', sa.SmallInteger(), nullable=False),
        sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('posted_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN ({_words(KINDS)})", name=op.f('ck_ledger_entry_kind_known')),
        sa.CheckConstraint("lines BETWEEN 2 AND 100", name=op.f('ck_ledger_entry_lines_sane')),
        sa.CheckConstraint(
            "(kind = 'reversal') = (reverses IS NOT NULL)", name=op.f('ck_ledger_entry_reverses_something')
        ),
        sa.ForeignKeyConstraint(['reverses'], ['ledger_entry.id'], name=op.f('fk_ledger_entry_reverses_ledger_entry')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_entry')),
        sa.UniqueConstraint('source', 'kind', 'external_id', name=op.f('uq_ledger_entry_source_kind_external_id')),
        sa.UniqueConstraint('reverses', name=op.f('uq_ledger_entry_reverses')),
    )
    op.create_index('ix_ledger_entry_about_id', 'ledger_entry', ['about_id', 'about_kind'])


def _add_postings() -> None:
    op.create_table(
        'ledger_posting',
        sa.Column('entry_id', sa.Uuid(), nullable=False),
        sa.Column('line', sa.SmallInteger(), nullable=False),
        sa.Column('account_id', sa.Uuid(), nullable=False),
        sa.Column('currency', sa.String(length=3), nullable=False),
        sa.Column('amount_minor', sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"currency IN ({_words(CURRENCIES)})", name=op.f('ck_ledger_posting_currency_known')),
        sa.CheckConstraint("line >= 1", name=op.f('ck_ledger_posting_line_sane')),
        sa.CheckConstraint("amount_minor <> 0", name=op.f('ck_ledger_posting_amount_moves')),
        sa.CheckConstraint(
            "amount_minor BETWEEN -9007199254740992 AND 9007199254740992", name=op.f('ck_ledger_posting_amount_sane')
        ),
        sa.ForeignKeyConstraint(
            ['account_id', 'currency'], ['ledger_account.id', 'ledger_account.currency'],
            name=op.f('fk_ledger_posting_account_id_currency_ledger_account'),
        ),
        sa.ForeignKeyConstraint(
            ['entry_id'], ['ledger_entry.id'], name=op.f('fk_ledger_posting_entry_id_ledger_entry')
        ),
        sa.PrimaryKeyConstraint('entry_id', 'line', name=op.f('pk_ledger_posting')),
    )
    op.create_index(
        'ix_ledger_posting_account_id', 'ledger_posting', ['account_id', 'entry_id'],
        postgresql_include=['amount_minor'],
    )
    op.create_table(
        'ledger_balance',
        sa.Column('account_id', sa.Uuid(), nullable=False),
        sa.Column('amount_minor', sa.BigInteger(), nullable=False),
        sa.Column('postings', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ['account_id'], ['ledger_account.id'], name=op.f('fk_ledger_balance_account_id_ledger_account')
        ),
        sa.PrimaryKeyConstraint('account_id', name=op.f('pk_ledger_balance')),
    )


def _forbid_changes() -> None:
    op.execute("""
        CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'what stands in % is never changed: post an entry that reverses it', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_immutable';
        END $$
    """)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()"
        )
    # The app's role owns these tables, so no REVOKE would bind it. A statement of its own is no trigger's, though: the
    # guard itself is at depth 1 then, and at depth 2 when the postings' trigger writes.
    op.execute("""
        CREATE FUNCTION ledger_refuse_hand() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF pg_trigger_depth() < 2 THEN
                RAISE EXCEPTION 'balances follow from postings, and are written by nothing else'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balance_derived';
            END IF;
            RETURN NULL;
        END $$
    """)
    op.execute(
        "CREATE TRIGGER only_derived BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ledger_balance "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_hand()"
    )


def _keep_balances(path: str) -> None:
    # In the order of the accounts, so that two who post to the same ones never wait for each other in a ring.
    op.execute(f"""
        CREATE FUNCTION ledger_apply_postings() RETURNS trigger LANGUAGE plpgsql {path} AS $$
        BEGIN
            IF EXISTS (SELECT FROM added JOIN ledger_entry entry ON entry.id = entry_id WHERE line > lines) THEN
                RAISE EXCEPTION 'an entry has as many lines as it says, and none is added later'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_lines';
            END IF;
            INSERT INTO ledger_balance AS balance (account_id, amount_minor, postings)
            SELECT account_id, sum(amount_minor), count(*)
            FROM added JOIN ledger_account account ON account.id = account_id
            WHERE NOT may_go_below_zero GROUP BY account_id ORDER BY account_id
            ON CONFLICT (account_id) DO UPDATE SET
                amount_minor = balance.amount_minor + excluded.amount_minor,
                postings = balance.postings + excluded.postings;
            RETURN NULL;
        END $$
    """)
    op.execute(
        "CREATE TRIGGER applied AFTER INSERT ON ledger_posting REFERENCING NEW TABLE AS added "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_apply_postings()"
    )
    # It reads the balance as it is at the commit: within a transaction an account may be below zero for a moment.
    op.execute(f"""
        CREATE FUNCTION ledger_refuse_overdraft() RETURNS trigger LANGUAGE plpgsql {path} AS $$
        DECLARE overdrawn text;
        BEGIN
            SELECT concat_ws(' ', code, owner, currency) INTO overdrawn
            FROM ledger_account account JOIN ledger_balance balance ON account_id = account.id
            WHERE account.id = NEW.account_id AND NOT may_go_below_zero
                AND CASE normal WHEN 'debit' THEN amount_minor ELSE -amount_minor END < 0;
            IF FOUND THEN
                RAISE EXCEPTION 'account % would be below zero', overdrawn
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_overdraft';
            END IF;
            RETURN NULL;
        END $$
    """)
    op.execute(
        "CREATE CONSTRAINT TRIGGER not_below_zero AFTER INSERT OR UPDATE ON ledger_balance "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_refuse_overdraft()"
    )


def _check_entries(path: str) -> None:
    # An entry is looked at once, at the commit that makes it. Its lines are numbered up to what it says, so that a
    # complete one has no room for more.
    op.execute(f"""
        CREATE FUNCTION ledger_check_entry() RETURNS trigger LANGUAGE plpgsql {path} AS $$
        DECLARE fault text;
        BEGIN
            SELECT format('has %s of %s lines', count(*), NEW.lines) INTO fault
            FROM ledger_posting WHERE entry_id = NEW.id HAVING count(*) <> NEW.lines;
            IF fault IS NULL THEN
                SELECT format('is off by %s %s', sum(amount_minor), currency) INTO fault
                FROM ledger_posting WHERE entry_id = NEW.id
                GROUP BY currency HAVING sum(amount_minor) <> 0 LIMIT 1;
            END IF;
            IF fault IS NULL AND NEW.reverses IS NOT NULL AND EXISTS (
                SELECT account_id FROM ledger_posting WHERE entry_id IN (NEW.id, NEW.reverses)
                GROUP BY account_id HAVING sum(amount_minor) <> 0
            ) THEN
                fault = 'is not the reverse of what it names';
            END IF;
            IF fault IS NOT NULL THEN
                RAISE EXCEPTION 'entry % %', NEW.id, fault
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balanced';
            END IF;
            RETURN NULL;
        END $$
    """)
    op.execute(
        "CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON ledger_entry "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_entry()"
    )


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
