"""How many sets meet what they must, counted by hand."""

import pandas as pd

from tools.sets_over_seeds import table

TARGETS = pd.DataFrame({
    "target": ["delay", "hospitals", "idle"], "label": ["Delay", "Hospitals", "Idle"],
    "published": [4.0, 3.0, 1.0], "low": [3.5, 2.5, 0.5], "high": [4.5, 3.5, 1.5],
    "must": [1, 1, 0],
})  # fmt: skip


def test_sets_inside_are_counted_by_target_and_together():
    found = pd.DataFrame({
        "delay": [4.0, 4.5, 4.6, 3.6], "hospitals": [3.0, 2.4, 3.1, float("nan")],
        "idle": [9.0, 9.0, 9.0, 9.0],
    })  # fmt: skip
    told = table(found, TARGETS)
    assert told["sets inside"].to_dict() == {"Delay": 3, "Hospitals": 2, "all of them": 1}
    assert (told["of"] == 4).all()
