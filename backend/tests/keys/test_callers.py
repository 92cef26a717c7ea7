"""Without a key, only programs of this machine and pages that it served are answered."""

from ipaddress import ip_network
from typing import Any

import pytest
from starlette.requests import HTTPConnection

from kinemotion_backend.api.v1.access import read_provenance
from kinemotion_backend.keys.callers import LOCAL_CALLER, SCOPES, Caller, KeylessAccess, NotAuthorized, Provenance


def ask(**facts: Any) -> Provenance:
    """A request of a program of this machine, unless the facts say otherwise."""
    here: dict[str, Any] = {"client": "127.0.0.1", "host": "localhost:8080", "scheme": "http"}
    return Provenance(**here | facts)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"client": "::1", "host": "[::1]:8080"},
        {"client": "::ffff:127.0.0.1"},
        {"client": None},
        {"client": "127.0.0.9", "host": "127.0.0.9"},
        {"host": "LOCALHOST"},
        {"host": "[::1]"},
        {"host": "127.0.0.1:8080"},
        {"sec_fetch_site": "same-origin", "origin": "http://localhost:8080"},
        {"sec_fetch_site": "none"},
        {"origin": "http://LocalHost:8080"},
        {"scheme": "https", "origin": "https://localhost:8080"},
    ],
    ids=str,
)
def test_this_machine_is_served(facts: dict[str, Any]) -> None:
    assert KeylessAccess().admits(ask(**facts))


@pytest.mark.parametrize(
    "facts",
    [
        {"client": "192.168.1.5"},
        {"client": "8.8.8.8"},
        {"client": "testclient"},
        {"client": "::ffff:192.168.1.5"},
        {"is_forwarded": True},
        {"host": "evil.example"},
        {"host": "evil.example:8080"},
        {"host": "localhost.evil.example"},
        {"host": "127.0.0.1.evil.example"},
        {"host": ""},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "something new"},
        {"origin": "null"},
        {"origin": "http://evil.example"},
        {"origin": "http://localhost:3000"},
        {"origin": "https://localhost:8080"},
        {"origin": "http://localhost:8080.evil.example"},
        {"origin": "http://localhost:8080", "sec_fetch_site": "cross-site"},
    ],
    ids=str,
)
def test_anybody_else_is_not(facts: dict[str, Any]) -> None:
    assert not KeylessAccess().admits(ask(**facts))


def test_other_networks_names_and_pages_are_served_where_they_are_named() -> None:
    keyless = KeylessAccess(
        networks=(ip_network("192.168.1.0/24"),),
        hosts=frozenset({"coach-pc"}),
        origins=frozenset({"https://club.example"}),
    )
    near = {"client": "192.168.1.7"}
    assert keyless.admits(ask(**near | {"host": "coach-pc:8080"}))
    assert keyless.admits(ask(**near | {"host": "192.168.1.2:8080"}))
    assert keyless.admits(ask(**near | {"origin": "https://club.example", "sec_fetch_site": "cross-site"}))
    assert not keyless.admits(ask(**near | {"origin": "https://other.example", "sec_fetch_site": "cross-site"}))
    assert not keyless.admits(ask(**near | {"host": "other-pc"}))
    assert not keyless.admits(ask())
    assert not KeylessAccess(networks=()).admits(ask(client=None))


def test_a_script_in_this_process_is_served_like_a_program_of_this_machine() -> None:
    inside = {"client": "testclient", "host": "testserver", "is_in_process": True}
    assert KeylessAccess().admits(ask(**inside))
    assert not KeylessAccess(networks=()).admits(ask(**inside))
    assert not KeylessAccess().admits(ask(**inside, is_forwarded=True))
    assert not KeylessAccess().admits(ask(**inside, origin="https://evil.example"))


@pytest.mark.parametrize(
    ("client", "server", "inside"),
    [
        ("testclient", ("testserver", 80), True),
        ("203.0.113.9", ("testserver", 80), False),
        ("testclient", ("127.0.0.1", 8080), False),
        ("testclient", ("192.0.2.1", 80), False),
        ("testclient", ("::1", 80), False),
        ("testclient", ("fe80::1%eth0", 80), False),
        ("testclient", ("/run/service.sock", None), False),
        ("testclient", None, False),
    ],
)
def test_no_server_takes_a_request_without_an_address(client: str, server: object, inside: bool) -> None:
    headers = [(b"host", b"testserver"), (b"x-real-ip", b"testclient")]
    scope: dict[str, Any] = {"type": "http", "scheme": "http", "path": "/", "query_string": b"", "headers": headers}
    connection = HTTPConnection({**scope, "client": (client, 1), "server": server})
    assert read_provenance(connection).is_in_process is inside


def test_a_scope_is_required() -> None:
    reader = Caller("club", "free", frozenset({"analyses:read"}), "k1")
    reader.require("analyses:read")
    with pytest.raises(NotAuthorized, match="analyses:write"):
        reader.require("analyses:write")
    for scope in SCOPES:
        LOCAL_CALLER.require(scope)
