"""The command of a movement: what it writes where, and how its flags come from declarations."""

import json
from pathlib import Path
from typing import Any, cast, get_args

import click
import pytest
from command_line import make_environment, run_command, written

from kinemotion import api
from kinemotion.cli.analyze import make_command
from kinemotion.cli.outputs import WRITERS
from kinemotion.cli.parameters import PARAMETERS
from kinemotion.errors import ExitStatus, NobodyVisible
from kinemotion.i18n.texts import Language
from kinemotion.motion.athlete import Athlete
from kinemotion.pose import Preset
from kinemotion.request import Request
from kinemotion.video.container import Limits

pytestmark = pytest.mark.usefixtures("measured")


def test_text_is_for_people_and_on_standard_output_when_alone(kinemotion: Any, clip: Path):
    ended = kinemotion("toy-analyze", clip)
    assert ended.status == 0
    assert ended.out.startswith("Toy jump · noise.mp4 · 1.00 s at 25 frames/s · 2 trials")
    assert ended.err == ""


def test_standard_output_carries_the_document_alone(kinemotion: Any, clip: Path):
    ended = kinemotion("toy-analyze", clip, "--json", "-")
    assert ended.document["data"]["height_m"] == 0.5
    assert ended.err.startswith("Toy jump")


@pytest.mark.parametrize("flag", ["--json", "--json-output", "-j"])
def test_json_goes_whole_to_a_file_under_each_alias(kinemotion: Any, clip: Path, tmp_path: Path, flag: str):
    target = tmp_path / "out.json"
    ended = kinemotion("toy-analyze", clip, flag, target)
    assert ended.out == ""
    assert json.loads(target.read_text())["data"]["air_ms"] == 638.5
    assert list(tmp_path.iterdir()) == [target]


def test_one_clip_may_be_given_a_number_of_workers(kinemotion: Any, clip: Path):
    ended = kinemotion("toy-analyze", clip, "--workers", "2", "--json", "-")
    assert ended.status == 0
    assert ended.document["data"]["height_m"] == 0.5


def test_a_stream_is_a_line_a_trial_and_a_closing_line(kinemotion: Any, clip: Path):
    lines = kinemotion("toy-analyze", clip, "--jsonl").lines
    assert [line["event"] for line in lines] == ["trial", "trial", "report"]
    assert lines[0]["trial"] == lines[2]["trials"][0]


def test_a_trial_is_printed_before_the_next_is_measured(measured: None, clip: Path, monkeypatch: pytest.MonkeyPatch):
    found, environment = api.analyze, make_environment()

    def slow(*arguments: Any) -> Any:
        for index, trial in enumerate(found(*arguments), start=1):
            yield trial
            lines = written(environment.stdout).splitlines()
            assert [json.loads(line)["event"] for line in lines] == ["trial"] * index

    monkeypatch.setattr(api, "analyze", slow)
    ended = run_command("toy-analyze", clip, "--jsonl", environment=environment)
    assert [line["event"] for line in ended.lines] == ["trial", "trial", "report"]


def test_a_stream_that_fails_ends_with_an_error_line(kinemotion: Any, tmp_path: Path):
    [line] = kinemotion("toy-analyze", tmp_path / "nothing.mp4", "--jsonl").lines
    assert line["event"] == "error"
    assert line["error"]["code"] == "video_not_found"


def test_progress_for_programs_is_ndjson_on_standard_error(kinemotion: Any, clip: Path, tmp_path: Path):
    lines = kinemotion("toy-analyze", clip, "--progress", "json", "--json", tmp_path / "out.json").err.splitlines()
    events = [json.loads(line) for line in lines if line.startswith("{")]
    assert events[0] == {"event": "progress", "done": 1, "total": 25}
    assert events[-1] == {"event": "progress", "done": 25, "total": 25}


def test_flags_reach_the_request(kinemotion: Any, clip: Path, monkeypatch: pytest.MonkeyPatch, toy: Any):
    asked: list[api.Request] = []
    run = api.run

    def noted(request: api.Request, **more: Any) -> Any:
        asked.append(request)
        return run(request, **more)

    monkeypatch.setattr("kinemotion.cli.execute.run", noted)
    common = ["--mass", "72", "--athlete-height", "1.8", "--sex", "female", "--capture-fps", "240", "--threads", "2"]
    own = ["--drop-height", "0.4", "--arms", "hips", "--rounds", "5", "--strict"]
    assert kinemotion("toy-analyze", clip, "--quality", "fast", "--start", "0.2", *common, *own).status == 0
    [request] = asked
    assert request.athlete == Athlete(height_m=1.8, mass_kg=72.0, sex="female")
    assert request.quality == "fast"
    assert request.settings == api.Settings(
        options=toy.options(drop_height=0.4, arms="hips", rounds=5, strict=True),
        threads=2,
        capture_fps=240.0,
        start_s=0.2,
        limits=Limits(),
    )


