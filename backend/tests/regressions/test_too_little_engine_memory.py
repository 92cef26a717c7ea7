"""ENGINE_MEMORY_MB=512 was taken, and then every analysis failed."""

import pytest

from kinemotion_backend.__main__ import main


def test_less_than_the_engine_needs_is_refused_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGINE_MEMORY_MB", "1023")
    with pytest.raises(SystemExit, match="ENGINE_MEMORY_MB: Input should be greater than or equal to 1024"):
        main(["serve"])
