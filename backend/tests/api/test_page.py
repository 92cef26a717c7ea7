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
    return tmp_path


def test_the_page_loads_nothing_from_elsewhere(built: Path):
    answer = client(built).get("/")
    assert answer.text == "<title>Kinemotion</title>"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["Cache-Control"] == "no-cache"


def test_files_whose_name_carries_their_hash_are_kept(built: Path):
    assert "immutable" in client(built).get("/assets/index-abc123.js").headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/../pyproject.toml", "/%2e%2e/secret", "/assets/missing.js"])
def test_nothing_else_is_served(built: Path, path: str):
    (built.parent / "secret").write_text("secret")
    assert client(built).get(path).status_code == 404


def test_a_missing_page_says_how_to_build_it(tmp_path: Path):
    assert client(tmp_path).get("/").text == NOT_BUILT
