"""Analyses against a running service that answers with the contract's examples."""

import json
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from stand_in import PATIENCE_S, Server, video_bytes

from kinemotion_backend.examples import load_example
from kinemotion_client import AnalysisFailed, KinemotionClient, errors
from kinemotion_client.asynchronous import transport as asynchronous
from kinemotion_client.models import AnalysisInfo
from kinemotion_client.synchronous import transport as synchronous

CMJ = json.loads(load_example("cmj"))


@dataclass
class Parts:
    """What a client tells of its progress."""

    seen: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    def add(self, done: int, total: int) -> None:
        self.seen.append((done, total))


def new_video() -> bytes:
    """A video that the service has not seen: one that it knows gets the analysis that it had before."""
    return video_bytes(name=uuid4().hex)


def analyze(client: KinemotionClient, sport_type: str = "cmj") -> AnalysisInfo:
    return client.wait(client.create_analysis(new_video(), sport_type).analysis_id, timeout_s=PATIENCE_S)


@pytest.fixture(scope="module")
def analyzed(mock_service: Server) -> str:
    """The id of an analysis that has its result."""
    with KinemotionClient(base_url=mock_service.url) as client:
        return analyze(client).analysis_id


def test_a_video_becomes_numbers(client: KinemotionClient, tmp_path: Path):
    clip = tmp_path / "jump.mp4"
    clip.write_bytes(new_video() + bytes(300_000))
    sent = Parts()
    seen: list[AnalysisInfo] = []
    created = client.create_analysis(clip, config={"mass_kg": 72}, on_progress=sent.add)
    ended = client.wait(created.analysis_id, timeout_s=PATIENCE_S, on_progress=seen.append)
    assert sent.seen[-1] == (clip.stat().st_size, clip.stat().st_size)
    assert len(sent.seen) > 1
    assert seen[-1] == ended
    assert ended.config == {"mass_kg": 72}
    assert ended.result
    assert ended.result["data"] == CMJ["data"]


def test_the_whole_result_is_typed(client: KinemotionClient, analyzed: str):
    result = client.get_result(analyzed)
    assert result.data.jump_height_m == CMJ["data"]["jump_height_m"]
    assert result.model_dump(mode="json", exclude_unset=True) == CMJ


def test_a_file_is_written_whole(client: KinemotionClient, analyzed: str, tmp_path: Path):
    parts = Parts()
    target = tmp_path / "result.json"
    path = client.download(analyzed, "result.json", to=target, on_progress=parts.add)
    assert json.loads(path.read_bytes())["data"] == CMJ["data"]
    assert parts.seen[-1] == (target.stat().st_size, target.stat().st_size)
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_that_is_not_there_leaves_nothing(client: KinemotionClient, analyzed: str, tmp_path: Path):
    with pytest.raises(errors.NotFound):
        client.download(analyzed, "overlay.mp4", to=tmp_path / "overlay.mp4")
    assert list(tmp_path.iterdir()) == []


def test_a_video_that_the_service_has_is_analysed_again(client: KinemotionClient, analyzed: str):
    second = client.create_analysis({"analysis_id": analyzed}, "sj", recorded_on=date(2026, 11, 20))
    ended = client.wait(second.analysis_id, timeout_s=PATIENCE_S)
    assert (ended.sport_type, ended.recorded_on) == ("sj", date(2026, 11, 20))


def test_an_open_file_stays_open(client: KinemotionClient):
    file = BytesIO(new_video())
    client.create_analysis(file)
    assert not file.closed


def test_the_same_key_brings_the_same_analysis(client: KinemotionClient):
    video, key = new_video(), uuid4().hex
    first, again = (client.create_analysis(video, idempotency_key=key) for _ in range(2))
    assert first.analysis_id == again.analysis_id
    with pytest.raises(errors.InvalidRequest) as caught:
        client.create_analysis(video, "sj", idempotency_key=key)
    assert caught.value.code == "idempotency_key_reused"


def test_the_list_goes_on_over_pages(client: KinemotionClient, monkeypatch: pytest.MonkeyPatch):
    for module in (synchronous, asynchronous):
        monkeypatch.setattr(module, "PAGE_SIZE", 1)
    made = [client.create_analysis(new_video(), "running").analysis_id for _ in range(3)]
    listed = [found.analysis_id for found in client.list(sport_type="running")]
    assert listed[:3] == made[::-1]


def test_what_is_deleted_is_gone(client: KinemotionClient):
    analysis = client.create_analysis(new_video())
    assert client.delete(analysis.analysis_id).analysis_id == analysis.analysis_id
    with pytest.raises(errors.NotFound) as caught:
        client.get_analysis(analysis.analysis_id)
    assert (caught.value.status, caught.value.code) == (404, "analysis_not_found")
    assert caught.value.request_id


def test_a_refusal_says_which_field_is_wrong(client: KinemotionClient):
    with pytest.raises(errors.InvalidRequest) as caught:
        client.create_analysis(new_video(), config={"mass_kg": "heavy"})
    assert "mass_kg" in [fault.field for fault in caught.value.fields]
    assert "mass_kg" in str(caught.value)
    assert not caught.value.is_retryable


def test_an_unknown_movement_is_refused_with_a_hint(client: KinemotionClient):
    with pytest.raises(errors.InvalidRequest) as caught:
        client.create_analysis(new_video(), "cartwheel")
    assert caught.value.code == "unknown_movement"
    assert caught.value.hint


def test_the_movements_and_the_usage_are_known(client: KinemotionClient):
    before = client.usage().analyses.used
    client.create_analysis(new_video())
    assert client.usage().analyses.used > before
    assert {sport.name for sport in client.sports()} >= {"cmj", "dropjump", "sj", "rj", "running"}


def test_a_failed_analysis_is_an_error(stub_service: Server):
    refused = {"code": "nobody_visible", "message": "No person.", "hint": "Film the whole athlete.", "retryable": False}
    with KinemotionClient(base_url=stub_service.url) as client:
        analysis = client.create_analysis(video_bytes(error=refused, status=4))
        with pytest.raises(AnalysisFailed, match=r"No person\. Film the whole athlete\.") as caught:
            client.wait(analysis.analysis_id, timeout_s=PATIENCE_S)
    assert (caught.value.code, caught.value.analysis_id) == ("nobody_visible", analysis.analysis_id)


def test_waiting_ends(stub_service: Server):
    with KinemotionClient(base_url=stub_service.url) as client:
        analysis = client.create_analysis(video_bytes(sleep_s=600))
        with pytest.raises(errors.WaitTimeout):
            client.wait(analysis.analysis_id, timeout_s=0)
        client.delete(analysis.analysis_id)
