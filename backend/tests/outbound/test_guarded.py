"""Posts reach public addresses and those allowed, and nothing else, whatever a URL pretends."""

import ssl
from collections.abc import AsyncIterator, Iterator
from ipaddress import ip_address

import pytest
import pytest_asyncio
import trustme
from httpcore2 import AnyIOBackend
from receiver import Receiver, running_receiver

from kinemotion_backend.outbound.addresses import Address, read_allow_list
from kinemotion_backend.outbound.base import ForbiddenUrl
from kinemotion_backend.outbound.guarded import ForbiddenAddress, GuardedBackend, GuardedSender, UnknownHost

pytestmark = pytest.mark.asyncio

NOTHING = read_allow_list([])
LOOPBACK = read_allow_list(["127.0.0.0/8"])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running


@pytest_asyncio.fixture
async def sender() -> AsyncIterator[GuardedSender]:
    """A sender that may reach this machine."""
    made = GuardedSender(LOOPBACK)
    yield made
    await made.close()


TRICKS = [
    "127.0.0.1",
    "localhost",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "0",
    "0.0.0.0",  # noqa: S104  (a target, not a binding)
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "100.64.0.1",
    "169.254.169.254",
    "224.0.0.1",
    "255.255.255.255",
    "fe80::1",
    "fd00::1",
]


@pytest.mark.parametrize("host", TRICKS)
async def test_no_spelling_of_a_local_address_gets_through(receiver: Receiver, host: str) -> None:
    with pytest.raises(ForbiddenAddress):
        await GuardedBackend(NOTHING).connect_tcp(host, receiver.port)


@pytest.mark.parametrize("host", TRICKS)
async def test_nothing_is_posted_to_a_local_address(receiver: Receiver, host: str) -> None:
    sender = GuardedSender(NOTHING)
    shown = f"[{host}]" if ":" in host else host
    for scheme in ("http", "https"):
        answer = await sender.post(f"{scheme}://{shown}:{receiver.port}/hook", headers={}, body=b"{}")
        assert (answer.status, answer.error) == (None, "forbidden_address")
    assert receiver.received == []
    await sender.close()


