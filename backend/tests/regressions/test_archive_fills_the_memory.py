"""An export was read into the memory before it was sent, and all documents of an import before the first was stored."""

import io
import json
import tracemalloc
import zipfile
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest
from api.v1.test_athletes import analyse, create
from fake_analyzer import FakeAnalyzer
from fastapi.testclient import TestClient
from stand_in import HERE, small_settings

from kinemotion_backend.api.v1 import archives
from kinemotion_backend.app import create_app
from kinemotion_backend.blobs import base
from kinemotion_backend.examples import load_example
from kinemotion_backend.workspace import PREFIX

MEBIBYTE = 1024 * 1024
DOCUMENTS = 24
Message = MutableMapping[str, Any]


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return TestClient(create_app(small_settings(tmp_path), analyzer=FakeAnalyzer(tmp_path)), client=HERE)


def find_exports(place: Path) -> list[Path]:
    """The folders of exports in the work folder."""
    return list(place.glob(f"work/{PREFIX}*/export-*"))


async def ask_for_export(app: Any, place: Path, *, most_pieces: int | None) -> list[int]:
    """Return the sizes of the pieces of the answer; the client leaves after so many."""
    sizes: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] != "http.response.body" or not message["body"]:
            return
        assert len(find_exports(place)) == 1
        sizes.append(len(message["body"]))
        if len(sizes) == most_pieces:
            raise OSError("the client has left")

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/api/v1/export",
        "raw_path": b"/api/v1/export",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"testserver")],
        "client": HERE,
        "server": ("testserver", 80),
    }
    await app(scope, receive, send)
    return sizes


@pytest.mark.parametrize("most_pieces", [None, 1, 3])
def test_an_export_is_sent_from_a_file_that_does_not_stay(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_pieces: int | None
) -> None:
    monkeypatch.setattr(base, "CHUNK_BYTES", 100)
    with client:
        create(client, "athletes", name="Ana")
        assert client.portal is not None
        sizes = client.portal.call(lambda: ask_for_export(client.app, tmp_path, most_pieces=most_pieces))
        assert not find_exports(tmp_path)
    assert len(sizes) > 3 if most_pieces is None else len(sizes) == most_pieces
    assert max(sizes) == 100


def test_an_export_that_fails_leaves_no_file(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "read_file", None)
    with client:
        assert client.get("/api/v1/export").status_code == 500
        assert not find_exports(tmp_path)


def multiply(exported: bytes) -> bytes:
    """The archive with its one analysis many times, each with a document of a mebibyte."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(exported)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name.endswith((".json", ".jsonl")) and name != "analyses.jsonl":
                target.writestr(name, source.read(name))
        analysis = json.loads(source.read("analyses.jsonl"))
        lines = [json.dumps({**analysis, "id": f"ana_{number}"}) for number in range(DOCUMENTS)]
        target.writestr("analyses.jsonl", "\n".join(lines))
        for number in range(DOCUMENTS):
            target.writestr(f"results/ana_{number}.json", load_example("cmj") + " " * MEBIBYTE)
    return made.getvalue()


def test_an_import_holds_one_document_at_a_time(client: TestClient) -> None:
    with client:
        analyse(client, 1)
        content = multiply(client.get("/api/v1/export").content)
        tracemalloc.start()
        try:
            imported = client.post("/api/v1/import", content=content, headers={"Content-Type": "application/zip"})
            most_bytes = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert imported.json()["analyses"] == DOCUMENTS
    assert most_bytes < DOCUMENTS / 2 * MEBIBYTE
