"""Charts of differences hold the numbers of the summary, and claim no more than it does."""

import json

import numpy as np
import pandas as pd
import pytest

from experiments.measures import Place, measures
from experiments.reporting.summary import summarise
from experiments.reporting.values import arranged
from viz.comparison import contrasts, difference_grid, differences
from viz.comparison.results import Results
from viz.i18n.texts import Texts

pytestmark = pytest.mark.slow

A, B, C = "before", "after", "later"
EN, ZH = Texts("en"), Texts("zh")
PROVINCES = ("Beijing", "Jiangsu", "Shanghai", "Tibet")
KEYS = [
    *((name, "all", "all") for name in ("treated", "time_undiagnosed", "deaths", "treated_gap")),
    *(("treated", "income_quintile", str(n)) for n in range(1, 6)),
    *(("treated", "province", name) for name in PROVINCES),
    ("qalys", "all", "all"), ("spending", "all", "all"),
]  # fmt: skip


def results(block: np.ndarray, policies=(A, B, C)) -> Results:
    """Return results of runs' values, of shape (policies, keys, runs)."""
    count = block.shape[2]
    runs = pd.DataFrame([
        {"policy": policy, "seed": seed, "measure": key[0], "by": key[1], "group": key[2],
         "value": block[p, k, seed]}
        for p, policy in enumerate(policies) for k, key in enumerate(KEYS)
        for seed in range(count)
    ])  # fmt: skip
    known = measures(15)
    table = summarise(arranged(runs, list(policies), range(count), known), policies[0], known)
    manifest = {"baseline": policies[0], "seeds": list(range(count)),
                "policies": [{"name": name, "title": name} for name in policies]}  # fmt: skip
    return Results("made-up", table, manifest)


def block(*levels: float, runs: int = 4, spread: float = 0.01) -> np.ndarray:
    """Return values around a level for each policy, the same random numbers under all."""
    common = np.random.default_rng(1).normal(size=(1, len(KEYS), runs))
    own = np.random.default_rng(2).normal(size=(len(levels), len(KEYS), runs))
    return np.array(levels)[:, None, None] + spread * (common + 0.1 * own)


def bars(chart: dict, series: int = 0) -> dict[str, list[float]]:
    """Return low, mean and high of a chart's bars by label."""
    labels = chart["yAxis"][0]["data"]
    data = chart["series"][series]["data"]
    return {label: one["value"][1:4] for label, one in zip(labels, data, strict=True)}


def verdicts(chart: dict) -> dict[str, str]:
    return dict(zip(chart["yAxis"][0]["data"], chart["yAxis"][1]["data"], strict=True))


def test_bars_are_the_differences_in_their_unit():
    found = results(block(0.4, 0.5, 0.3))
    chart = differences.by_group(found, EN, "treated", "income_quintile")
    assert chart["xAxis"]["name"] == "difference, percentage points"
    for series, policy in enumerate((B, C)):
        rows = contrasts.defined_rows(found, policy, "treated", "income_quintile")
        shown = list(bars(chart, series).values())
        ends = rows[["difference_low", "difference", "difference_high"]].to_numpy()
        np.testing.assert_allclose(shown, 100 * ends, rtol=1e-3)


def test_relative_changes_are_per_cent_of_the_baseline():
    values = block(0.4, 0.5)
    values[1] = 1.25 * values[0]
    chart = differences.relative(results(values, (A, B)), EN, B)
    for low, mean, high in bars(chart).values():
        assert low <= mean <= high
        assert mean == pytest.approx(25.0, rel=1e-3)


def test_a_baseline_near_nought_has_no_per_cent():
    values = block(0.4, 0.5, runs=5)
    at = KEYS.index(("deaths", "all", "all"))
    values[0, at] = [-0.1, 0.1, -0.1, 0.1, 0.001]
    chart = differences.relative(results(values, (A, B)), EN, B)
    assert "Deaths" not in bars(chart)
    assert "Ever treated" in bars(chart)


def test_better_and_worse_are_as_the_measure_says():
    told = verdicts(differences.relative(results(block(0.4, 0.5), (A, B)), EN, B))
    assert told["Ever treated"] == "better"
    assert told["Time without a diagnosis"] == "worse"
    told = verdicts(differences.relative(results(block(0.4, 0.5), (A, B)), EN, B, Place.SOCIETY))
    assert told["Spending on rare diseases"] == "different"
    told = verdicts(differences.relative(results(block(0.4, 0.4, spread=0.1), (A, B)), EN, B))
    assert "not clear" in told.values()


