"""A live stream from its first message to its result."""

import base64
import json

import httpx2
import pytest
from live.live_client import JPEG, connected, frame, hear, read_end, read_kinds, send_jump, tell
from stand_in import PATIENCE_S, Server, eventually
from websockets.exceptions import InvalidStatus


def test_a_jump_is_told_while_the_stream_goes_on(live_server: Server) -> None:
    with connected(live_server) as connection:
        tell(connection, type="open", movement="cmj", athlete={"height_m": 1.8, "mass_kg": 72})
        ready = hear(connection, "ready")
        assert ready["limits"]["frame_bytes"]["landmarks"] == 16384
        for number in range(30):
            connection.send(frame(number))
        provisional, final = hear(connection, "metric_update"), hear(connection, "metric_update")
        assert (provisional["final"], final["final"]) == (False, True)
        assert final["timestamp_ms"] == pytest.approx(29 * 33.333)
        assert final["trial"]["data"]["jump_height_m"] > 0
        tell(connection, type="close")
        messages, code = read_end(connection)
    [complete] = [message for message in messages if message["type"] == "analysis_complete"]
    assert code == 1000
    assert complete["received"] == 30
    assert complete["result"]["data"]["jump_height_m"] > 0
    assert complete["result"]["stub"]["athlete"] == {"height_m": 1.8, "mass_kg": 72.0}


def test_pictures_come_as_base64_too_and_the_movement_in_the_address(live_server: Server) -> None:
    with connected(live_server, "/ws/analyze?movement=counter_movement_jump&quality=fast") as connection:
        assert hear(connection, "ready")["is_resumed"] is False
        picture = base64.b64encode(b"picture").decode()
        tell(connection, frame=picture)
        hear(connection, "state")
        tell(connection, type="frame", frame=f"data:image/jpeg;base64,{picture}", timestamp_ms=2.0**50)
        assert hear(connection, "state")["timestamp_ms"] == 2.0**50
        tell(connection, type="close")
        messages, _ = read_end(connection)
    assert messages[-1]["result"]["stub"]["quality"] == "fast"


def test_an_analysis_is_streamed_and_its_result_is_kept(live_server: Server) -> None:
    body = {"sport_type": "cmj", "input": {"streaming": True}, "quality": "fast", "config": {"mass_kg": 72}}
    taken = live_server.ask("POST", "/api/v1/analyses", json=body)
    assert taken.status_code == 202, taken.text
    opened = taken.json()
    path = f"/api/v1/analyses/{opened['analysis_id']}"
    assert opened["rtc_url"] == f"{live_server.url.replace('http', 'ws', 1)}{path}/stream"
    with connected(live_server, f"{path}/stream") as connection:
        tell(connection, type="open")
        hear(connection, "ready")
        assert live_server.ask("GET", path).json()["status"] == "running"
        send_jump(connection)
        tell(connection, type="close")
        read_end(connection)
    assert eventually(lambda: live_server.ask("GET", path).json()["status"] == "completed")
    kept = live_server.ask("GET", path).json()
    document = live_server.ask("GET", f"{path}/result.json").json()
    assert kept["result"]["data"] == document["data"]
    assert document["trials"][0]["data"]["jump_height_m"] == document["data"]["jump_height_m"]
    assert document["metadata"]["stream"] == {"codec": "landmarks", "frames": 31, "received": 31, "dropped": 0}
    events = live_server.ask("GET", f"{path}/events").text
    assert "analysis.completed" in events
    assert live_server.ask("GET", f"{path}/video").status_code == 404
    with pytest.raises(InvalidStatus) as refused, connected(live_server, f"{path}/stream"):
        pass
    assert refused.value.response.status_code in {404, 409}


def test_a_stream_without_a_movement_fails_with_the_engines_reason(live_server: Server) -> None:
    taken = live_server.ask("POST", "/api/v1/analyses", json={"sport_type": "cmj", "input": {"streaming": True}})
    path = f"/api/v1/analyses/{taken.json()['analysis_id']}"
    with connected(live_server, f"{path}/stream") as connection:
        tell(connection, type="open")
        tell(connection, type="close")
        messages, _ = read_end(connection)
    assert messages[-1]["result"]["problem"]["code"] == "movement_not_found"
    assert eventually(lambda: live_server.ask("GET", path).json()["status"] == "failed")
    error = live_server.ask("GET", path).json()["error"]
    assert (error["code"], error["hint"]) == ("movement_not_found", "Jump.")
    assert (error["reason"]["message"], error["advice"]["code"]) == ("No jump.", "jump")


def test_others_watch_a_stream_of_an_analysis(live_server: Server) -> None:
    taken = live_server.ask("POST", "/api/v1/analyses", json={"sport_type": "cmj", "input": {"streaming": True}})
    path = f"/api/v1/analyses/{taken.json()['analysis_id']}"
    with connected(live_server, f"{path}/stream") as connection:
        tell(connection, type="open")
        send_jump(connection)
        kinds: list[str] = []
        with httpx2.stream("GET", f"{live_server.url}{path}/events", timeout=PATIENCE_S) as watched:
            lines = watched.iter_lines()
            kinds += read_kinds(lines, until="metric_update")
            tell(connection, type="close")
            kinds += read_kinds(lines)
    assert {"state", "metric_update", "analysis_complete"} <= set(kinds)
    assert kinds[-1] == "analysis.completed"


def test_dropped_frames_are_counted_and_told(live_server: Server) -> None:
    with connected(live_server, "/ws/analyze?movement=cmj") as connection:
        connection.send(frame(5, codec=JPEG, sleep_s=0.3))
        for number in (4, 5, 6, 7, 8, 9):
            connection.send(frame(number, codec=JPEG))
        dropped = hear(connection, "dropped")["frames"]
        tell(connection, type="close")
        messages, code = read_end(connection)
    assert code == 1000
    assert dropped >= 2  # out of order, and a duplicate; pictures that gave way to newer ones beside them
    assert messages[-1]["dropped"] >= dropped
    assert messages[-1]["received"] == 7
    page = live_server.ask("GET", "/metrics").text
    assert 'kinemotion_frames_dropped_total{reason="order"} 2.0' in page
    assert 'kinemotion_frames_total{codec="jpeg"}' in page
    assert 'kinemotion_frame_latency_seconds_count{codec="landmarks"}' in page
    assert "kinemotion_streams_active 0.0" in page
    assert 'kinemotion_stream_engines{state="ready"}' in page


def test_what_a_watcher_sees_is_json(live_server: Server) -> None:
    with connected(live_server, "/ws/analyze?movement=cmj") as connection:
        connection.send(frame(1))
        state = json.loads(json.dumps(hear(connection, "state")))
    assert state["phase"] == "standing"
    assert state["timestamp_ms"] == pytest.approx(33.333)
