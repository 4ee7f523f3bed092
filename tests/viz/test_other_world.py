"""The view of another country: its people, its places, its policies, its first year, its map."""

import json
import shutil
from dataclasses import replace

import pytest

from abm import load_world
from abm.errors import UserError
from abm.world import world_names
from tests.support.twins import charts, twins_at
from tests.support.worlds import copy_of
from viz.i18n.policies import policy_title
from viz.i18n.texts import Texts
from viz.shell.timeline import format_month
from viz.tabs.equity import data as equity_data
from viz.tabs.overview import charts as overview_charts
from viz.tabs.overview import data as overview_data
from viz.view_state import ViewState
from viz.worlds import chinese_names, serve_world, served_world, tiles_of, world_named

pytestmark = pytest.mark.slow

ISLAND = replace(ViewState.of(world_named("island")), scale=0.01, years=3, seed=3)
CHINA = world_named("china")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("month", "province"), [(0, ""), (14, "Leeward"), (36, "")])
def test_every_chart_of_another_country_is_whole_and_its_own(month, province, language):
    view = replace(ISLAND, province=province, language=language)
    elsewhere = {*CHINA.provinces["province"], *CHINA.provinces["province_zh"]}
    made = list(charts(twins_at(month, ISLAND), view, view.texts))
    assert len(made) > 20
    for name, option in made:
        text = json.dumps(option, allow_nan=False, ensure_ascii=False)
        assert not [place for place in elsewhere if place in text], name
        assert "2019" not in text or name == "journeys: timeline", name  # reaches three years back
        for series in option.get("series", ()):
            if series["type"] == "lines":  # a line of one point is an error in the browser
                assert all(len({*map(tuple, one["coords"])}) > 1 for one in series["data"]), name


def test_its_map_its_regions_and_its_dates_are_its_own():
    texts, zh = ISLAND.texts, replace(ISLAND, language="zh").texts
    twins = twins_at(36, ISLAND)
    found = overview_data.read(twins, ISLAND)
    tiles = overview_charts.tiles(found, texts, "treated", "a")["tiles"]
    assert [tile["province"] for tile in tiles] == ["Windward", "Leeward"]
    assert all(tile["data"] for tile in tiles)
    assert [tile["name"] for tile in overview_charts.tiles(found, zh, "treated", "b")["tiles"]] == [
        "迎风省", "背风省",
    ]  # fmt: skip
    assert list(equity_data.read(twins, ISLAND).groups["region"]) == ["Shore", "Hills"]
    assert zh.place("Hills") == "山地"
    assert format_month(1, 36, texts).startswith("January 2021")
    assert "January 2021" in texts("money.since", where="x")
    assert policy_title("zone", texts) == "Special zone Leeward"
    assert policy_title("base+zone", zh) == "海岛按实际发生 + 背风省特区"


def test_a_country_without_a_map_is_shown_in_rows(tmp_path):
    folder = copy_of("island", tmp_path / "bare")
    shutil.rmtree(folder / "view")
    bare = load_world(folder)
    assert [tile[:2] + tile[3:] for tile in tiles_of(bare)] == [
        ("Windward", "迎风省", 0, 0), ("Leeward", "背风省", 0, 1),
    ]  # fmt: skip
    (folder / "view").mkdir()
    (folder / "view" / "tiles.csv").write_text(
        "province,province_zh,code,row,column\nLeeward,背风省,LW,3,4\n", encoding="utf-8"
    )
    placed = tiles_of(load_world(folder))
    assert [(tile.province, tile.row) for tile in placed] == [("Leeward", 3), ("Windward", 4)]
    assert policy_title("zone", Texts("zh", bare)) == "Special zone Leeward"


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        ("tiles", "Leeward,", "Leward,",
         "view/tiles.csv, row 3, column province: unknown province without a tile 'Leward'; "
         "did you mean 'Leeward'?"),
        ("names", "Island General", "Island Genral",
         "view/names.csv, row 4, column name: unknown region, hospital or network list "
         "'Island Genral'; did you mean 'Island General'?"),
        ("policies", "\nuniform,", "\nuniforn,",
         "view/policies.csv, row 3, column policy: unknown policy 'uniforn'; "
         "did you mean 'uniform'?"),
        ("names", "山地", "", "names.csv, row 3, column name_zh: an empty field"),
    ],
)  # fmt: skip
def test_what_a_view_table_calls_by_a_name_that_the_country_has_not_is_refused(
    table, old, new, message, tmp_path
):
    folder = copy_of("island", tmp_path / "hilly")
    path = folder / "view" / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        serve_world(folder)
    assert str(caught.value).startswith(message)
    assert served_world().name == "china"


def test_a_map_whose_provinces_all_have_a_tile_may_have_surroundings(tmp_path):
    folder = copy_of("island", tmp_path / "hilly")
    path = folder / "view" / "tiles.csv"
    path.write_text(path.read_text(encoding="utf-8") + "Reef,礁石,RF,2,2\n", encoding="utf-8")
    assert [tile.province for tile in tiles_of(load_world(folder))] == [
        "Windward", "Leeward", "Reef",
    ]  # fmt: skip


@pytest.mark.parametrize("name", world_names())
def test_a_shipped_country_has_a_tile_and_a_chinese_name_for_all_that_is_shown(name):
    world = world_named(name)
    assert set(world.provinces["province"]) <= set(world.view_table("tiles")["province"])
    zh = chinese_names(world)
    shown = [*world.provinces["province"], *world.cities["city"], *world.regions,
             *world.diseases["disease"]]  # fmt: skip
    assert [one for one in shown if not zh.get(one)] == []
