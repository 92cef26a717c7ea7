"""The command as a process: signals, readers that leave, and a terminal that is none."""

import ctypes
import json
import os
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

KINEMOTION = [sys.executable, "-m", "kinemotion"]
PATIENCE_S = 300.0
PICTURE_BYTES = 1080 * 1920 * 3
"""Far beyond what anything here takes, however busy the machine."""


def begin(*arguments: str | Path) -> subprocess.Popen[str]:
    command = [*KINEMOTION, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.engine
@pytest.mark.posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_so_and_leaves_nothing_half_written(
    sample: Path, tmp_path: Path, number: signal.Signals
):
    target = tmp_path / "out.json"
    run = begin("cmj-analyze", sample, "--json", target, "--progress", "json", "--quality", "fast")
    assert run.stderr
    while '"progress"' not in (line := run.stderr.readline()):
        assert line, "it ended before it showed its progress"
    run.send_signal(number)
    out, err = run.communicate(timeout=PATIENCE_S)
    assert run.returncode == 130
    assert "Error: Interrupted." in err
    assert "Traceback" not in err
    assert out == ""
    assert json.loads(target.read_text())["error"]["retryable"] is True
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.posix
@pytest.mark.parametrize(
    ("command", "status"),
    [(["movements", "--json"], 7), (["schema", "analysis-1"], 7), (["cmj-analyze", "-", "-j", "-"], 3)],
)
def test_a_reader_that_has_left_gets_no_complaint(command: list[str], status: int):
    with begin(*command) as run:
        assert run.stdout
        run.stdout.close()
        assert run.stderr
        message = run.stderr.read()
    assert "Broken" not in message
    assert "Traceback" not in message
    assert run.returncode == status


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.is_char_device(), reason="no disk here is always full")
@pytest.mark.parametrize(
    ("command", "status", "expected"),
    [
        (["movements", "--json"], 7, "Error: The result could not be written"),
        (["probe", "-", "-j", "-"], 3, "Error: There"),
    ],
)
def test_a_full_disk_behind_standard_output_is_reported(command: list[str], status: int, expected: str):
    with FULL.open("w") as full:
        run = subprocess.run(
            [*KINEMOTION, *command], stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=PATIENCE_S
        )
    assert run.returncode == status
    assert run.stderr.startswith(expected)
    assert len(run.stderr.splitlines()) == 2


@pytest.mark.posix
@pytest.mark.parametrize("closed", ["2>&-", "2>/dev/full", ">&- 2>&-"])
def test_the_status_is_right_when_nothing_can_be_printed(closed: str):
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", *KINEMOTION, "cmj-analyze", "nowhere.mp4"]
    assert subprocess.run(command, check=False, timeout=PATIENCE_S).returncode == 3


def test_version_is_one_line():
    run = begin("--version")
    out, err = run.communicate(timeout=PATIENCE_S)
    assert (run.returncode, err) == (0, "")
    assert out == f"kinemotion {version('kinemotion')}\n"


def test_version_waits_for_no_other_library():
    ask = "import sys; from kinemotion.cli.main import main\ntry: main(['--version'])\nfinally: print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, timeout=PATIENCE_S)
    assert not {"numpy", "email", "importlib.metadata", "rich"} & set(run.stdout.split())


@pytest.mark.parametrize(("given", "changed"), [("", "True True"), ("['--version']", "False False")])
def test_only_the_command_of_a_process_changes_how_garbage_is_collected(given: str, changed: str):
    ask = (
        "import gc, sys; from kinemotion.cli.main import main; before = gc.get_threshold()\n"
        f"try: main({given})\nfinally: print(gc.get_threshold() != before, gc.get_freeze_count() > 0)"
    )
    command = [sys.executable, "-c", ask, "--version"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE_S)
    assert run.stdout.splitlines()[-1] == changed


_COUNT_HEAPS = """
import ctypes, sys, threading
from kinemotion.cli.main import main
try:
    main({given})
finally:
    rendezvous = threading.Barrier(3)
    def take_memory():
        libc.free(libc.malloc(100))
        rendezvous.wait()
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.free.argtypes, libc.fopen.restype = ctypes.c_void_p, [ctypes.c_void_p], ctypes.c_void_p
    threads = [threading.Thread(target=take_memory) for _ in range(3)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    libc.free(libc.malloc({picture} + 100_000))
    libc.malloc({picture})
    libc.fclose.argtypes, libc.malloc_info.argtypes = [ctypes.c_void_p], [ctypes.c_int, ctypes.c_void_p]
    out = libc.fopen(sys.argv[2].encode(), b"w")
    libc.malloc_info(0, out)
    libc.fclose(out)
"""


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_info"), reason="a setting of glibc's memory"
)
@pytest.mark.parametrize(("given", "is_one"), [("", True), ("['--version']", False)])
def test_the_threads_of_the_command_share_one_heap_without_large_pictures(tmp_path: Path, given: str, is_one: bool):
    told = tmp_path / "heaps.xml"
    command = [sys.executable, "-c", _COUNT_HEAPS.format(given=given, picture=PICTURE_BYTES), "--version", str(told)]
    subprocess.run(command, check=True, timeout=PATIENCE_S, stdout=subprocess.DEVNULL)
    memory = ET.fromstring(told.read_text())  # noqa: S314  (written by the C library)
    [apart] = memory.findall("total[@type='mmap']")
    assert (len(memory.findall("heap")) == 1) is is_one
    assert (int(apart.attrib["size"]) > PICTURE_BYTES) is is_one


TASKS = Path("/proc/self/task")


@pytest.mark.skipif(not TASKS.is_dir(), reason="the system does not list the threads of a process")
@pytest.mark.parametrize(("given", "alone"), [("", True), ("['--version']", os.cpu_count() == 1)])
def test_only_the_command_of_a_process_keeps_linear_algebra_in_one_thread(given: str, alone: bool):
    ask = (
        f"import os; from kinemotion.cli.main import main\ntry: main({given})\n"
        f"finally: import numpy; print(len(os.listdir('{TASKS}')))"
    )
    command = [sys.executable, "-c", ask, "--version"]
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE_S, env=environment)
    assert (run.stdout.splitlines()[-1] == "1") is alone


def test_without_arguments_the_commands_are_listed():
    run = begin()
    out, _ = run.communicate(timeout=PATIENCE_S)
    assert run.returncode == 0
    assert "cmj-analyze" in out
