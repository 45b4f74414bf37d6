"""Addresses of machines: which of them count as one, and which of them are our own proxies. Pure."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
MAX_ADDRESS = 45
"""Characters of the longest IPv6 address; what is longer is none, and is not kept at its full length."""


def plain(address: str) -> str:
    """An address as it is usually written: an IPv4 address also where it came through an IPv6 socket."""
    parsed = _parsed(address)
    return address[:MAX_ADDRESS] if parsed is None else str(parsed)


def network_of(address: str) -> str:
    """What counts as one place: an IPv4 address, or the /64 of an IPv6 one, since each machine has as many of those as
    it likes. What is no address is taken as it is.
    """
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return plain(address)


def provider_range_of(address: str) -> str:
    """The network an address is usually rented in together with others: a /24, of IPv6 a /48. What is no address is
    taken as it is."""
    parsed = _parsed(address)
    if parsed is None:
        return plain(address)
    return str(ip_network((parsed, 24 if isinstance(parsed, IPv4Address) else 48), strict=False))


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address.partition("%")[0])  # the zone of a link-local address is this machine's own word
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed


def is_private(address: str) -> bool:
    """Whether an address belongs to a machine of a local network, and so to nobody out there."""
    parsed = _parsed(address)
    return parsed is not None and parsed.is_private


def networks_in(text: str) -> tuple[Network, ...]:
    """`10.0.0.5, 192.168.0.0/16` as networks. Raises ValueError that names the part which is none."""
    return tuple(_network(piece.strip()) for piece in text.split(",") if piece.strip())


def _network(text: str) -> Network:
    try:
        network = ip_network(text)
    except ValueError:
        raise ValueError(f"must list addresses or networks such as 10.0.0.5, 10.1.0.0/16; {text!r} is none") from None
    if network.prefixlen == 0:
        raise ValueError(f"must not name everybody, as {text!r} does")
    return network


@dataclass(frozen=True)
class Proxies:
    """The machines whose word about whom they speak for is believed."""

    networks: tuple[Network, ...] = ()

    def __contains__(self, address: str) -> bool:
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self.networks)
