"""The web page beside the API: served from a folder, with a policy that loads nothing from elsewhere."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from kinemotion_backend.api.page import NOT_BUILT, install_page


def client(folder: Path) -> TestClient:
    app = FastAPI()
    install_page(app, folder=folder)
    return TestClient(app)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>Kinemotion</title>")
    (tmp_path / "assets" / "index-abc123.js").write_text("1")
    (tmp_path / "assets" / "pose-abc123").mkdir()
    (tmp_path / "assets" / "pose-abc123" / "lite.tflite").write_bytes(b"model")
    (tmp_path / "assets" / "pose-abc123" / "runtime.wasm").write_bytes(b"code")
    return tmp_path


def test_the_page_loads_nothing_from_elsewhere(built: Path):
    answer = client(built).get("/")
    assert answer.text == "<title>Kinemotion</title>"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_page_of_a_shared_result_is_left_out_of_search_engines(built: Path):
    answer = client(built).get("/shared/token")
    assert answer.text == client(built).get("/").text
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert client(built).get("/shared/token/more").status_code == 404


def test_files_whose_name_carries_their_hash_are_kept(built: Path):
    assert "immutable" in client(built).get("/assets/index-abc123.js").headers["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "media_type"), [("lite.tflite", "application/octet-stream"), ("runtime.wasm", "application/wasm")]
)
def test_pose_files_have_their_media_type(built: Path, name: str, media_type: str):
    answer = client(built).get(f"/assets/pose-abc123/{name}")
    assert answer.headers["Content-Type"] == media_type
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_worker_of_the_page_may_run_the_pose_model(built: Path):
    policy = client(built).get("/assets/index-abc123.js").headers["Content-Security-Policy"]
    assert "'wasm-unsafe-eval'" in policy
    assert "connect-src 'self'" in policy


@pytest.mark.parametrize("path", ["/../pyproject.toml", "/%2e%2e/secret", "/assets/missing.js"])
def test_nothing_else_is_served(built: Path, path: str):
    (built.parent / "secret").write_text("secret")
    assert client(built).get(path).status_code == 404


def test_a_missing_page_says_how_to_build_it(tmp_path: Path):
    assert client(tmp_path).get("/").text == NOT_BUILT
