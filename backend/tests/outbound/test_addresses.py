"""Which addresses are public."""

from ipaddress import ip_address, ip_network

import pytest

from kinemotion_backend.outbound.addresses import NOT_PUBLIC, is_public, parse_address, read_allow_list

PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.0.1",
    "172.32.0.1",
    "2606:4700::1111",
    "2a00::1",
]
PRIVATE = [
    "0.0.0.0",  # noqa: S104  (a target, not a binding)
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:100.64.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1111%eth0",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("block", NOT_PUBLIC, ids=str)
def test_both_ends_of_each_block_are_refused(block: str) -> None:
    network = ip_network(block)
    assert not is_public(network[0])
    assert not is_public(network[-1])


def test_one_address_that_is_not_public_is_enough_to_refuse() -> None:
    nothing_allowed = read_allow_list([])
    assert nothing_allowed.permits("host", [ip_address("8.8.8.8")])
    assert not nothing_allowed.permits("host", [ip_address("8.8.8.8"), ip_address("10.0.0.1")])
    assert not nothing_allowed.permits("host", [])


def test_the_allow_list_takes_names_addresses_and_networks() -> None:
    allowed = read_allow_list(["hooks.internal", "10.1.0.0/16", "192.168.0.7", "[::1]"])
    assert allowed.permits("Hooks.Internal", [ip_address("172.16.0.1")])
    assert allowed.permits("any", [ip_address("10.1.2.3"), ip_address("8.8.8.8")])
    assert allowed.permits("any", [ip_address("192.168.0.7")])
    assert allowed.permits("any", [ip_address("::1")])
    assert not allowed.permits("any", [ip_address("10.2.0.1")])
    assert not allowed.permits("other.internal", [ip_address("172.16.0.1")])
    assert allowed.names("hooks.internal")
    assert allowed.names("10.1.9.9")
    assert not allowed.names("8.8.8.8")


def test_reads_an_address_in_brackets() -> None:
    assert parse_address("[::1]") == ip_address("::1")
    assert parse_address("example.org") is None
