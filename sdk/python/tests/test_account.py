"""Keys, and everything that an account keeps as one file, against a running service."""

from pathlib import Path

import pytest

from kinemotion_client import KinemotionClient, errors
from kinemotion_client.models import AthleteBody, NewKey


def test_a_key_is_made_listed_and_revoked(client: KinemotionClient):
    made = client.keys.create(NewKey(name="Tablet", scopes=["analyses:read"]))
    assert made.key_id in [key.key_id for key in client.keys.list()]
    client.keys.revoke(made.key_id)
    assert [key.revoked_at is not None for key in client.keys.list() if key.key_id == made.key_id] == [True]


def test_everything_is_exported_and_imported(client: KinemotionClient, tmp_path: Path):
    known = client.athletes.create(AthleteBody(name="Zoe"))
    archive = client.export_everything(tmp_path / "export.zip")
    brought = client.import_everything(archive)
    assert brought.athletes >= 1
    assert len([each for each in client.athletes.list() if each.name == known.name]) >= 2


def test_what_is_no_export_is_refused(client: KinemotionClient, tmp_path: Path):
    wrong = tmp_path / "wrong.zip"
    wrong.write_bytes(b"no zip file")
    with pytest.raises(errors.APIError):
        client.import_everything(wrong)