@pytest.mark.parametrize("own", [["--drop-height", "2"], ["--arms", "up"], ["--rounds", "0"]])
def test_declared_bounds_and_choices_hold(kinemotion: Any, clip: Path, own: list[str]):
    assert kinemotion("toy-analyze", clip, *own).status == 2


def test_help_lists_declared_options(kinemotion: Any):
    printed = kinemotion("toy-analyze", "--help").out
    assert "--drop-height" in printed
    assert "Height of the box. [m]" in printed
    assert "--strict / --no-strict" in printed


def test_two_outputs_never_share_a_path(kinemotion: Any, clip: Path, tmp_path: Path):
    ended = kinemotion("toy-analyze", clip, "--json", tmp_path / "out.csv", "--csv", tmp_path / "out.csv")
    assert ended.status == 2
    assert "same path" in ended.err


@pytest.mark.parametrize("flag", ["--overlay", "--report", "--csv", "--trajectories", "--exchange"])
def test_an_unknown_extension_is_refused_before_the_work(
    kinemotion: Any, clip: Path, tmp_path: Path, flag: str, monkeypatch: pytest.MonkeyPatch
):
    def untouched(*_: object, **__: object) -> None:
        pytest.fail("the analysis was begun")

    monkeypatch.setattr("kinemotion.cli.execute.run", untouched)
    ended = kinemotion("toy-analyze", clip, flag, tmp_path / "out.txt")
    assert ended.status == 2
    assert "Hint: Use one of" in ended.err


@pytest.mark.parametrize("extension", [".trc", ".mot", ".c3d"])
def test_a_file_in_metres_is_refused_before_a_run_that_can_give_none(
    kinemotion: Any, clip: Path, tmp_path: Path, extension: str, monkeypatch: pytest.MonkeyPatch
):
    begun = list[Path]()

    def note(request: Request, **_: object) -> None:
        begun.append(request.path)
        raise NobodyVisible("nobody")

    monkeypatch.setattr("kinemotion.cli.execute.run", note)
    target = tmp_path / f"run{extension}"
    ended = kinemotion("running-analyze", clip, "--exchange", target, "--json", "-")
    assert (ended.status, ended.document["error"]["code"], begun) == (ExitStatus.USAGE, "usage", [])
    assert "without the height of the athlete" in ended.err
    assert "--athlete-height" in ended.err
    for allowed in (
        ("running-analyze", clip, "--exchange", target, "--athlete-height", "1.80"),
        ("running-analyze", clip, "--exchange", target.with_suffix(".nc")),
        ("running-analyze", clip, "--trajectories", target.with_suffix(".csv")),
        ("cmj-analyze", clip, "--exchange", target),
    ):
        assert kinemotion(*allowed).status == ExitStatus.NOBODY_VISIBLE
    assert begun == [clip] * 4


def choices(name: str) -> tuple[str, ...]:
    [parameter] = [parameter for parameter in PARAMETERS if parameter.name == name]
    assert isinstance(parameter.type, click.Choice)
    return tuple(cast("click.Choice[str]", parameter.type).choices)


def test_choices_are_those_of_the_engine():
    assert choices("quality") == get_args(Preset)
    assert choices("lang") == get_args(Language)


def test_every_writer_has_its_flag(toy: Any):
    flags = {parameter.name for parameter in make_command("toy").params}
    assert WRITERS.keys() <= flags


def test_a_table_is_written_beside_the_document(kinemotion: Any, clip: Path, tmp_path: Path):
    assert kinemotion("toy-analyze", clip, "--csv", tmp_path / "trials.csv").status == 0
    head, *rows = (tmp_path / "trials.csv").read_text().splitlines()
    assert "height_m" in head
    assert len(rows) == 2


def test_a_refused_clip_has_pictures_that_say_why(kinemotion: Any, clip: Path, tmp_path: Path, refused: None):
    assert kinemotion("toy-analyze", clip, "--overlay", tmp_path / "out.mp4").status == 5
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]
