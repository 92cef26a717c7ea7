"""Users of the service, for Locust: `make load` runs them against what `make up-local` started, and nowhere else.

SCENARIO names who comes: uploads, landmarks, pictures, mixed. All of it goes to loopback addresses and ends by itself.
"""

import json
import os
import socket
import ssl
import time
from bisect import bisect_right
from itertools import cycle
from struct import Struct
from typing import Any
from urllib.parse import urlsplit

import gevent
import websocket
from frames import CLIP, Moment, read_landmarks, read_pictures
from locust import HttpUser, User, between, constant, events, task
from locust.env import Environment
from resources import Watch
from topology import HOST, Topology, read_topology

HEADER = Struct("<BBHIq")
"""Version, codec, zero, sequence number, capture time in microseconds."""
VERSION = 1
JPEG, LANDMARKS = 2, 5
LIVE = "LIVE"
"""The kind of requests that scripts/check_load_test_slo.py holds to the time of a live frame."""
ANSWER_S = 20.0
PAUSE_S = 5.0
"""How long a frame may take at all, and how long a user waits before connecting again."""
NO_ROOM = {429, 503}
SCENARIO = os.environ.get("SCENARIO", "mixed")
ADDRESSES = cycle(f"127.0.0.{number}" for number in range(2, 255))
"""Of athletes: the edge keeps those of one address with one process."""


class NoRoom(RuntimeError):
    """The service is full and asks to come again: that is its answer under load."""


def find_topology() -> Topology:
    """Return the running topology.

    Raises
    ------
    RuntimeError
        When nothing runs on this machine.
    """
    running = read_topology()
    if running is None:
        raise RuntimeError("Nothing runs: `make up-local` starts it.")
    return running


TOPOLOGY = find_topology()
WATCH = Watch(TOPOLOGY)


@events.init.add_listener  # pyright: ignore[reportUnknownMemberType]  (Locust's handlers have no type)
def prepare_frames(**_: object) -> None:
    """Read what is sent before the first user comes: it takes seconds, in which no user would get its answer."""
    if SCENARIO in {"mixed", "landmarks"}:
        read_landmarks()
    if SCENARIO in {"mixed", "pictures"}:
        read_pictures()
    gevent.sleep(0.001)  # its clock stood still meanwhile, and the run would end that much too soon


@events.test_start.add_listener  # pyright: ignore[reportUnknownMemberType]  (as above)
def start_watch(environment: Environment, **_: object) -> None:
    """Begin to measure processor time and memory of the service's processes."""
    WATCH.start()
    environment.process_exit_code = 0  # scripts/check_load_test_slo.py judges


@events.test_stop.add_listener  # pyright: ignore[reportUnknownMemberType]  (as above)
def stop_watch(**_: object) -> None:
    """Write what was measured beside Locust's own files."""
    WATCH.write(os.environ.get("LOAD_RESULTS", "load"))


def note(kind: str, name: str, *, began_s: float, problem: Exception | None) -> float:
    """Tell Locust of one exchange; return how long it took in seconds."""
    taken_s = time.perf_counter() - began_s
    events.request.fire(  # pyright: ignore[reportUnknownMemberType]  (as above)
        request_type=kind, name=name, response_time=taken_s * 1000, response_length=0, exception=problem, context={}
    )
    return taken_s


def open_socket(url: str, *, source: str) -> ssl.SSLSocket:
    """Connect to the edge from an address of this machine, with TLS."""
    edge = urlsplit(url)
    bare = socket.create_connection((HOST, edge.port or 443), timeout=ANSWER_S, source_address=(source, 0))
    trusted = ssl.create_default_context(cafile=TOPOLOGY.authority)
    return trusted.wrap_socket(bare, server_hostname=edge.hostname)


class Coach(HttpUser):
    """Looks at the history, and sends a video now and then."""

    weight = 2 if SCENARIO == "mixed" else int(SCENARIO == "uploads")
    host = TOPOLOGY.url
    wait_time = between(0.5, 1.5)

    def on_start(self) -> None:
        """Trust the edge's certificate, and bring the key."""
        self.client.verify = str(TOPOLOGY.authority)
        self.client.headers["Authorization"] = f"Bearer {TOPOLOGY.key}"

    @task(8)
    def look(self) -> None:
        """Read what a page reads."""
        self.client.get("/api/v1/analyses", params={"limit": 20}, name="GET history")
        self.client.get("/api/v1/sports", name="GET sports")

    @task(1)
    def send(self) -> None:
        """Send a clip nobody has sent before, and do not wait for the result."""
        padding = os.urandom(16)
        video = CLIP.read_bytes() + (8 + len(padding)).to_bytes(4, "big") + b"free" + padding
        files = {"video": ("clip.mp4", video, "video/mp4")}
        form = {"sport_type": "cmj", "quality": "fast"}
        with self.client.post(
            "/api/v1/analyses", files=files, data=form, name="POST analysis", catch_response=True
        ) as sent:
            if sent.status_code in {429, 503} and "Retry-After" in sent.headers:
                sent.success()  # the service asks to come again: that is its answer under load
                time.sleep(float(sent.headers["Retry-After"]))


