"""Homes have price rules, quotes know whether refunds were given up, and no monthly home in England asks for cleaning

Revision: 0020, after 0019
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

BOUNDS = {
    'weekend_percent': (0, 90),
    'early_bird_days': (1, 730),
    'early_bird_percent': (0, 90),
    'last_minute_days': (0, 730),
    'last_minute_percent': (0, 90),
    'min_price_minor': (1, 1_000_000_000),
    'guests_included': (1, 100),
    'extra_guest_fee_minor': (0, 1_000_000),
    'non_refundable_percent': (0, 90),
}
WHOLE = {
    'min_price_no_more': 'min_price_minor <= price_minor',
    'early_bird_whole': '(early_bird_days IS NULL) = (early_bird_percent IS NULL)',
    'last_minute_whole': '(last_minute_days IS NULL) = (last_minute_percent IS NULL)',
    'extra_guests_whole': '(guests_included IS NULL) = (extra_guest_fee_minor IS NULL)',
}
# The Tenant Fees Act 2019 forbids the fee. Nations by postcode, else by city; what is neither is taken for England.
FORBIDDEN_FEES = r"""
    UPDATE property SET cleaning_fee_minor = NULL FROM (
        SELECT id, lower(btrim(city)) AS city, substring(
            upper(btrim(postcode)) from '^([A-Z]{1,2}[0-9]{1,2})[A-Z]?(?:\s*[0-9][A-Z]{2})?$'
        ) AS district FROM property
    ) AS place
    WHERE place.id = property.id AND let_type = 'monthly' AND country = 'GB' AND cleaning_fee_minor > 0
    AND CASE
        WHEN district IN ('TD12', 'TD15') THEN true
        WHEN district ~ '^(CH[5-8]|SY(1[5-9]|2[0-5]))$' THEN false
        WHEN district IS NOT NULL THEN district
            !~ '^(AB|DD|DG|EH|FK|G|HS|IV|KA|KW|KY|ML|PA|PH|TD|ZE|CF|LD|LL|NP|SA|BT)[0-9]'
        ELSE place.city NOT IN (
            'aberdeen', 'dundee', 'dunfermline', 'edinburgh', 'glasgow', 'inverness', 'perth', 'stirling',
            'cardiff', 'newport', 'st asaph', 'st davids', 'swansea', 'wrexham',
            'armagh', 'belfast', 'derry', 'londonderry', 'lisburn', 'newry'
        )
    END
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column, (low, high) in BOUNDS.items():
        kind = sa.BigInteger() if column.endswith('_minor') else sa.SmallInteger()
        op.add_column('property', sa.Column(column, kind, nullable=True))
        op.create_check_constraint(op.f(f'ck_property_{column}_sane'), 'property', f'{column} BETWEEN {low} AND {high}')
    op.add_column('property', sa.Column('length_discounts', postgresql.JSONB(none_as_null=True), nullable=True))
    op.add_column('property', sa.Column('tourist_tax', sa.String(length=40), nullable=True))
    for name, rule in WHOLE.items():
        op.create_check_constraint(op.f(f'ck_property_{name}'), 'property', rule)
    op.add_column('quote', sa.Column('non_refundable', sa.Boolean(), server_default='false', nullable=False))
    op.alter_column('quote', 'non_refundable', server_default=None)
    op.execute(FORBIDDEN_FEES)


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
