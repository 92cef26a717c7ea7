"""A copy of all that the service keeps fills empty stores again: SQLite and a folder, PostgreSQL and S3."""

import asyncio
from pathlib import Path
from typing import Any

import obstore
import pytest
import sqlalchemy
from backup import BackupProblem, check, open_store, restore, save
from servers import PostgresServer

from kinemotion_backend.keys.keyring import KeyRequest
from kinemotion_backend.platform_wiring import create_key
from kinemotion_backend.settings import Settings

VIDEO = bytes(range(256)) * 20_000
KEY = "analyses/ana_1/attempt-1/video"


@pytest.fixture(params=["embedded", pytest.param("scaled out", marks=pytest.mark.services)])
def stores(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Settings, Settings]:
    """Settings of a service with something in its stores, and of another one without."""
    given: list[dict[str, Any]] = [{"data_dir": tmp_path / name} for name in ("old", "new")]
    if request.param == "scaled out":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        s3 = request.getfixturevalue("s3_location")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.access_key_id)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3.secret_access_key)
        for number, fields in enumerate(given):
            fields |= {"database_url": server.create_database(), "blob_endpoint": s3.endpoint}
            fields["blob_url"] = f"{s3.url}/{number}"
    old, new = (Settings(**fields) for fields in given)
    asyncio.run(create_key(old, KeyRequest(name="laptop", owner="club", tier="pro")))
    obstore.put(open_store(old), KEY, VIDEO)
    return old, new


def read_keys(settings: Settings) -> list[tuple[Any, ...]]:
    """The keys that the records hold, asked without the service's own code."""
    url = settings.database_url.replace("postgresql://", "postgresql+psycopg://")
    engine = sqlalchemy.create_engine(url or f"sqlite:///{settings.data_dir / 'records.sqlite'}")
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(sqlalchemy.text("SELECT * FROM keys"))]
    engine.dispose()
    return rows


def test_what_is_saved_comes_back(stores: tuple[Settings, Settings], tmp_path: Path) -> None:
    old, new = stores
    assert save(old, tmp_path / "copy") == 1
    assert restore(new, tmp_path / "copy") == 1
    assert read_keys(new) == read_keys(old) != []
    assert obstore.get(open_store(new), KEY).bytes().to_bytes() == VIDEO
    assert (new.data_dir / "key-pepper").read_bytes() == (old.data_dir / "key-pepper").read_bytes()


def test_a_damaged_copy_is_not_used(stores: tuple[Settings, Settings], tmp_path: Path) -> None:
    old, new = stores
    save(old, tmp_path / "copy")
    saved = tmp_path / "copy" / "files" / KEY
    saved.write_bytes(b"other" + VIDEO[5:])
    with pytest.raises(BackupProblem, match="damaged: files/analyses"):
        restore(new, tmp_path / "copy")
    (tmp_path / "copy" / "manifest.json").unlink()
    with pytest.raises(BackupProblem, match="no finished copy"):
        check(tmp_path / "copy")


def test_nothing_is_written_over(stores: tuple[Settings, Settings], tmp_path: Path) -> None:
    old, _ = stores
    save(old, tmp_path / "copy")
    with pytest.raises(BackupProblem, match="not empty"):
        save(old, tmp_path / "copy")
    with pytest.raises(BackupProblem, match="not empty"):
        restore(old, tmp_path / "copy")