class LiveUser(User):
    """Jumps in front of a camera: sends a frame, and waits for what is seen in it."""

    abstract = True
    codec: int
    frames_a_second: float

    def on_start(self) -> None:
        """Begin without a connection, at an address of one's own: the first frame opens one."""
        self.address = next(ADDRESSES)
        self.sequence = 0
        self.socket: websocket.WebSocket | None = None

    def connect(self) -> None:
        """Connect and open a stream; one that is refused for want of room comes again later, as the service asks."""
        url = f"{TOPOLOGY.url.replace('https', 'wss')}/ws/analyze"
        header = [f"Authorization: Bearer {TOPOLOGY.key}"]
        began_s, problem, name = time.perf_counter(), None, "stream opened"
        try:
            secured = open_socket(url, source=self.address)
            self.socket = websocket.create_connection(url, timeout=ANSWER_S, header=header, socket=secured)
            self.socket.send(json.dumps({"type": "open", "movement": "cmj", "quality": "fast"}))
            self.wait_for("ready")
            self.began_us = time.monotonic_ns() // 1000
        except websocket.WebSocketBadStatusException as error:
            name, problem = "stream refused", None if error.status_code in NO_ROOM else error
        except NoRoom:
            self.socket, name = None, "stream refused"
        except (OSError, websocket.WebSocketException, RuntimeError) as error:
            self.socket, problem = None, error
        note("CONNECT", name, began_s=began_s, problem=problem)
        if self.socket is None:
            time.sleep(PAUSE_S)

    def on_stop(self) -> None:
        """Ask for the result and hang up."""
        if self.socket is not None:
            self.socket.send(json.dumps({"type": "close"}))
            self.socket.close()

    def read_moments(self) -> tuple[Moment, ...]:
        """Return the frames of one jump."""
        raise NotImplementedError

    @task
    def send_frame(self) -> None:
        """Send the next frame of an endless row of jumps; the time until its state counts."""
        if self.socket is None:
            self.connect()
            return
        now_us = time.monotonic_ns() // 1000 - self.began_us
        head = HEADER.pack(VERSION, self.codec, 0, self.sequence, now_us)
        payload = self.find_payload(now_us)
        self.sequence += 1
        began_s, problem = time.perf_counter(), None
        try:
            self.socket.send_binary(head + payload)
            self.wait_for("state", after_us=now_us)
        except NoRoom:
            self.socket.close()
            self.socket = None
            note("CONNECT", "stream ended for others", began_s=began_s, problem=None)
            return
        except (OSError, websocket.WebSocketException, RuntimeError) as error:
            problem = error
            self.socket.close()
            self.socket = None
        taken_s = note(LIVE, f"{type(self).__name__} frame", began_s=began_s, problem=problem)
        time.sleep(max(0.0, 1 / self.frames_a_second - taken_s))

    def find_payload(self, now_us: int) -> bytes:
        """Return the frame of this moment in an endless row of jumps."""
        moments = self.read_moments()
        length_us = moments[-1].time_us + 33_333
        place = bisect_right(moments, now_us % length_us, key=lambda moment: moment.time_us)
        return moments[max(0, place - 1)].payload

    def wait_for(self, kind: str, *, after_us: int = 0) -> dict[str, Any]:
        """Return the next message of a kind that is not older than the frame."""
        deadline_s = time.monotonic() + ANSWER_S
        while self.socket is not None and time.monotonic() < deadline_s:
            message = json.loads(self.socket.recv())
            if message["type"] == "error":
                raise (NoRoom if message.get("retryable") else RuntimeError)(message.get("code"))
            time_ms = message.get("timestamp_ms")
            if message["type"] == kind and (time_ms is None or time_ms >= after_us // 1000):
                return message
        raise RuntimeError(f"no {kind} in time")


class LandmarksAthlete(LiveUser):
    """The page finds the body; the service gets landmarks."""

    weight = 6 if SCENARIO == "mixed" else int(SCENARIO == "landmarks")
    wait_time = constant(0)
    codec = LANDMARKS
    frames_a_second = 30.0

    def read_moments(self) -> tuple[Moment, ...]:
        """Return landmarks."""
        return read_landmarks()


class PicturesAthlete(LiveUser):
    """The service finds the body in pictures."""

    weight = int(SCENARIO in {"mixed", "pictures"})
    wait_time = constant(0)
    codec = JPEG
    frames_a_second = 10.0

    def read_moments(self) -> tuple[Moment, ...]:
        """Return pictures."""
        return read_pictures()
