"""The client against a service with the real engine."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from stand_in import PATIENCE_S, running_server

from kinemotion_client import KinemotionClient

SAMPLES = Path(__file__).parents[3] / "docs" / "samples"


@pytest.mark.engine
def test_a_jump_is_measured(tmp_path: Path):
    engine = shutil.which("kinemotion", path=str(Path(sys.executable).parent))
    assert engine, "the engine is not installed"
    events_s = json.loads((SAMPLES / "cmj_30fps.truth.json").read_text("utf-8"))["motion"]["events_s"]
    flight_time_ms = 1000 * (events_s["landing"] - events_s["takeoff"])
    with (
        running_server(tmp_path / "service", engine=Path(engine)) as service,
        KinemotionClient(base_url=service.url) as client,
    ):
        sent = client.create_analysis(SAMPLES / "cmj_30fps.mp4", quality="fast")
        client.wait(sent.analysis_id, timeout_s=PATIENCE_S)
        result = client.get_result(sent.analysis_id)
    assert result.data.flight_time_ms == pytest.approx(flight_time_ms, abs=34)  # a frame
