"""What a page tells to type is typed, word for word and in its order, where the files lie that the page speaks of."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES, EXAMPLES = ROOT / "docs" / "samples", ROOT / "docs" / "contract" / "examples"
BLOCK = re.compile(r"^```(?:bash)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"^file,movement,")
COMMAND = re.compile(r"^kinemotion ((?!live ).*)$", re.MULTILINE)  # `live` waits for a camera
GIVEN: Mapping[str, Mapping[str, Path]] = {
    "README.md": {"my-jump.mp4": SAMPLES / "cmj_30fps.mp4"},
    "kinemotion-cli/README.md": {"jump.mp4": SAMPLES / "cmj_30fps.mp4"},
    "docs/tutorials/first-jump.md": {"my-jump.mp4": SAMPLES / "cmj_30fps.mp4"},
    "docs/tutorials/testing-day.md": {"ana.mp4": SAMPLES / "cmj_30fps.mp4", "ben.mp4": SAMPLES / "cmj_30fps.mp4"},
    "docs/how-to/batch.md": {
        "videos/ana.mp4": SAMPLES / "cmj_30fps.mp4",
        "monday/ana-1.mp4": SAMPLES / "cmj_30fps.mp4",
        "monday/ben-1.mp4": SAMPLES / "dropjump.mp4",
        "monday/cem.mp4": SAMPLES / "running.mp4",
    },
    "docs/how-to/compare.md": {
        **dict.fromkeys(("march.json", "april.json", "may.json", "cmj.json"), EXAMPLES / "cmj.json"),
        **dict.fromkeys(("left-1.json", "left-2.json", "right-1.json", "right-2.json"), EXAMPLES / "cmj.json"),
        "sj.json": EXAMPLES / "sj.json",
    },
    "docs/how-to/history.md": {"results/Ana/cmj.json": EXAMPLES / "cmj.json"},
    "docs/how-to/read-a-result.md": {},
    "docs/how-to/see-and-share.md": {},
}
"""By page: the reader's own files, which the page takes as given, and what stands in for them."""


def read_blocks(page: str) -> list[str]:
    return BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))


def test_every_page_with_commands_is_typed():
    """A new page names here what it takes as given."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("kinemotion-cli/*.md"), *ROOT.glob("docs/how-to/*.md")]
    pages += ROOT.glob("docs/tutorials/*.md")
    found = {path.relative_to(ROOT).as_posix() for path in pages}
    assert {page for page in found if any(COMMAND.search(block) for block in read_blocks(page))} == {*GIVEN}


@pytest.mark.engine
@pytest.mark.parametrize("page", GIVEN)
def test_the_commands_of_a_page_do_what_it_says(page: str, tmp_path: Path):
    """Each ends well, after those before it; folders that the page does not tell to make are not there."""
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    for name, stand_in in GIVEN[page].items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(stand_in, tmp_path / name)
    for block in read_blocks(page):
        if TABLE.match(block):
            (tmp_path / "team.csv").write_text(block, encoding="utf-8")
    for block in read_blocks(page):
        for rest in COMMAND.findall(block):
            words = [part for word in shlex.split(rest, comments=True) for part in expand(word, tmp_path)]
            command = [sys.executable, "-m", "kinemotion", *words]
            ended = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
            assert (ended.returncode, "Traceback" in ended.stderr) == (0, False), f"{rest}: {ended.stderr}"
            assert ended.stdout + ended.stderr


def expand(word: str, folder: Path) -> list[str]:
    """The files of a pattern, as a shell gives them."""
    if "*" not in word:
        return [word]
    return sorted(str(path.relative_to(folder)) for path in folder.glob(word))
