"""Every Python block of the documentation runs, page by page, in the order it is read."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = [
    page
    for folder in (".", "docs", "kinemotion-cli", "backend")
    for page in sorted((ROOT / folder).glob("*.md" if folder != "docs" else "**/*.md"))
    if BLOCK.search(page.read_text(encoding="utf-8"))
]


@pytest.mark.engine
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_blocks_of_a_page_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    (tmp_path / "jump.mp4").symlink_to(ROOT / "docs" / "samples" / "cmj.mp4")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "documentation"}
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        exec(compile(block, str(page), "exec"), names)  # noqa: S102  (our own pages)
