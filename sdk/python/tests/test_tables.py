"""Tables of trials."""

import json
from pathlib import Path
from typing import Any

from kinemotion_client import trials_to_pandas
from kinemotion_client.models import Analysis

EXAMPLE = Path(__file__).parents[3] / "docs" / "contract" / "examples" / "cmj.json"


def test_each_trial_is_a_row_with_its_metrics_and_their_intervals() -> None:
    document = json.loads(EXAMPLE.read_text("utf-8"))
    first = document["trials"][0]
    refused: dict[str, Any] = {
        **first,
        "index": 1,
        "data": None,
        "intervals": {},
        "problem": {"code": "ends_in_flight", "message": "", "values": {}},
    }
    document["trials"] = [first, refused]
    table = trials_to_pandas(Analysis.model_validate(document))
    assert list(table["trial"]) == [1, 2]
    assert list(table["start_s"]) == [first["start_s"]] * 2
    low, high = first["intervals"]["jump_height_m"]
    row = table.iloc[0]
    found = [row[name] for name in ("jump_height_m", "jump_height_m_low", "jump_height_m_high")]
    assert found == [first["data"]["jump_height_m"], low, high]
    assert row["confidence"] == first["quality"]["confidence"]
    assert list(table["problem"])[1] == "ends_in_flight"
    assert table["jump_height_m"].isna().tolist() == [False, True]
