"""The program works with the streams, the clock and the settings that it is given, and with nothing else."""

import re
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from command_line import Ended, make_environment, run_command, written

from kinemotion.cli.environment import Environment
from kinemotion.cli.progress import progress
from kinemotion.i18n.languages import LANGUAGES
from kinemotion.report.text.tables import align_columns

COLOUR = "\x1b["


def run_at_terminal(*arguments: str | Path, **config: str) -> Ended:
    return run_command(*arguments, environment=make_environment(terminal=True, config=config))


def without_marks(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def test_a_terminal_gets_colours_and_a_pipe_gets_none():
    assert COLOUR in run_at_terminal("swim").err
    assert COLOUR not in run_command("swim", environment=make_environment()).err


def test_colours_can_be_switched_off():
    assert re.findall(r"\x1b\[[0-9;]*3[0-9]", run_at_terminal("swim").err)
    assert not re.findall(r"\x1b\[[0-9;]*3[0-9]", run_at_terminal("swim", NO_COLOR="1").err)
    assert COLOUR not in run_at_terminal("swim", TERM="dumb").err


def test_colours_change_no_word():
    plain = run_command("swim", environment=make_environment())
    assert without_marks(run_at_terminal("swim").err) == plain.err


def test_the_title_and_every_line_of_a_warning_are_marked():
    environment = make_environment(terminal=True)
    environment.show("Drop jump · a.mp4\n\nQuality 90/100\n  ! Film from\n    the side.\n")
    shown = written(environment.stdout)
    assert "\x1b[1mDrop jump · a.mp4\x1b[0m" in shown
    assert re.search(r"\x1b\[33m {4}the side\.\x1b\[0m|\x1b\[33m  ! Film from\n {4}the side\.\x1b\[0m", shown)


def test_help_and_version_go_to_the_given_stream():
    assert run_command("--version", environment=make_environment()).out.startswith("kinemotion ")
    assert "Usage: kinemotion probe" in run_command("probe", "--help", environment=make_environment()).out
    assert "cmj-analyze" in run_command(environment=make_environment()).out


def test_a_setting_of_the_user_is_read_from_the_environment(clip: Path):
    ended = run_command("probe", clip, environment=make_environment(config={"KINEMOTION_MAX_FRAMES": "3"}))
    assert ended.status == 3
    assert "The clip of 25 frames is too long." in ended.err


def test_a_process_without_streams_still_has_a_status():
    assert run_command_without_streams() == 2


def run_command_without_streams() -> int:
    from kinemotion.cli.main import main  # noqa: PLC0415

    with pytest.raises(SystemExit) as ended:
        main(["swim"], environment=Environment(None, None, None))
    return int(ended.value.code or 0)


def test_a_sign_that_the_stream_cannot_write_is_replaced():
    environment = make_environment()
    stdout: Any = environment.stdout
    stdout.reconfigure(encoding="ascii")
    environment.write("95 % – ±\n")
    assert written(environment.stdout) == "95 % ? ?\n"


@pytest.mark.parametrize(
    ("language", "text"), [("en", "3/5 frames"), ("es", "3/5 fotogramas"), ("fr", "3/5 images")], ids=LANGUAGES
)
def test_the_bar_counts_in_the_language_of_the_reader(language: str, text: str):
    environment = make_environment(terminal=True, config={})
    with progress("auto", environment, lang=language) as report:
        report(3, 5)
    assert text in without_marks(written(environment.stderr))


def test_a_line_is_written_where_the_bar_was():
    environment = make_environment(terminal=True, config={})
    with progress("auto", environment, unit="clips") as report:
        report(1, 2)
        with report.hidden():
            environment.report("one.mp4: 31 cm\n")
        report(2, 2)
    assert "one.mp4: 31 cm\n" in written(environment.stderr)
    assert "2/2 clips" in without_marks(written(environment.stderr))


def test_a_program_hears_ten_times_a_second_at_most():
    environment = make_environment(clock=ticking(0.03))
    with progress("json", environment) as report:
        for done in range(1, 101):
            report(done, 100)
    lines = written(environment.stderr).splitlines()
    assert 20 <= len(lines) <= 34
    assert lines[-1] == '{"event": "progress", "done": 100, "total": 100}'


def ticking(step_s: float) -> Callable[[], float]:
    steps = count()
    return lambda: step_s * next(steps)


def test_a_table_fits_the_width_of_the_terminal():
    rows = [("  a metric with a long name", "12 cm"), ("  b", "4 cm")]
    assert align_columns(rows, numbers_from=1).splitlines() == [
        "  a metric with a long name   12 cm",
        "  b                            4 cm",
    ]
    assert max(map(len, align_columns(rows, numbers_from=1, width=30).splitlines())) <= 30


@pytest.mark.parametrize("width", [30, 60, 80, 100])
def test_a_number_is_never_cut_and_every_row_keeps_its_name(width: int):
    rows = [
        ("  trial", "from", "Jump height", "Jump height by flight time", "Flight time", "Take-off velocity", "quality"),
        ("  1", "0.50 s", "34.9\u00a0cm", "39.0\u00a0cm", "564\u00a0ms", "2.62\u00a0m/s", "100, high"),
        ("  2", "3.50 s", "–", "–", "–", "–", "–"),
    ]
    lines = align_columns(rows, numbers_from=1, width=width).splitlines()
    assert [line.lstrip(" ").startswith(name) for line, name in zip(lines[-2:], "12", strict=True)] == [True, True]
    assert all(cell in lines[-2] for row in rows[1:2] for cell in row)
    assert max(map(len, lines)) <= max(width, 58)


def test_a_folded_name_stays_in_its_column():
    rows = [("  a metric with a long name", "12 cm")]
    assert align_columns(rows, numbers_from=1, width=24).splitlines() == ["  a metric with", "  a long name      12 cm"]


@pytest.mark.parametrize(
    "rows",
    [
        [("  Élévation", "−1,5 cm", ""), ("  b", "100 cm", "1 – 2")],
        [("跳", "12 cm"), ("long name", "4 cm")],
        [("",)],
    ],
)
def test_a_table_that_fits_is_the_same_at_a_terminal(rows: list[tuple[str, ...]]):
    assert align_columns(rows, numbers_from=1) == align_columns(rows, numbers_from=1, width=200)
