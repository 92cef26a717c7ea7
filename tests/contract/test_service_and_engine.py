"""The two packages beside each other: no import, one contract, and each free to be updated without the other."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import requires
from pathlib import Path

import pytest
from stand_in import install_stub, measure, running_server, video_bytes

from kinemotion.i18n.languages import LANGUAGES as ENGINE_LANGUAGES
from kinemotion_backend.adapters.cli_adapter import KinemotionCLIAdapter
from kinemotion_backend.api.schemas import write_answer
from kinemotion_backend.contract.documents import Analysis, ErrorDocument
from kinemotion_backend.errors import EngineUnusable
from kinemotion_backend.inputs.languages import LANGUAGES
from kinemotion_backend.inputs.movement_options import ATHLETE_OPTIONS
from kinemotion_backend.inputs.option_faults import FAULTS

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "contract" / "examples"
SHIPPED = ROOT / "backend" / "src" / "kinemotion_backend" / "examples"


def test_the_service_requires_no_engine() -> None:
    names = {re.split(r"[^A-Za-z0-9._-]", requirement)[0] for requirement in requires("kinemotion-backend") or []}
    assert "fastapi" in names
    assert not {name for name in names if name.startswith("kinemotion")}


def test_the_engine_requires_no_service() -> None:
    assert not [requirement for requirement in requires("kinemotion") or [] if requirement.startswith("kinemotion-")]


def test_the_service_runs_where_the_engine_cannot_be_imported() -> None:
    blocked = "import sys; sys.modules['kinemotion'] = None; import kinemotion_backend.__main__"
    subprocess.run([sys.executable, "-c", blocked], check=True)


@pytest.fixture
def engine_speaking(tmp_path: Path) -> Callable[[str], KinemotionCLIAdapter]:
    """An engine that speaks that version of the contract, and says things nobody has heard of."""

    def make(schema_version: str) -> KinemotionCLIAdapter:
        unknown = {"from_the_future": {"a": [1, 2.5, None]}}
        return KinemotionCLIAdapter(str(install_stub(tmp_path, schema_version=schema_version, unknown=unknown)))

    return make


@pytest.mark.asyncio
@pytest.mark.parametrize("schema_version", ["1.0", "1.1", "1.99"])
async def test_a_minor_of_the_future_is_accepted_and_loses_nothing(
    engine_speaking: Callable[[str], KinemotionCLIAdapter], tmp_path: Path, schema_version: str
) -> None:
    video = tmp_path / "clip.mp4"
    video.write_bytes(video_bytes())
    measured = await measure(engine_speaking(schema_version), video)
    answer = json.loads(write_answer(measured))
    assert answer["document"]["schema_version"] == schema_version
    assert answer["document"]["from_the_future"] == {"a": [1, 2.5, None]}
    assert answer["engine"]["from_the_future"] == {"a": [1, 2.5, None]}
    assert answer["metrics"]["jump_height_m"] is not None


@pytest.mark.parametrize("schema_version", ["2.0", "0.9", "10.0"])
def test_another_major_is_refused_at_start(
    engine_speaking: Callable[[str], KinemotionCLIAdapter], schema_version: str
) -> None:
    with pytest.raises(EngineUnusable, match=f"has contract {schema_version}; this service reads contract 1.x"):
        engine_speaking(schema_version)


def test_the_service_ships_the_examples_of_what_it_reads() -> None:
    """`make contract` brings them: analyses, and the answers about failures, movements and versions."""
    ours, theirs = ({path.name: path.read_text() for path in folder.glob("*.json")} for folder in (SHIPPED, EXAMPLES))
    read = {"error.json", "movements.json", "version.json"}
    assert ours == {name: text for name, text in theirs.items() if name in read or "trials" in json.loads(text)}


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_the_service_reads_every_example(path: Path) -> None:
    document = json.loads(path.read_text())
    if "trials" in document:
        assert Analysis.model_validate_json(path.read_bytes()).model_dump(mode="json", exclude_unset=True) == document
    elif "error" in document:
        assert ErrorDocument.model_validate_json(path.read_bytes()).error.code == document["error"]["code"]


def test_the_engine_knows_every_fact_of_an_athlete_that_the_service_asks_for() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "kinemotion", "cmj-analyze", "--help"], capture_output=True, check=True
    )
    assert [option.flag for option in ATHLETE_OPTIONS if f" {option.flag} " not in printed.stdout.decode()] == []


def test_the_service_offers_the_languages_of_the_engine() -> None:
    assert LANGUAGES == ENGINE_LANGUAGES


def test_the_page_translates_every_fault_of_an_option() -> None:
    page = json.loads((ROOT / "web" / "src" / "i18n" / "en.json").read_text("utf-8"))
    assert {key.removeprefix("fault.") for key in page if key.startswith("fault.")} == set(FAULTS)


@pytest.mark.engine
def test_the_service_answers_what_the_command_says_to_the_last_digit(tmp_path: Path) -> None:
    """The same sample through both; only the name and the times may differ."""
    sample, target = ROOT / "docs" / "samples" / "cmj.mp4", tmp_path / "result.json"
    engine = Path(sys.executable).with_name("kinemotion")
    command = [engine, "cmj-analyze", "--quality", "fast", "--json", target, "--", sample]
    subprocess.run(command, check=True, capture_output=True)
    with running_server(tmp_path / "service", engine=engine) as server:
        answer = server.analyze(sample.read_bytes(), quality="fast").json()
    said = json.loads(target.read_text())
    assert answer["metrics"] == said["data"]
    assert answer["intervals"] == said["intervals"]
    document = answer["document"]
    assert document["trials"] == said["trials"]
    assert document["metadata"]["algorithm"] == said["metadata"]["algorithm"]
    assert document["metadata"]["video"] == {**said["metadata"]["video"], "source_path": "video"}
