"""The pepper is made once and kept to its owner."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kinemotion_backend.keys.pepper import read_or_make_pepper


def test_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "key-pepper"
    pepper = read_or_make_pepper(path)
    assert len(pepper) == 64
    assert read_or_make_pepper(path) == pepper
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_of_many_that_start_at_once_one_makes_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(read_or_make_pepper, [tmp_path / "key-pepper"] * 32))) == 1
    assert len(list(tmp_path.iterdir())) == 1
