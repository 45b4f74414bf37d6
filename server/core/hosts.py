"""Names under which a server may be asked for: the `Host` of a request. Pure."""

import re
from dataclasses import dataclass
from ipaddress import ip_address

_NAME = r"(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\])"
_HOST = re.compile(rf"({_NAME})(?::([0-9]{{1,5}}))?")


@dataclass(frozen=True)
class Host:
    """A name or an address (an IPv6 one in brackets, as a browser writes it), and a port if one is said."""

    name: str
    port: int | None = None

    @property
    def is_loopback(self) -> bool:
        """Whether no other machine can be meant."""
        if self.name == "localhost" or self.name.endswith(".localhost"):
            return True
        try:
            return ip_address(self.name.strip("[]")).is_loopback
        except ValueError:
            return False


def host_in(text: str) -> Host | None:
    """What a `Host` header says; None when it says nothing that could be one."""
    found = _HOST.fullmatch(text.strip().lower())
    if found is None:
        return None
    name, port = found.groups()
    return Host(name, None if port is None else int(port))


def host_of_address(address: str) -> Host:
    """How a browser writes a machine's own address as a Host."""
    return Host(f"[{address.lower()}]" if ":" in address else address.lower())


def hosts_in(text: str) -> tuple[Host, ...]:
    """`estospaces.example, inside:8000` as hosts. Raises ValueError that names the part which is none."""
    return tuple(_host(piece.strip()) for piece in text.split(",") if piece.strip())


def _host(text: str) -> Host:
    found = host_in(text)
    if found is None:
        raise ValueError(f"must list names such as estospaces.example, inside:8000; {text!r} is none")
    return found


@dataclass(frozen=True)
class KnownHosts:
    """The names of a server. One that says no port goes with the usual ones, those in `ports` and where it listens."""

    hosts: frozenset[Host]
    ports: frozenset[int]
    is_open_to_this_machine: bool
    """Whether this machine may say what it likes for itself, and the address it listens on."""

    def knows(self, said: str, address: str, port: int | None) -> bool:
        """Whether a Host header means us, who were reached at this address and port of our own."""
        host = host_in(said)
        if host is None:
            return False
        if host in self.hosts:
            return True
        if host.port is not None and host.port not in self.ports | {port}:
            return False
        name = Host(host.name)
        own = host.is_loopback or name == host_of_address(address)
        return name in self.hosts or (self.is_open_to_this_machine and own)
