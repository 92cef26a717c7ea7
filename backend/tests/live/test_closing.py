"""Close codes: each has a meaning, and the how-to page lists them all."""

from pathlib import Path

from kinemotion_backend.live.closing import MEANINGS, CloseCode, write_reference

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "live-service.md"


def test_every_code_is_documented() -> None:
    assert list(MEANINGS) == list(CloseCode)
    assert write_reference() in PAGE.read_text("utf-8")
