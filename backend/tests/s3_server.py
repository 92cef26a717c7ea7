"""A real S3 server for the tests with the marker ``services``: SeaweedFS from PyPI, which keeps nothing."""

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from mirakuru import HTTPExecutor
from servers import HOST, MISSING, START_TIMEOUT_S, find_free_port

from kinemotion_backend.blobs.object_store import S3Location

ACCESS_KEY_ID = "test"
SECRET_ACCESS_KEY = "test-secret"

__all__ = ["s3_location", "s3_server"]


@dataclass(frozen=True)
class S3Server:
    """An S3 server and the keys that it accepts."""

    endpoint: str
    access_key_id: str = ACCESS_KEY_ID
    secret_access_key: str = SECRET_ACCESS_KEY


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """An S3 server for all tests of a run."""
    program = shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")
    if program is None:
        pytest.skip(MISSING.format("SeaweedFS"))
    folder = tmp_path_factory.mktemp("s3")
    keys = {
        "identities": [
            {
                "name": "test",
                "credentials": [{"accessKey": ACCESS_KEY_ID, "secretKey": SECRET_ACCESS_KEY}],
                "actions": ["Admin", "Read", "Write", "List", "Tagging"],
            }
        ]
    }
    (folder / "keys.json").write_text(json.dumps(keys))
    ports = [find_free_port() for _ in range(8)]
    command = [
        *(program, "-logdir", str(folder), "server", "-s3", f"-dir={folder}", f"-ip={HOST}", f"-ip.bind={HOST}"),
        *(f"-master.port={ports[0]}", f"-master.port.grpc={ports[1]}"),
        *(f"-volume.port={ports[2]}", f"-volume.port.grpc={ports[3]}", "-volume.max=50"),
        *(f"-filer.port={ports[4]}", f"-filer.port.grpc={ports[5]}"),
        *(f"-s3.port={ports[6]}", f"-s3.port.grpc={ports[7]}", f"-s3.config={folder / 'keys.json'}"),
        *("-s3.port.iceberg=0", "-s3.port.lance=0"),
        "-master.volumeSizeLimitMB=64",
    ]
    endpoint = f"http://{HOST}:{ports[6]}"
    executor = HTTPExecutor(command, f"{endpoint}/healthz", timeout=START_TIMEOUT_S, cwd=str(folder))
    executor.start()
    yield S3Server(endpoint)
    executor.kill()  # it would take its time over files that nobody needs any more


@pytest.fixture
def s3_location(s3_server: S3Server) -> S3Location:
    """An empty place in the S3 server's bucket for one test."""
    return S3Location(
        f"s3://kinemotion/{uuid4().hex}",
        endpoint=s3_server.endpoint,
        access_key_id=s3_server.access_key_id,
        secret_access_key=s3_server.secret_access_key,
    )
