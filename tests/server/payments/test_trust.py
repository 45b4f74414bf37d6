"""Whom a call believes to be the provider: our client takes the place of the one that Stripe's library brings."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import stripe
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server.core import clock
from server.core.settings import Settings
from server.payments.gateway import calling, customers

GONE = b'{"id": "cus_1", "object": "customer", "deleted": true}'


def a_certificate() -> tuple[bytes, bytes]:
    """A certificate of 127.0.0.1 that nobody has signed but itself, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM), kept


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(GONE)}\r\n\r\n"
    writer.write(head.encode() + GONE)
    await writer.drain()
    writer.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    made, key = a_certificate()
    (tmp_path / "with-key.pem").write_bytes(made + key)
    (tmp_path / "certificate.pem").write_bytes(made)
    return tmp_path / "certificate.pem"


@pytest.fixture
async def elsewhere(certificate: Path, settings: Settings) -> AsyncIterator[None]:
    """Calls go to somebody who says that they are the provider, over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.parent / "with-key.pem")
    async with await asyncio.start_server(_answer, "127.0.0.1", 0, ssl=context) as served:
        settings.stripe_api_base = f"https://127.0.0.1:{served.sockets[0].getsockname()[1]}"
        yield


@pytest.fixture
def vouched(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The certificate is among those that are trusted."""
    monkeypatch.setattr(stripe, "ca_bundle_path", str(certificate))
    calling._trusted.cache_clear()
    yield
    calling._trusted.cache_clear()


@pytest.mark.usefixtures("elsewhere")
async def test_nothing_is_said_to_somebody_nobody_vouches_for(settings: Settings) -> None:
    with pytest.raises(calling.NotReached):
        await customers.delete_customer(settings, "cus_1")


@pytest.mark.usefixtures("vouched", "elsewhere")
async def test_somebody_who_is_vouched_for_is_believed(settings: Settings) -> None:
    await customers.delete_customer(settings, "cus_1")


def test_whom_to_trust_is_read_once() -> None:
    assert calling._trusted() is calling._trusted()
