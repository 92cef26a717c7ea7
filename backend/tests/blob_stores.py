"""Every blob store, for tests that must hold on each of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kinemotion_backend.blobs.base import BlobStore
from kinemotion_backend.blobs.object_store import FolderBlobStore, S3BlobStore

__all__ = ["blobs"]


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.services)])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    """An empty store: a folder, or a place in an S3 server's bucket."""
    makers: dict[str, Callable[[], BlobStore]] = {
        "folder": lambda: FolderBlobStore(tmp_path / "blobs"),
        "s3": lambda: S3BlobStore(request.getfixturevalue("s3_location")),
    }
    return makers[request.param]()