class Resolver:
    """Answers each look-up with the next list of addresses, and counts."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked = 0

    async def __call__(self, _host: str, _port: int) -> list[Address]:
        self.asked += 1
        return [ip_address(text) for text in self._answers[min(self.asked, len(self._answers)) - 1]]


class Recorder(AnyIOBackend):
    """A backend that connects nowhere and says where it should have."""

    def __init__(self) -> None:
        self.connected: list[str] = []

    async def connect_tcp(self, host: str, *_rest: object, **_options: object) -> None:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self.connected.append(host)


async def test_a_name_is_looked_up_once_and_its_checked_address_is_used() -> None:
    """A name that is public when it is checked and local when it is connected to: DNS rebinding."""
    resolver, recorder = Resolver(["8.8.8.8"], ["127.0.0.1"]), Recorder()
    guard = GuardedBackend(NOTHING, resolve=resolver, backend=recorder)
    await guard.connect_tcp("rebinding.example", 443)
    assert resolver.asked == 1
    assert recorder.connected == ["8.8.8.8"]
    with pytest.raises(ForbiddenAddress):
        await guard.connect_tcp("rebinding.example", 443)
    assert recorder.connected == ["8.8.8.8"]


async def test_a_public_address_beside_a_local_one_does_not_help() -> None:
    recorder = Recorder()
    guard = GuardedBackend(NOTHING, resolve=Resolver(["8.8.8.8", "10.0.0.1"]), backend=recorder)
    with pytest.raises(ForbiddenAddress):
        await guard.connect_tcp("mixed.example", 443)
    assert recorder.connected == []


async def test_the_next_address_is_tried_where_one_does_not_answer(receiver: Receiver) -> None:
    guard = GuardedBackend(LOOPBACK, resolve=Resolver(["127.0.0.9", "127.0.0.1"]))
    stream = await guard.connect_tcp("two.example", receiver.port)
    assert stream.get_extra_info("server_addr") == ("127.0.0.1", receiver.port)
    await stream.aclose()


async def test_a_name_without_an_address_is_unknown() -> None:
    with pytest.raises(UnknownHost):
        await GuardedBackend(NOTHING).connect_tcp("nothing.invalid", 443)


async def test_an_allowed_address_gets_the_post(sender: GuardedSender, receiver: Receiver) -> None:
    answer = await sender.post(f"{receiver.url}?a=1", headers={"webhook-id": "evt_1"}, body=b'{"a":1}')
    assert answer.status == 204
    assert answer.is_delivered
    assert answer.duration_ms >= 0
    [received] = receiver.received
    assert received.path == "/hook?a=1"
    assert received.body == b'{"a":1}'
    assert received.headers["webhook-id"] == "evt_1"
    assert received.headers["host"] == f"127.0.0.1:{receiver.port}"


async def test_a_proxy_of_the_environment_is_not_used(
    sender: GuardedSender, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert (await sender.post(receiver.url, headers={}, body=b"{}")).is_delivered


async def test_a_redirect_is_an_answer_and_is_not_followed(sender: GuardedSender) -> None:
    with running_receiver(lambda _number: 307) as receiver:
        answer = await sender.post(receiver.url, headers={}, body=b"{}")
        assert answer.status == 307
        assert not answer.is_delivered
        assert len(receiver.received) == 1


async def test_a_receiver_that_says_nothing_is_given_up(receiver: Receiver) -> None:
    sender = GuardedSender(LOOPBACK, time_limit_s=0.3)
    receiver.silent.set()
    answer = await sender.post(receiver.url, headers={}, body=b"{}")
    assert (answer.status, answer.error) == (None, "timeout")
    await sender.close()


async def test_a_name_that_no_host_can_have_is_unknown() -> None:
    sender = GuardedSender(NOTHING)
    answer = await sender.post(f"https://{'a' * 64}.example/", headers={}, body=b"")
    await sender.close()
    assert (answer.status, answer.error) == (None, "unknown_host")


async def test_nobody_listens(sender: GuardedSender) -> None:
    assert (await sender.post("http://127.0.0.1:1/", headers={}, body=b"{}")).error == "connection_failed"


async def test_tls_proves_the_name_though_the_address_was_checked() -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("hooks.example").configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  (it also takes contexts of pyOpenSSL)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)  # pyright: ignore[reportUnknownMemberType]
    sender = GuardedSender(LOOPBACK, resolve=Resolver(["127.0.0.1"]), tls=trusting)
    with running_receiver(tls=context) as receiver:
        answer = await sender.post(f"https://hooks.example:{receiver.port}/", headers={}, body=b"{}")
        assert answer.status == 204
        assert receiver.received[0].headers["host"] == f"hooks.example:{receiver.port}"
        other = await sender.post(f"https://other.example:{receiver.port}/", headers={}, body=b"{}")
        assert other.error == "connection_failed"
    await sender.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example",
        "ftp://hooks.example/",
        "file:///etc/passwd",
        "http://hooks.example/",
        "https://user@hooks.example/",
        "https://user:secret@hooks.example/",
        "https://hooks.example/#part",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://" + "a" * 3000,
    ],
)
async def test_urls_that_are_refused_at_once(url: str) -> None:
    with pytest.raises(ForbiddenUrl):
        GuardedSender(NOTHING).check_url(url)


async def test_urls_that_are_taken() -> None:
    sender = GuardedSender(read_allow_list(["hooks.internal", "10.0.0.0/8"]))
    for url in ("https://hooks.example/a?b=c", "https://8.8.8.8:8443/", "http://hooks.internal/", "http://10.1.2.3/"):
        assert sender.check_url(url) == url