def test_provinces_are_sorted_by_gain_and_claimed_less_easily():
    """An interval that leaves out zero is not yet a claim; the chart says what the summary does."""
    found = results(block(0.4, 0.43, spread=0.12, runs=6), (A, B))
    chart = differences.by_province(found, EN, "treated", B)
    means = [mean for _, mean, _ in bars(chart).values()]
    assert means == sorted(means, reverse=True)
    rows = contrasts.defined_rows(found, B, "treated", "province").set_index("group")
    assert verdicts(chart) == dict(rows["claim"][list(bars(chart))])
    apart = [label for label, (low, _, _) in bars(chart).items() if low > 0]
    assert set(apart) - {label for label, word in verdicts(chart).items() if word == "better"}


def test_chances_are_the_summary_s_and_never_certain():
    found = results(block(0.4, 0.5), (A, B))
    chart = difference_grid.chance(found, EN, B)
    cells = chart["series"][0]["data"]
    assert len(cells) == 8
    texts = {cell["label"]["formatter"] for cell in cells}
    assert texts <= {">99", "<1"}
    unclear = difference_grid.chance(results(block(0.4, 0.401, spread=0.2), (A, B)), EN, B)
    for cell in unclear["series"][0]["data"]:
        assert 0.0 <= cell["value"][2] <= 100.0


def test_a_map_has_every_place_and_no_number_where_none_is_known():
    chart = difference_grid.province_map(results(block(0.4, 0.5), (A, B)), EN, "treated", B)
    tiles = chart["series"][0]["data"]
    assert len({tuple(tile["value"][:2]) for tile in tiles}) == len(tiles) == 34
    numbered = [tile for tile in tiles if "\n" in tile["label"]["formatter"]]
    assert len(numbered) == len(PROVINCES)


def test_a_claim_on_a_map_is_not_written_as_nought():
    values = block(0.4, 0.4, runs=8)
    gains = {KEYS.index(("treated", "province", name)): gain
             for name, gain in zip(PROVINCES, (0.02, 0.03, 3e-5, 0.01), strict=True)}  # fmt: skip
    noise = 1e-6 * np.random.default_rng(3).normal(size=(len(KEYS), 8))
    values[1] = values[0] + noise
    for row, gain in gains.items():
        values[1, row] += gain
    for scale, shown in ((1.0, {"JS\n+3.0", "SH\n+<0.1"}), (1e-2, {"JS\n+0.030", "SH\n+<0.001"})):
        values[1] = values[0] + scale * (values[1] - values[0])
        chart = difference_grid.province_map(results(values, (A, B)), EN, "treated", B)
        tiles = [tile["label"] for tile in chart["series"][0]["data"]]
        assert shown <= {tile["formatter"] for tile in tiles if tile.get("fontWeight") == "bold"}


def test_names_cannot_bring_markup_into_a_tooltip():
    evil = "<img src=x>"
    chart = differences.by_group(
        results(block(0.4, 0.5), (A, evil)), EN, "treated", "income_quintile"
    )
    for bar in chart["series"][0]["data"]:
        assert "<img" not in bar["tooltip"]["formatter"]


def every_chart(found: Results, texts: Texts):
    for policy in found.others:
        yield differences.relative(found, texts, policy)
        yield differences.relative(found, texts, policy, Place.SOCIETY)
        yield differences.by_province(found, texts, "treated", policy)
        yield difference_grid.chance(found, texts, policy)
        yield difference_grid.province_map(found, texts, "treated", policy)
    for by in ("income_quintile", "zone"):
        yield differences.by_group(found, texts, "treated", by)


WILD = {"NaN": np.nan, "infinite": np.inf, "zero": 0.0, "huge": 1e300, "tiny": 1e-300}


@pytest.mark.parametrize("texts", [EN, ZH], ids=["en", "zh"])
@pytest.mark.parametrize("wild", [None, *WILD], ids=str)
def test_every_chart_is_plain_json_with_title_and_units(wild, texts):
    values = block(0.4, 0.5, 0.3)
    if wild:
        values[1] = WILD[wild]
    for chart in every_chart(results(values), texts):
        json.dumps(chart, allow_nan=False)
        assert chart["title"]["text"]
        assert chart["aria"]["enabled"]
        assert chart["animation"] is False
        assert "saveAsImage" in chart["toolbox"]["feature"]
        assert differences.height(chart) >= 150
        if "boxplot" in str(chart.get("series")):
            assert chart["xAxis"]["name"]


def test_a_chart_of_nothing_says_why():
    one = results(block(0.4)[:, :, :], (A,))
    two = results(block(0.4, 0.5), (A, B))
    for chart, why in (
        (differences.by_group(two, EN, "treated", "zone"), "not told by this kind"),
        (differences.by_group(two, EN, "no_such", "zone"), "not told by this kind"),
        (differences.by_group(one, EN, "treated", "zone"), "Only one policy"),
        (difference_grid.chance(one, EN, A), "Only one policy"),
        (difference_grid.province_map(one, EN, "treated", A), "Only one policy"),
    ):
        said = " ".join(part["style"]["text"] for part in chart["graphic"])
        assert why in " ".join(said.split())
