"""Uploads in pieces against a running service."""

from hashlib import sha256
from pathlib import Path

import httpx2
import pytest
from client_services import QUICK
from stand_in import PATIENCE_S, Server, video_bytes

from kinemotion_client import KinemotionClient
from kinemotion_client.asynchronous import uploads as asynchronous_uploads
from kinemotion_client.synchronous import uploads as blocking_uploads

PIECE = 100


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (asynchronous_uploads, blocking_uploads):
        monkeypatch.setattr(module, "PIECE_BYTES", PIECE)


def test_a_video_sent_in_pieces_is_measured(client: KinemotionClient, tmp_path: Path):
    video = tmp_path / "jump.mp4"
    video.write_bytes(video_bytes(name="pieces") + bytes(3 * PIECE))
    steps: list[tuple[int, int]] = []
    made = client.upload(video, on_progress=lambda done, total: steps.append((done, total)))
    size = video.stat().st_size
    assert (made.received_bytes, steps[-1]) == (size, (size, size))
    assert [done for done, _ in steps[:3]] == [PIECE, 2 * PIECE, 3 * PIECE]
    analysis = client.create_analysis({"upload_id": made.upload_id})
    assert client.wait(analysis.analysis_id, timeout_s=PATIENCE_S).result


def test_a_piece_that_arrived_without_an_answer_is_not_sent_again(mock_service: Server):
    offsets: list[int] = []

    def lose_the_second_answer(request: httpx2.Request) -> None:
        if request.method == "PATCH":
            offsets.append(int(request.headers["Upload-Offset"]))
            if len(offsets) == 2:
                sent = httpx2.patch(str(request.url), headers=dict(request.headers), content=request.content)
                assert sent.is_success

    content = video_bytes(name="lost") + bytes(3 * PIECE)
    with KinemotionClient(base_url=mock_service.url, retry=QUICK) as client:
        client._transport.http.event_hooks = {"request": [lose_the_second_answer]}  # pyright: ignore[reportPrivateUsage]
        made = client.upload(content)
    assert made.sha256 == sha256(content).hexdigest()
    assert made.received_bytes == len(content)
    assert offsets == list(range(0, len(content), PIECE))  # the second piece was asked for once, and not again
