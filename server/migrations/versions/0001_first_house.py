"""The first house: every room's tables

Revision: 0001, after 
"""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql
from sqlalchemy.util import await_only

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for extension in ("btree_gist", "pg_trgm", "unaccent"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    # The queue's own schema is many commands in one text: only the driver's connection takes that.
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    await_only(driver.execute(SchemaManager.get_schema()))
    op.create_table('idempotent_reply',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('route', sa.String(length=200), nullable=False),
    sa.Column('key', sa.String(length=100), nullable=False),
    sa.Column('body_hash', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('body', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('person_id', 'route', 'key', name=op.f('pk_idempotent_reply'))
    )
    op.create_table('identity',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('source_key', sa.String(length=200), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(email IS NULL) = (password_hash IS NULL)', name=op.f('ck_identity_claimed_whole')),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_identity_email_lower')),
    sa.CheckConstraint('email IS NOT NULL OR source_key IS NOT NULL', name=op.f('ck_identity_known_somehow')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity')),
    sa.UniqueConstraint('email', name=op.f('uq_identity_email')),
    sa.UniqueConstraint('source_key', name=op.f('uq_identity_source_key'))
    )
    op.create_table('auth_session',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('identity_id', sa.Uuid(), nullable=False),
    sa.Column('client', sa.String(length=20), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=True),
    sa.Column('rotated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("client IN ('browser', 'device')", name=op.f('ck_auth_session_client_known')),
    sa.ForeignKeyConstraint(['identity_id'], ['identity.id'], name=op.f('fk_auth_session_identity_id_identity'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_auth_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_auth_session_token_hash'))
    )
    op.create_index(op.f('ix_auth_session_identity_id'), 'auth_session', ['identity_id'], unique=False)
    op.create_index('ix_auth_session_previous_hash', 'auth_session', ['previous_hash'], unique=False, postgresql_where=sa.text('previous_hash IS NOT NULL'))
    op.create_table('identity_role',
    sa.Column('identity_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.CheckConstraint("role IN ('tenant', 'landlord', 'admin')", name=op.f('ck_identity_role_role_known')),
    sa.ForeignKeyConstraint(['identity_id'], ['identity.id'], name=op.f('fk_identity_role_identity_id_identity'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('identity_id', 'role', name=op.f('pk_identity_role'))
    )
    op.create_table('import_run',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('for_platform', sa.Boolean(), nullable=False),
    sa.Column('filename', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('columns', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('plan', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('lines', sa.Integer(), nullable=False),
    sa.Column('lines_done', sa.Integer(), nullable=False),
    sa.Column('last_line', sa.Integer(), nullable=False),
    sa.Column('created', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('unchanged', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('warnings', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('uploaded', 'checking', 'checked', 'running', 'done', 'cancelling', 'cancelled')", name=op.f('ck_import_run_status_known')),
    sa.ForeignKeyConstraint(['owner_id'], ['identity.id'], name=op.f('fk_import_run_owner_id_identity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_run'))
    )
    op.create_index('ix_import_run_owner_id_created_at', 'import_run', ['owner_id', 'created_at'], unique=False)
    op.create_table('profile',
    sa.Column('identity_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['identity_id'], ['identity.id'], name=op.f('fk_profile_identity_id_identity'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('identity_id', name=op.f('pk_profile'))
    )
    op.create_table('property',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.String(length=120), nullable=False),
    sa.Column('landlord_id', sa.Uuid(), nullable=False),
    sa.Column('source_key', sa.String(length=330), nullable=True),
    sa.Column('import_id', sa.Uuid(), nullable=True),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('review_note', sa.String(length=1000), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('title', sa.String(length=250), nullable=False),
    sa.Column('description', sa.String(length=4000), nullable=False),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.Column('let_type', sa.String(length=20), nullable=False),
    sa.Column('address_line', sa.String(length=200), nullable=True),
    sa.Column('neighbourhood', sa.String(length=120), nullable=True),
    sa.Column('city', sa.String(length=120), nullable=False),
    sa.Column('postcode', sa.String(length=20), nullable=True),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('latitude', sa.Float(), nullable=False),
    sa.Column('longitude', sa.Float(), nullable=False),
    sa.Column('zone', sa.String(length=60), nullable=False),
    sa.Column('bedrooms', sa.SmallInteger(), nullable=True),
    sa.Column('beds', sa.SmallInteger(), nullable=True),
    sa.Column('bathrooms', sa.SmallInteger(), nullable=True),
    sa.Column('sleeps', sa.SmallInteger(), nullable=True),
    sa.Column('amenities', sa.ARRAY(sa.String(length=40)), nullable=True),
    sa.Column('rules', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('check_in_from', sa.Time(), nullable=True),
    sa.Column('check_out_by', sa.Time(), nullable=True),
    sa.Column('min_nights', sa.SmallInteger(), nullable=True),
    sa.Column('max_nights', sa.SmallInteger(), nullable=True),
    sa.Column('price_minor', sa.BigInteger(), nullable=False),
    sa.Column('cleaning_fee_minor', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('instant_book', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f('ck_property_country_iso')),
    sa.CheckConstraint("currency IN ('GBP', 'EUR', 'USD', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'JPY', 'CAD', 'AUD')", name=op.f('ck_property_currency_known')),
    sa.CheckConstraint("let_type IN ('nightly', 'monthly')", name=op.f('ck_property_let_type_known')),
    sa.CheckConstraint("status IN ('draft', 'pending_review', 'published', 'paused', 'rejected', 'archived')", name=op.f('ck_property_status_known')),
    sa.CheckConstraint("type IN ('flat', 'room', 'apartment', 'house', 'cottage', 'studio', 'boat')", name=op.f('ck_property_type_known')),
    sa.CheckConstraint('bathrooms BETWEEN 0 AND 100', name=op.f('ck_property_bathrooms_sane')),
    sa.CheckConstraint('bedrooms BETWEEN 0 AND 100', name=op.f('ck_property_bedrooms_sane')),
    sa.CheckConstraint('beds BETWEEN 1 AND 100', name=op.f('ck_property_beds_sane')),
    sa.CheckConstraint('char_length(title) BETWEEN 1 AND 250', name=op.f('ck_property_title_said')),
    sa.CheckConstraint('cleaning_fee_minor BETWEEN 0 AND 1000000', name=op.f('ck_property_cleaning_fee_minor_sane')),
    sa.CheckConstraint('latitude BETWEEN -90 AND 90', name=op.f('ck_property_latitude_sane')),
    sa.CheckConstraint('longitude BETWEEN -180 AND 180', name=op.f('ck_property_longitude_sane')),
    sa.CheckConstraint('max_nights BETWEEN 1 AND 3650', name=op.f('ck_property_max_nights_sane')),
    sa.CheckConstraint('min_nights <= max_nights', name=op.f('ck_property_limits_agree')),
    sa.CheckConstraint('min_nights BETWEEN 1 AND 3650', name=op.f('ck_property_min_nights_sane')),
    sa.CheckConstraint('price_minor BETWEEN 1 AND 1000000000', name=op.f('ck_property_price_minor_sane')),
    sa.CheckConstraint('sleeps BETWEEN 1 AND 100', name=op.f('ck_property_sleeps_sane')),
    sa.ForeignKeyConstraint(['landlord_id'], ['identity.id'], name=op.f('fk_property_landlord_id_identity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_property')),
    sa.UniqueConstraint('slug', name=op.f('uq_property_slug')),
    sa.UniqueConstraint('source_key', name=op.f('uq_property_source_key'))
    )
    op.create_index(op.f('ix_property_import_id'), 'property', ['import_id'], unique=False)
    op.create_index('ix_property_landlord_id_updated_at_id', 'property', ['landlord_id', 'updated_at', 'id'], unique=False)
    op.create_index('ix_property_status_updated_at_id', 'property', ['status', 'updated_at', 'id'], unique=False)
    op.create_table('block',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('property_id', sa.Uuid(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['identity.id'], name=op.f('fk_block_created_by_identity')),
    sa.ForeignKeyConstraint(['property_id'], ['property.id'], name=op.f('fk_block_property_id_property')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_block'))
    )
    op.create_index(op.f('ix_block_property_id'), 'block', ['property_id'], unique=False)
    op.create_table('import_change',
    sa.Column('run_id', sa.Uuid(), nullable=False),
    sa.Column('property_id', sa.Uuid(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('before', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.ForeignKeyConstraint(['run_id'], ['import_run.id'], name=op.f('fk_import_change_run_id_import_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('run_id', 'property_id', name=op.f('pk_import_change'))
    )
    op.create_table('import_finding',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('run_id', sa.Uuid(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=60), nullable=False),
    sa.Column('finding', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('value', sa.String(length=200), nullable=False),
    sa.CheckConstraint("finding IN ('refused', 'warning')", name=op.f('ck_import_finding_finding_known')),
    sa.ForeignKeyConstraint(['run_id'], ['import_run.id'], name=op.f('fk_import_finding_run_id_import_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_finding'))
    )
    op.create_index('ix_import_finding_run_id_id', 'import_finding', ['run_id', 'id'], unique=False)
    op.create_table('import_landlord',
    sa.Column('run_id', sa.Uuid(), nullable=False),
    sa.Column('identity_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['import_run.id'], name=op.f('fk_import_landlord_run_id_import_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('run_id', 'identity_id', name=op.f('pk_import_landlord'))
    )
    op.create_table('import_line',
    sa.Column('run_id', sa.Uuid(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('cells', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['import_run.id'], name=op.f('fk_import_line_run_id_import_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('run_id', 'line', name=op.f('pk_import_line'))
    )
    op.create_table('occupancy',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('property_id', sa.Uuid(), nullable=False),
    sa.Column('period', postgresql.DATERANGE(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('source_id', sa.Uuid(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    postgresql.ExcludeConstraint((sa.column('property_id'), '='), (sa.column('period'), '&&'), using='gist', name='ex_occupancy_no_overlap'),
    sa.CheckConstraint("(kind = 'hold') = (expires_at IS NOT NULL)", name=op.f('ck_occupancy_only_holds_lapse')),
    sa.CheckConstraint("kind IN ('hold', 'booking', 'tenancy', 'block', 'external')", name=op.f('ck_occupancy_kind_known')),
    sa.CheckConstraint('NOT isempty(period) AND lower(period) IS NOT NULL', name=op.f('ck_occupancy_period_real')),
    sa.ForeignKeyConstraint(['property_id'], ['property.id'], name=op.f('fk_occupancy_property_id_property')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_occupancy')),
    sa.UniqueConstraint('kind', 'source_id', name='uq_occupancy_kind_source_id')
    )
    op.create_index('ix_occupancy_expires_at', 'occupancy', ['expires_at'], unique=False, postgresql_where=sa.text('expires_at IS NOT NULL'))
    op.create_index(op.f('ix_occupancy_source_id'), 'occupancy', ['source_id'], unique=False)
    op.create_table('quote',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('property_id', sa.Uuid(), nullable=False),
    sa.Column('arrive', sa.Date(), nullable=False),
    sa.Column('leave', sa.Date(), nullable=False),
    sa.Column('guests', sa.Integer(), nullable=False),
    sa.Column('lines', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('total_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('rules_version', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("currency IN ('GBP', 'EUR', 'USD', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'JPY', 'CAD', 'AUD')", name=op.f('ck_quote_currency_known')),
    sa.CheckConstraint('guests BETWEEN 1 AND 100', name=op.f('ck_quote_guests_sane')),
    sa.CheckConstraint('leave > arrive', name=op.f('ck_quote_at_least_a_night')),
    sa.CheckConstraint('total_minor >= 0', name=op.f('ck_quote_total_sane')),
    sa.ForeignKeyConstraint(['property_id'], ['property.id'], name=op.f('fk_quote_property_id_property')),
    sa.ForeignKeyConstraint(['tenant_id'], ['identity.id'], name=op.f('fk_quote_tenant_id_identity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quote'))
    )
    op.create_index(op.f('ix_quote_property_id'), 'quote', ['property_id'], unique=False)
    op.create_index(op.f('ix_quote_tenant_id'), 'quote', ['tenant_id'], unique=False)
    op.create_table('booking',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=8), nullable=False),
    sa.Column('quote_id', sa.Uuid(), nullable=False),
    sa.Column('property_id', sa.Uuid(), nullable=False),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('landlord_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('arrive', sa.Date(), nullable=False),
    sa.Column('leave', sa.Date(), nullable=False),
    sa.Column('guests', sa.Integer(), nullable=False),
    sa.Column('lines', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('total_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('payment', sa.String(length=20), nullable=False),
    sa.Column('hold_expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(status IN ('held', 'requested')) = (hold_expires_at IS NOT NULL)", name=op.f('ck_booking_held_until')),
    sa.CheckConstraint("currency IN ('GBP', 'EUR', 'USD', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'JPY', 'CAD', 'AUD')", name=op.f('ck_booking_currency_known')),
    sa.CheckConstraint("payment IN ('on_arrival')", name=op.f('ck_booking_payment_known')),
    sa.CheckConstraint("status IN ('requested', 'held', 'confirmed', 'completed', 'declined', 'cancelled', 'expired', 'no_show')", name=op.f('ck_booking_status_known')),
    sa.CheckConstraint('guests BETWEEN 1 AND 100', name=op.f('ck_booking_guests_sane')),
    sa.CheckConstraint('leave > arrive', name=op.f('ck_booking_at_least_a_night')),
    sa.CheckConstraint('tenant_id <> landlord_id', name=op.f('ck_booking_not_ones_own')),
    sa.CheckConstraint('total_minor >= 0', name=op.f('ck_booking_total_sane')),
    sa.ForeignKeyConstraint(['landlord_id'], ['identity.id'], name=op.f('fk_booking_landlord_id_identity')),
    sa.ForeignKeyConstraint(['property_id'], ['property.id'], name=op.f('fk_booking_property_id_property')),
    sa.ForeignKeyConstraint(['quote_id'], ['quote.id'], name=op.f('fk_booking_quote_id_quote')),
    sa.ForeignKeyConstraint(['tenant_id'], ['identity.id'], name=op.f('fk_booking_tenant_id_identity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booking')),
    sa.UniqueConstraint('quote_id', name=op.f('uq_booking_quote_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_booking_reference'))
    )
    op.create_index('ix_booking_landlord_id_arrive_id', 'booking', ['landlord_id', 'arrive', 'id'], unique=False)
    op.create_index('ix_booking_leave_confirmed', 'booking', ['leave'], unique=False, postgresql_where=sa.text("status = 'confirmed'"))
    op.create_index('ix_booking_property_id_arrive', 'booking', ['property_id', 'arrive'], unique=False)
    op.create_index('ix_booking_tenant_id_arrive_id', 'booking', ['tenant_id', 'arrive', 'id'], unique=False)


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
