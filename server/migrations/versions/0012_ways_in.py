"""Ways in: proved e-mails, devices, throttled tries, links in mails, accounts that are deleted

Revision: 0012, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('identity', sa.Column('email_verified_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('identity', sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f('ck_identity_known_somehow'), 'identity', type_='check')
    op.create_check_constraint(
        op.f('ck_identity_known_somehow'), 'identity', 'email IS NOT NULL OR source_key IS NOT NULL OR erased_at IS NOT NULL'
    )
    op.create_check_constraint(
        op.f('ck_identity_verified_what'), 'identity', 'email IS NOT NULL OR email_verified_at IS NULL'
    )
    for name, length in (('program', 40), ('system', 40), ('address_hash', 64), ('device_hash', 64)):
        op.add_column('auth_session', sa.Column(name, sa.String(length=length), nullable=True))
    # The default is for servers of the release before, which still open sessions while this one starts.
    op.add_column(
        'auth_session',
        sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.execute("UPDATE auth_session SET last_used_at = coalesce(rotated_at, created_at)")
    op.create_table(
        'auth_attempt',
        sa.Column('key', sa.String(length=64), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('key', name='pk_auth_attempt'),
    )
    op.create_table(
        'mail_link',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('identity_id', sa.Uuid(), nullable=False),
        sa.Column('purpose', sa.String(length=20), nullable=False),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('token_hash', sa.String(length=64), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose IN ('verify_email', 'reset_password')", name=op.f('ck_mail_link_purpose_known')),
        sa.ForeignKeyConstraint(
            ['identity_id'], ['identity.id'], name='fk_mail_link_identity_id_identity', ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name='pk_mail_link'),
        sa.UniqueConstraint('token_hash', name='uq_mail_link_token_hash'),
    )
    op.create_index('ix_mail_link_identity_id', 'mail_link', ['identity_id'])


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
