"""Save everything that the service keeps into a folder, or restore it from there.

    python ops/backup/backup.py save FOLDER       # the service may run meanwhile
    python ops/backup/backup.py restore FOLDER    # into empty stores; the service must not run

The environment is the service's own (DATABASE_URL, BLOB_URL, DATA_DIR …). PostgreSQL needs pg_dump and pg_restore.
Records are saved before files: a file that is added meanwhile is too many, but none that a record names is missing.
"""

from __future__ import annotations  # some types of obstore are there for the type checker only

import argparse
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.store import LocalStore, S3Store

from kinemotion_backend.settings import Settings

if TYPE_CHECKING:
    from obstore.store import S3Config

RECORDS = "records"
FILES = "files"
MANIFEST = "manifest.json"
PEPPER = "key-pepper"
SQLITE_FILE = "records.sqlite"
BLOCK = 1024 * 1024


class BackupProblem(RuntimeError):
    """The copy cannot be made or used."""


def save(settings: Settings, folder: Path) -> int:
    """Write a copy into the folder; return how many files it has.

    Raises
    ------
    BackupProblem
        When the folder is in use, or the database cannot be read.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupProblem(f"{folder} is not empty. Name a new folder.")
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    (partial / FILES).mkdir(parents=True, mode=0o700)
    _save_records(settings, partial / RECORDS)
    hashes = {key: _save_file(open_store(settings), key, folder=partial / FILES) for key in _list_keys(settings)}
    pepper = settings.data_dir / PEPPER
    if pepper.is_file():
        shutil.copy(pepper, partial / PEPPER)
    manifest = {"records": _hash(partial / RECORDS), "files": hashes}
    (partial / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
    if folder.exists():
        folder.rmdir()
    partial.rename(folder)
    return len(hashes)


def restore(settings: Settings, folder: Path) -> int:
    """Fill empty stores from the folder; return how many files it had.

    Raises
    ------
    BackupProblem
        When the copy is damaged, or there is something where it should go.
    """
    manifest = check(folder)
    if any(True for _ in _list_keys(settings)):
        raise BackupProblem("The store of files is not empty. Name an empty one.")
    store = open_store(settings)
    for key in manifest["files"]:
        obstore.put(store, key, folder / FILES / key)
    pepper = folder / PEPPER
    if pepper.is_file():
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(pepper, settings.data_dir / PEPPER)
    _restore_records(settings, folder / RECORDS)
    return len(manifest["files"])


def check(folder: Path) -> dict[str, dict[str, str]]:
    """Hold a copy against its manifest; return that.

    Raises
    ------
    BackupProblem
        When a file is missing or has changed.
    """
    if not (folder / MANIFEST).is_file():
        raise BackupProblem(f"{folder} holds no finished copy.")
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    expected = {RECORDS: manifest["records"], **{f"{FILES}/{key}": value for key, value in manifest["files"].items()}}
    damaged = [name for name, value in expected.items() if not _is_whole(folder / name, value)]
    if damaged:
        raise BackupProblem(f"The copy is damaged: {', '.join(damaged[:5])}.")
    return manifest


def open_store(settings: Settings) -> LocalStore | S3Store:
    """Open the store of files that the settings name."""
    if not settings.blob_url:
        return LocalStore(settings.data_dir / FILES, mkdir=True)
    config: S3Config = {"endpoint": settings.blob_endpoint} if settings.blob_endpoint else {}
    allow_http = settings.blob_endpoint.startswith("http://")
    return S3Store.from_url(
        settings.blob_url, config=config, region=settings.blob_region, client_options={"allow_http": allow_http}
    )


def _list_keys(settings: Settings) -> Iterator[str]:
    for page in obstore.list(open_store(settings)):  # pyright: ignore[reportUnknownMemberType]  (Arrow is not installed)
        yield from (meta["path"] for meta in page)


def _save_file(store: LocalStore | S3Store, key: str, *, folder: Path) -> str:
    """Copy one file out of the store; return its hash."""
    target = folder / key
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("wb") as copy:
        for chunk in obstore.get(store, key).stream():
            copy.write(chunk)
            digest.update(chunk)
    return digest.hexdigest()


def _save_records(settings: Settings, target: Path) -> None:
    if settings.database_url:
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={target}", f"--dbname={settings.database_url}")
        return
    source = settings.data_dir / SQLITE_FILE
    if not source.is_file():
        raise BackupProblem(f"There is no {source}.")
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)


def _restore_records(settings: Settings, source: Path) -> None:
    if settings.database_url:
        options = ("--exit-on-error", "--single-transaction", "--no-owner")
        _run("pg_restore", *options, f"--dbname={settings.database_url}", str(source))
        return
    target = settings.data_dir / SQLITE_FILE
    if target.exists():
        raise BackupProblem(f"{target} exists. Name an empty DATA_DIR.")
    shutil.copy(source, target)


def _run(program: str, *words: str) -> None:
    found = shutil.which(program) or next(iter(sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))), None)
    if found is None:
        raise BackupProblem(f"{program} is not installed: it comes with PostgreSQL's client.")
    done = subprocess.run([str(found), *words], capture_output=True, text=True, check=False, env=os.environ)  # noqa: S603
    if done.returncode != 0:
        raise BackupProblem(f"{program} failed: {done.stderr.strip()}")


def _hash(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _is_whole(path: Path, expected: str) -> bool:
    return path.is_file() and _hash(path) == expected


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Save or restore everything that the service keeps.")
    parser.add_argument("action", choices=["save", "restore", "check"])
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    try:
        if given.action == "check":
            count = len(check(given.folder)["files"])
        else:
            count = (save if given.action == "save" else restore)(Settings(), given.folder)
    except BackupProblem as problem:
        sys.exit(str(problem))
    print(f"{given.action}: {count} files and the records")  # noqa: T201


if __name__ == "__main__":
    main()
