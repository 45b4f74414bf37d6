"""E-mail addresses with a domain like `müller.de` are kept as mail servers say it (`xn--mller-kva.de`)

Others that the grammar of today would not take stay as they are: their owners sign in with them, and no mail goes there.

Revision: 0010, after 0009
"""

import unicodedata
from encodings.idna import nameprep

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def _ascii(label: str) -> str:
    """Raises UnicodeError for a label that has another form, or may be read in two ways."""
    label = unicodedata.normalize('NFC', label)
    if label.isascii():
        return label
    if not set('ßς\u200c\u200d').isdisjoint(label) or nameprep(label) != label:
        raise UnicodeError(label)
    return f"xn--{label.encode('punycode').decode()}"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    connection = op.get_bind()
    found = connection.execute(sa.text("SELECT id, email FROM identity WHERE octet_length(email) > length(email)")).all()
    for id_, email in found:
        name, _, domain = email.rpartition('@')
        try:
            new = f"{name}@{'.'.join(_ascii(label) for label in domain.split('.'))}"
        except UnicodeError:
            continue
        known = connection.execute(sa.text('SELECT 1 FROM identity WHERE email = :new'), {'new': new}).first()
        if new.isascii() and len(new) <= 254 and known is None:
            connection.execute(sa.text('UPDATE identity SET email = :new WHERE id = :id'), {'new': new, 'id': id_})
            connection.execute(
                sa.text('UPDATE mail_link SET email = :new WHERE identity_id = :id AND email = :email'),
                {'new': new, 'id': id_, 'email': email},
            )


def downgrade() -> None:
    raise NotImplementedError("forward only: write a migration that undoes it")
