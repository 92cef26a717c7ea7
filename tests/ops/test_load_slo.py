"""The judge of load tests says what is not kept, and is content with what is."""

from pathlib import Path

import pytest
from check_load_test_slo import main

HEAD = "Type,Name,Request Count,Failure Count,50%,95%\n"


def judge(folder: Path, rows: str, monkeypatch: pytest.MonkeyPatch) -> int:
    (folder / "load_stats.csv").write_text(HEAD + rows, "utf-8")
    monkeypatch.setattr("sys.argv", ["check_load_test_slo.py", str(folder / "load")])
    return main()


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ("LIVE,frame,1000,9,40,199\nGET,history,10,0,90,900\n,Aggregated,1010,9,40,210\n", "All promises are kept."),
        ("LIVE,frame,1000,0,40,200\n", "NOT KEPT  frame: p95 200 ms, promised are 200."),
        ("GET,history,200,2,40,50\n", "NOT KEPT  1.0% of all requests failed, promised are fewer than 1.0%."),
        (",Aggregated,0,0,N/A,N/A\n", "NOT KEPT  Nothing was sent."),
    ],
)
def test_promises_are_judged(
    rows: str, verdict: str, *, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judge(tmp_path, rows, monkeypatch) == int("NOT KEPT" in verdict)
    assert verdict in capsys.readouterr().out
