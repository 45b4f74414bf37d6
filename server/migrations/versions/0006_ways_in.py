"""Ways in: proved e-mails, devices, throttled tries, links in mails, accounts that are deleted; notifications

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0006'
down_revision = '0005'
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

    _notifications()


def _notifications() -> None:
    kinds = (
        "kind IN ('request_sent', 'request_received', 'request_accepted', 'request_declined', 'request_withdrawn', "
        "'request_ran_out', 'request_missed', 'hold_ran_out', 'stay_agreed', 'stay_booked', 'stay_cancelled', "
        "'stay_over', 'no_show', 'change_asked', 'change_accepted', 'change_declined', 'change_withdrawn', "
        "'change_ran_out', 'verify_email', 'reset_password', 'password_changed')"
    )
    op.create_table(
        'notification',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('event_id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('in_app', sa.Boolean(), nullable=False),
        sa.Column('stay', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column('other_id', sa.Uuid(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(kinds, name=op.f('ck_notification_kind_known')),
        sa.ForeignKeyConstraint(
            ['person_id'], ['identity.id'], name='fk_notification_person_id_identity', ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['other_id'], ['identity.id'], name='fk_notification_other_id_identity', ondelete='SET NULL'
        ),
        sa.PrimaryKeyConstraint('id', name='pk_notification'),
        sa.UniqueConstraint('event_id', 'person_id', name='uq_notification_event_id_person_id'),
    )
    op.create_index('ix_notification_other_id', 'notification', ['other_id'])
    op.create_index(
        'ix_notification_person_id_id', 'notification', ['person_id', 'id'], postgresql_where=sa.text('in_app')
    )
    op.create_index(
        'ix_notification_unread', 'notification', ['person_id'],
        postgresql_where=sa.text('in_app AND read_at IS NULL'),
    )
    op.create_table(
        'delivery',
        sa.Column('notification_id', sa.Uuid(), nullable=False),
        sa.Column('channel', sa.String(length=20), nullable=False),
        sa.Column('status', sa.String(length=20), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('email')", name=op.f('ck_delivery_channel_known')),
        sa.CheckConstraint(
            "status IN ('waiting', 'sending', 'sent', 'dropped', 'failed')", name=op.f('ck_delivery_status_known')
        ),
        sa.ForeignKeyConstraint(
            ['notification_id'], ['notification.id'], name='fk_delivery_notification_id_notification',
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('notification_id', 'channel', name='pk_delivery'),
    )


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
