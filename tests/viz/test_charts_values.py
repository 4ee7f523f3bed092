"""Charts show the numbers of their data: small cases by hand, and sums."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from abm.outputs.fund_book import FundSeries
from agents.codes import Event
from experiments.measures import Text
from experiments.measures.units import SHARE, YUAN
from experiments.reporting.formatting import format_number
from experiments.reporting.wrapping import columns, wrapped
from tests.support.twins import VIEW, twins_at
from viz.cards import charts as card_charts
from viz.cards.data import Card
from viz.charts.colours import DIVERGING, SEQUENTIAL, colour, ink
from viz.charts.outline import outline
from viz.charts.style import short
from viz.i18n.texts import Texts
from viz.reading import journeys
from viz.reading.scene import Scene
from viz.reading.spread import Band, Doubt, Spread
from viz.tabs.equity import charts as equity_charts
from viz.tabs.equity import data as equity_data
from viz.tabs.equity import winners
from viz.tabs.journeys import charts as journeys_charts
from viz.tabs.journeys import data as journeys_data
from viz.tabs.journeys import timeline
from viz.tabs.labels import sides
from viz.tabs.money import charts as money_charts
from viz.tabs.money.data import Bills, MoneyData
from viz.tabs.network import charts as network_charts
from viz.tabs.network import data as network_data
from viz.tabs.network.data import NetworkData, NetworkSide
from viz.tabs.overview import charts as overview_charts
from viz.tabs.overview import data as overview_data
from viz.tabs.overview.map_scales import declared

pytestmark = pytest.mark.slow

EN, ZH = Texts("en"), Texts("zh")
SCENE = Scene(4, 36, "uniform-national", "special-zone")


def test_texts_are_broken_to_the_width():
    lines = wrapped("Referrals between provinces under the special zone", 20)
    assert " ".join(lines) == "Referrals between provinces under the special zone"
    assert all(columns(line) <= 20 for line in lines)
    chinese = wrapped("一二三四五六，七八九", 12)
    assert "".join(chinese) == "一二三四五六，七八九"
    assert all(columns(line) <= 14 and not line.startswith("，") for line in chinese)
    assert short("special-zone+mandatory-registry", 12) == "special-zo…"
    assert columns(short("特别政策区方案比较", 9)) <= 9


def test_groups_are_hollow_and_pale_unless_pairs_bear_them_out():
    sure = Spread(0.1, 0.05, 0.15, claimed=True)
    data = equity_data.read(twins_at(36), VIEW)
    data = replace(data, spreads={
        "equiplot income_quintile": {"treated 1": sure}, "winners qalys": {"5": sure},
    })  # fmt: skip
    dots = [dot for series in equity_charts.equiplot(data, EN, "income_quintile")["series"]
            if series["type"] == "scatter" for dot in series["data"]]  # fmt: skip
    full = [dot["name"] for dot in dots if " B: " in dot["name"] and "itemStyle" not in dot]
    assert len(full) == 1
    assert full[0].startswith("Treated B: poorest fifth")
    assert full[0].endswith("[+5.0, +15.0]")
    bars = [bar for series in winners.winners(data, EN, "qalys")["series"]
            for bar in series["data"]]  # fmt: skip
    assert {bar["name"].split(":")[0] for bar in bars if "itemStyle" not in bar} == {
        "richest fifth"
    }


def test_colours_run_from_end_to_end_and_ink_stands_out():
    for stops in (SEQUENTIAL, DIVERGING):
        assert colour(0.0, stops) == colour(-3.0, stops) == stops[0]
        assert colour(1.0, stops) == stops[-1]
        assert colour(0.5, stops) == stops[4]
    assert ink("#ffffff") == "#000000"
    assert ink("#440154") == "#ffffff"


def test_a_side_is_named_by_its_policy_and_whether_it_was_edited():
    scene = Scene(4, 36, "no-network+no-charity", "special-zone", edited_b=True)
    assert sides(scene, EN)[0] == "A · No collaboration…"
    assert sides(scene, EN)[1] == "B · Geographic special zone, edited"
    assert sides(scene, ZH)[0] == "A · 没有协作网 + 没有慈善"


SURE = {"spread": Spread(0.02, 0.01, 0.03, claimed=True), "doubt": Doubt(8, 8, 0.01)}


def card(**parts):
    plain = {"key": "treated", "label": Text("Ever treated", "曾获治疗"), "unit": SHARE,
             "a": 0.501, "b": 0.526, "better": "higher", **SURE}  # fmt: skip
    return card_charts.card_text(Card(**{**plain, **parts}), EN)


def test_a_card_says_which_is_better():
    assert card()[2:7] == (
        "50.1", "52.6", "+2.5 percentage points", "8 pairs: +2.0 [+1.0, +3.0]", "better under B"
    )  # fmt: skip
    assert card(better="lower").verdict == "worse under B"
    assert card(b=0.5011).verdict == "no difference"
    assert card(better="neither").verdict == ""
    assert card(a=None)[2:5] == ("–", "52.6", "")
    assert card(a=None).verdict == "not yet defined"
    rise = Spread(17e9, 15e9, 19e9, claimed=True)
    money = card(key="rationed", unit=YUAN, a=0.0, b=18.47e9, better="lower", country=True,
                 spread=rise)  # fmt: skip
    assert money.interval == "8 pairs: +17.0 [+15.0, +19.0]"
    assert money.title.endswith("(whole country)")
    assert (money.b, money.unit, money.difference) == ("18.5", "billion yuan", "+18.5 billion yuan")


def test_a_card_calls_nothing_better_that_may_be_chance():
    unsure = Spread(0.02, -0.01, 0.05)
    assert card(spread=unsure).verdict == "unclear: may be chance"
    assert card(spread=None).verdict == "unclear: may be chance"
    assert card(doubt=Doubt(3, 8, 0.01)).verdict == "unclear so far: 3 of 8 pairs"
    assert card(doubt=Doubt()).verdict == "one pair of runs: may be chance"
    assert card(doubt=Doubt(3, 8, 0.01, error="no room")).verdict == (
        "one pair of runs: may be chance"
    )


def test_a_card_goes_by_the_pairs_and_not_by_the_seed_on_the_screen():
    against = Spread(-0.02, -0.03, -0.01, claimed=True)
    assert card(spread=against).verdict == "worse under B"


def test_a_tile_is_hatched_unless_the_pairs_bear_its_difference_out():
    data = map_of([0.2, 0.4, np.nan], [0.3, 0.3, 0.5], "treated")
    made = overview_charts.tiles(data, EN, "treated", "difference")
    assert {t["name"] for t in made["tiles"] if t["unclear"]} == {"BJ", "TJ"}
    known = {"Beijing": Spread(0.1, 0.05, 0.15, claimed=True), "Tianjin": Spread(-0.1, -0.3, 0.1)}
    made = overview_charts.tiles(replace(data, spreads=known), EN, "treated", "difference")
    tiles = {t["name"]: t for t in made["tiles"]}
    assert [tiles[name]["unclear"] for name in ("BJ", "TJ", "HE")] == [False, True, False]
    assert "95 % interval +5 to +15" in tiles["BJ"]["full"]
    assert "may be chance" in tiles["TJ"]["full"]
    one_side = overview_charts.tiles(data, EN, "treated", "a")
    assert not any(t["unclear"] for t in one_side["tiles"])


def test_the_band_lies_around_a_by_the_interval_of_the_difference():
    data = overview_data.read(twins_at(14), VIEW)
    a = data.series["treated"][0]
    found = Band(np.array([2, 5]), np.array([-10.0, -20.0]), np.array([30.0, 40.0]))
    made = overview_charts.line(replace(data, bands={"treated": found}), EN, "treated")
    lower, height = made["series"][2:]
    assert height["name"] in made["legend"]["data"]
    unit = made["series"][0]["data"][2] / a[2]
    assert [y for _, y in lower["data"]] == pytest.approx(
        [unit * (a[2] - 10), unit * (a[5] - 20)], rel=1e-3
    )
    assert [y for _, y in height["data"]] == pytest.approx([unit * 40, unit * 60], rel=1e-3)


def test_who_has_no_fund_has_no_advantage_from_refusing_nothing():
    rise = Spread(37e9, 30e9, 44e9, claimed=True)
    one = {"key": "rationed", "unit": YUAN, "a": 0.0, "b": 37.1e9, "better": "lower",
           "spread": rise}  # fmt: skip
    assert card(**one).verdict == "worse under B"
    assert card(**one, without="A").verdict == "A has no such fund that could refuse"


def test_an_outline_holds_its_places_and_touches_nothing_else():
    corners = outline(np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 2.0]]), 0.5)
    assert corners[0].tolist() == corners[-1].tolist()
    assert corners[:, 0].min() == pytest.approx(-0.5)
    assert corners[:, 0].max() == pytest.approx(4.5)
    assert corners[:, 1].max() == pytest.approx(2.5)
    x, y = corners.T
    area = 0.5 * abs(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
    around = 0.5 * (4 + 2 + np.hypot(4, 2))
    circle = 0.5 * 12 * 0.5**2 * np.sin(2 * np.pi / 12)
    assert 4 + 0.95 * around + circle < area < 4 + around + np.pi * 0.5**2
    assert len(outline(np.zeros((1, 2)), 1.0)) == 13


def test_the_zone_is_outlined_on_the_maps_and_told():
    data = overview_data.read(twins_at(14), VIEW)
    made = overview_charts.tiles(data, EN, "treated", "difference")
    zone = {t["province"] for t in made["tiles"] if t["zone"] == "whole"}
    assert zone == {"Shanghai", "Jiangsu", "Zhejiang", "Shandong"}
    assert made["legend"]["zone"] == "special zone"
    part = replace(data, scene=replace(data.scene, zone=(), zone_parts=("Henan",)))
    made = overview_charts.tiles(part, EN, "treated", "a")
    assert [t["province"] for t in made["tiles"] if t["zone"] == "part"] == ["Henan"]
    network = network_charts.hospitals(network_data.read(twins_at(14), VIEW), EN, "a")
    drawn = [s for s in network["series"] if s.get("name") == "special zone"]
    assert [len(s["data"]) for s in drawn] == [4]


def test_tiles_hold_every_province_once_and_three_places_without_data():
    data = overview_data.read(twins_at(14), VIEW)
    for which in ("a", "b", "difference"):
        made = overview_charts.tiles(data, ZH, "treated", which)
        assert len({(t["row"], t["column"]) for t in made["tiles"]}) == 34
        named = {t["province"] for t in made["tiles"] if t["data"]}
        assert named == {name for name, _ in data.provinces}
        grey = {t["name"] for t in made["tiles"] if not t["data"]}
        assert grey == {"香港", "澳门", "台湾"}
        assert all("无数据" in t["full"] for t in made["tiles"] if not t["data"])


def test_names_on_tiles_are_the_worlds():
    data = overview_data.read(twins_at(0), VIEW)
    zh = {
        t["province"]: t["name"] for t in overview_charts.tiles(data, ZH, "treated", "a")["tiles"]
    }
    assert dict(data.provinces).items() <= zh.items()


def map_of(a, b, key):
    names = [("Beijing", "北京"), ("Tianjin", "天津"), ("Hebei", "河北")]
    maps = {key: (np.array(a), np.array(b))}
    return overview_data.OverviewData(SCENE, {}, names, maps)


@pytest.mark.parametrize(("key", "better"), [("treated", 0), ("undiagnosed", 1)])
def test_the_map_of_differences_is_coloured_by_which_is_better(key, better):
    data = map_of([0.2, 0.4, np.nan], [0.3, 0.3, 0.5], key)
    made = overview_charts.tiles(data, EN, key, "difference")
    tiles = {t["name"]: t for t in made["tiles"]}
    assert tiles["BJ"]["text"] == "+10"
    assert tiles["TJ"]["text"] == "−10"
    assert tiles[("BJ", "TJ")[better]]["fill"] == DIVERGING[-1]
    assert tiles[("TJ", "BJ")[better]]["fill"] == DIVERGING[0]
    assert not tiles["HE"]["data"]
    legend = made["legend"]
    assert (legend["low"], legend["high"], legend["unit"]) == ("−10", "+10", "percentage points")
    assert legend[("high_words", "low_words")[better]] == "better under B"


def test_maps_of_both_sides_share_their_scale():
    data = map_of([0.2, 0.4, 0.3], [0.6, 0.3, 0.5], "treated")
    a, b = (overview_charts.tiles(data, EN, "treated", side) for side in ("a", "b"))
    assert a["legend"] == b["legend"]
    fills = [{t["name"]: t["fill"] for t in side["tiles"]}["BJ"] for side in (a, b)]
    low, high, _ = declared()["treated"]
    shares = [(value - low) / (high - low) for value in (20.0, 60.0)]
    assert fills == [colour(share, SEQUENTIAL) for share in shares]


def test_a_line_is_the_series_in_the_unit_of_its_axis():
    data = overview_data.read(twins_at(14), VIEW)
    made = overview_charts.line(data, EN, "treated")
    assert made["yAxis"]["name"].startswith("thousand persons (from ")
    for series, values in zip(made["series"], data.series["treated"], strict=True):
        assert series["data"] == pytest.approx(values / 1000, rel=1e-3)
    assert len(made["xAxis"]["data"]) == 36


def bills(*paid):
    return Bills(float(sum(paid)), tuple(map(float, paid)))


def test_a_waterfall_climbs_from_payer_to_payer_to_the_total():
    a = bills(40e6, 10e6, 5e6, 0, 0, 0, 5e6, 20e6)
    data = MoneyData(SCENE, a, bills(*[1e6] * 8), {}, ())
    hidden, shown = money_charts.waterfall(data, EN, "a")["series"]
    heights = [bar["value"] for bar in shown["data"]]
    assert hidden["data"] == [0, 40, 50, 55, 55, 55, 55, 60, 0]
    assert heights == [40, 10, 5, 0, 0, 0, 5, 20, 80]
    for (start, height), (following, _) in pairwise(
        zip(hidden["data"][:-1], heights[:-1], strict=True)
    ):
        assert start + height == following
    assert shown["data"][0]["label"]["formatter"] == "50.0 %"


def test_a_fund_chart_marks_the_months_in_which_money_runs_out():
    none = FundSeries(np.zeros(4), np.zeros(4, int), np.zeros(4), 0)
    course = FundSeries(
        np.array([9e6, 0, 5e6, 0]), np.array([0, 1, 0, 2]), np.array([0, 3e6, 0, 1e6]), 2
    )
    data = MoneyData(SCENE, bills(*[0] * 8), bills(*[0] * 8), {"special_fund": (none, course)}, ())
    made = money_charts.balances(data, EN, "special_fund")
    line, marks = made["series"]
    assert line["name"].startswith("B")
    assert line["data"] == [9, 0, 5, 0]
    assert [mark["name"] for mark in marks["data"]] == ["2019-02", "2019-04"]
    note = made["title"]["subtext"].replace("\n", " ")
    assert "A: no such fund" in note
    assert "B: short in 2 of 4 months, first in 2019-02" in note
    assert "graphic" in money_charts.refused(
        MoneyData(SCENE, data.a, data.b, {"special_fund": (none, none)}, ()), EN, "special_fund"
    )


def net(tiers, provinces):
    side = NetworkSide([], [], tiers, provinces, 0.0, 0.0)
    names = [(f"P{i}", f"省{i}") for i in range(len(provinces))]
    return NetworkData(SCENE, side, side, names, {}, np.zeros((2, 2)), [], 12)


def test_a_sankey_holds_all_referrals_and_no_cycle():
    rng = np.random.default_rng(1)
    tiers, provinces = rng.integers(0, 9, (6, 6)) * 10.0, rng.integers(0, 9, (12, 12)) * 10.0
    data = net(tiers, provinces)
    within = np.trace(provinces)
    for chart, total in ((network_charts.tiers, tiers.sum()),
                         (network_charts.provinces, provinces.sum() - within)):  # fmt: skip
        sankey = chart(data, EN, "a")["series"][0]
        assert sum(link["value"] for link in sankey["links"]) == pytest.approx(total)
        sources = {link["source"] for link in sankey["links"]}
        targets = {link["target"] for link in sankey["links"]}
        assert not sources & targets
        assert sources | targets == {node["name"] for node in sankey["data"]}
    assert (
        f"{format_number(within)} more within"
        in network_charts.provinces(data, EN, "a")["title"]["subtext"]
    )


def test_the_map_shows_every_place_and_flow_of_its_data():
    data = network_data.read(twins_at(36), VIEW)
    made = network_charts.hospitals(data, EN, "b")
    symbols = [s for s in made["series"] if s["type"] == "scatter" and "name" in s]
    assert sum(len(s["data"]) for s in symbols) == len(data.b.places)
    lines = [s for s in made["series"] if s["type"] == "lines" and "polyline" not in s]
    assert sum(len(s["data"]) for s in lines) == len(data.b.flows) > 0
    assert not any("effect" in s for s in lines)  # nothing moves by itself
    sizes = {p.waiting: [] for p in data.b.places}
    by_name = {d["name"]: d["symbolSize"] for s in symbols for d in s["data"]}
    for place in data.b.places:
        sizes[place.waiting].append(by_name[network_charts._format_place(place, EN)])
    means = [np.mean(sizes[waiting]) for waiting in sorted(sizes)]
    assert means == sorted(means)


def test_an_equiplot_spans_from_the_lowest_to_the_highest_group():
    data = equity_data.read(twins_at(36), VIEW)
    made = equity_charts.equiplot(data, EN, "income_quintile")
    dots = [s for s in made["series"] if s["type"] == "scatter"]
    spans = [s for s in made["series"] if s["type"] == "line"]
    assert dots[0]["name"] == EN("group.income_quintile.1")
    for row, span in zip(made["yAxis"]["data"], spans, strict=True):
        points = [point["value"] for s in dots for point in s["data"]]
        values = [x for x, name in points if name == row]
        assert [x for x, _ in span["data"]] == [min(values), max(values)]


def test_the_legend_of_a_curve_tells_its_index():
    data = equity_data.read(twins_at(36), VIEW)
    made = equity_charts.concentration(data, EN, "treated")
    for series, curve in zip(made["series"], data.concentration["treated"], strict=False):
        assert series["name"].endswith(format_number(curve.index, 3))
        assert series["data"][0] == [0, 0]
        assert series["data"][-1] == [100, 100]


def test_theils_bars_add_up_to_the_whole():
    data = equity_data.read(twins_at(36), VIEW)
    between, within = equity_charts.theil(data, EN)["series"]
    totals = [data.theil[key][side].total for key in equity_charts.LORENZ for side in (0, 1)]
    assert np.add(between["data"], within["data"]) == pytest.approx(totals, rel=1e-3)


def test_winners_losers_and_the_same_are_a_hundred_percent():
    data = equity_data.read(twins_at(36), VIEW)
    for key in winners.WINNERS:
        made = winners.winners(data, EN, key)
        worse, better = (np.array([bar["value"] for bar in s["data"]]) for s in made["series"])
        same = [float(label.split("same ")[1].split()[0]) for label in made["yAxis"]["data"]]
        assert (worse <= 0).all()
        assert better - worse + same == pytest.approx(np.full(6, 100.0), abs=0.06)


def test_the_curve_of_survival_lies_in_its_band_and_starts_at_all():
    data = journeys_data.read(twins_at(36), VIEW)
    made = journeys_charts.survival(data, EN)
    low, height, *_ = (np.array(s["data"], float) for s in made["series"])
    curve = np.array(made["series"][4]["data"], float)
    assert curve[0] > 95
    assert (low <= curve + 1e-6).all()
    assert (curve <= low + height + 0.02).all()
    risk = [axis["data"] for axis in made["xAxis"][1:]]
    assert [row[0] for row in risk] == [format_number(side.at_risk[0]) for side in (data.a, data.b)]
    assert len(risk[0]) == len(range(0, 36 + 1, 12))


def test_the_timeline_shows_every_event_since_it_begins_in_its_lane():
    data = journeys_data.read(twins_at(36), VIEW)
    made = timeline.timeline(data, ZH)
    begins = made["xAxis"]["data"][0]
    shown = [point for s in made["series"] if s["type"] == "scatter" for point in s["data"]]
    moments = [m for story in (data.story_a, data.story_b) for m in story.moments]
    assert len(shown) == sum(m.month >= 12 * (int(begins[:4]) - 2019) for m in moments) > 0
    lanes = {lane["value"] for lane in made["yAxis"]["data"]}
    assert {point["value"][1] for point in shown} <= lanes
    assert len(lanes) == 8


def story(*events):
    moments = [journeys.Moment(month, kind, "", "", 0.0) for month, kind in events]
    return journeys.Story(tuple(moments), "", True)


def test_stretches_of_a_patients_life():
    assert timeline.stays(story((3, "onset"), (5, "set_out")), 20) == [("search", 3, 20)]
    assert timeline.stays(story((3, "onset"), (9, "died")), 20) == [("search", 3, 9)]
    whole = story((3, "onset"), (6, "diagnosed"), (7, "treated"), (9, "bill"), (10, "interrupted"),
                  (14, "treated"), (18, "died"))  # fmt: skip
    assert sorted(timeline.stays(whole, 20)) == [
        ("diagnosis", 6, 18), ("search", 3, 6), ("treatment", 7, 10), ("treatment", 14, 18)
    ]  # fmt: skip


def test_every_event_of_the_diary_has_a_lane_and_words():
    for kind in Event.names():
        moment = journeys.Moment(3, kind, "Jiangsu lead", "江苏牵头医院", 1.0)
        assert timeline.LANE_OF[kind] in timeline.LANES
        for texts in (EN, ZH):
            assert "{" not in journeys.sentence(moment, texts)


def test_a_story_in_chinese_has_a_line_for_each_event():
    data = journeys_data.read(twins_at(36), VIEW)
    assert timeline.story(data, EN, "b") == data.story_b.text
    assert len(timeline.story(data, ZH, "b").splitlines()) == 1 + len(data.story_b.moments)
