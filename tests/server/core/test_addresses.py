"""Which addresses count as one, and which networks may speak for others."""

import pytest

from server.core.addresses import Proxies, is_private, network_of, networks_in, plain, provider_range_of


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_an_ipv4_address_is_a_place_and_an_ipv6_network(address: str, place: str) -> None:
    assert network_of(address) == place


def test_the_zone_of_an_address_is_no_part_of_it() -> None:
    assert plain("fe80::1%eth0") == "fe80::1"


def test_what_is_no_address_is_not_kept_at_any_length() -> None:
    assert len(network_of("a" * 10_000)) == len(plain("a" * 10_000)) < 50


@pytest.mark.parametrize(
    ("address", "range_"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("unknown", "unknown"),
    ],
)
def test_addresses_that_are_rented_together_are_one_range(address: str, range_: str) -> None:
    assert provider_range_of(address) == range_
    assert len(provider_range_of("a" * 10_000)) < 50


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("10.0.0.5", "10.0.0.5", "10.0.0.6"),
        ("10.0.0.0/8, 192.168.1.1", "10.200.0.1", "192.168.1.2"),
        ("10.0.0.5", "::ffff:10.0.0.5", "::ffff:10.0.0.6"),
        ("2001:db8::/32", "2001:db8:1::1", "2001:db9::1"),
        (" , 127.0.0.1 ,", "127.0.0.1", "unknown"),
        ("", "10.0.0.5", ""),
    ],
)
def test_only_what_was_named_is_a_proxy(text: str, inside: str, outside: str) -> None:
    proxies = Proxies(networks_in(text))
    assert (inside in proxies) is bool(text)
    assert outside not in proxies


@pytest.mark.parametrize(
    "wrong", ["10.0.0", "10.0.0.5/8", "proxy.example", "*", "10.0.0.5 10.0.0.6", "0.0.0.0/0", "::/0"]
)
def test_what_names_no_network_or_everybody_is_refused_by_name(wrong: str) -> None:
    with pytest.raises(ValueError, match="must") as caught:
        networks_in(f"127.0.0.1, {wrong}")
    assert repr(wrong) in str(caught.value)


@pytest.mark.parametrize(
    ("address", "private"), [("10.0.0.5", True), ("127.0.0.1", True), ("8.8.8.8", False), ("x", False)]
)
def test_a_private_address_belongs_to_nobody_out_there(address: str, private: bool) -> None:
    assert is_private(address) is private
