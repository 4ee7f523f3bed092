"""What is taken away: numbers at full scale, pictures' captions, files with every month."""

import base64
import gzip
import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pandas as pd
import pytest

from tests.support.twins import VIEW, twins_at
from viz.charts.tile_svg import tile_svg
from viz.i18n.texts import Texts
from viz.session import Session, Snapshot
from viz.tabs.overview import charts
from viz.tabs.overview.data import read as read_overview
from viz.tabs.registry import READERS
from viz.takeaway import snapshot
from viz.takeaway.caption import caption
from viz.takeaway.tidy import COLUMNS, tidy
from viz.view_state import PolicySpec, ViewState
from viz.worlds import world_named

pytestmark = pytest.mark.slow


def test_numbers_are_tidy_at_full_scale_and_agree_with_the_tables():
    twins = twins_at(14)
    table = tidy(twins, VIEW)
    assert list(table.columns) == list(COLUMNS)
    assert not table.isna().any().any()
    key = [name for name in COLUMNS if name not in ("value", "unit")]
    b = table[(table["side"] == "B") & (table["group"] == "all")]
    months = twins.b.outcomes()["months"]
    for month, place, own in (
        (3, "country", months[months["month"] == 3]["undiagnosed"].sum()),
        (13, "Henan", months[(months["month"] == 13) & (months["province"] == "Henan")]
         ["undiagnosed"].sum()),
    ):  # fmt: skip
        label = VIEW.world.label(month)
        row = b[(b["month"] == label) & (b["place"] == place) & (b["measure"] == "undiagnosed")]
        persons = row[row["unit"] == "persons"]["value"]
        assert persons.tolist() == [pytest.approx(own / twins.b.scale)]
    moved = table[table["measure"].str.startswith("moves_")]
    referrals = twins.a.outcomes()["referrals"]
    apart = referrals[referrals["from_hospital"] != referrals["to_hospital"]]
    assert moved[moved["side"] == "A"]["value"].sum() == pytest.approx(
        apart["followed"].sum() / twins.a.scale
    )
    assert set(table["unit"]) >= {"persons", "yuan", "share", "months"}
    counts = table[~table.duplicated([*key, "unit"], keep=False)]
    assert len(counts) == len(table), "a number stands there twice"


def test_further_policies_have_their_numbers_once_they_are_lived():
    """Side C of the policy of B says what B says; what has not come as far is left out."""
    view, twins = replace(VIEW, c=VIEW.b), twins_at(14)
    assert set(tidy(twins, view)["side"]) == {"A", "B"}
    twins.follow(view.more, view.world, -1)
    try:
        table = tidy(twins, view)
    finally:
        twins.follow((), view.world, 0)
    b, c = (table[table["side"] == side].drop(columns="side").reset_index(drop=True)
            for side in ("B", "C"))  # fmt: skip
    assert len(c) > 1000
    pd.testing.assert_frame_equal(b, c)


def test_there_are_no_numbers_before_the_first_month():
    assert len(tidy(twins_at(0), VIEW)) == len(tidy(None, VIEW)) == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_caption_tells_policies_scale_seed_source_and_caveat(language):
    view = replace(VIEW, language=language, b=PolicySpec("no-charity", (("network.slots", "2"),)),
                   province="Henan")  # fmt: skip
    told = caption(Snapshot(14, (), (), "overview", None, view), view.texts)
    text = told.head + " ".join(told.lines)
    words = {
        "en": ("No charity, edited", "Henan", "2020-02", "0.005", "seed 3", "rarecare", "forecast"),
        "zh": ("已改", "河南", "2020-02", "0.005", "3", "rarecare", "预测"),
    }[language]
    assert [word for word in words if word not in text] == []
    assert told.file == "rarecare-china-2020-02-"


def test_a_map_as_a_picture_has_every_tile():
    data = read_overview(twins_at(14), VIEW)
    made = charts.tiles(data, Texts("en"), "undiagnosed", "difference")
    root = ElementTree.fromstring(tile_svg(made))
    named = [element.text for element in root.iter() if element.tag.endswith("title")]
    assert named == [tile["full"] for tile in made["tiles"]]


def unpacked(page: str) -> dict:
    packed = json.loads(re.search(r"packed = (\{.*?\})", page)[1])
    return {
        key: json.loads(gzip.decompress(base64.b64decode(text))) for key, text in packed.items()
    }


@pytest.mark.parametrize("tab", ["overview", "money"])
def test_one_file_holds_every_month_as_the_page_showed_it(tab):
    view = replace(ViewState.of(world_named("island")), years=1, month=6, tab=tab)
    session = Session(READERS, view)
    session.work()
    shares = []
    page = snapshot.months_of(session, lambda share: shares.append(share) or True)
    months = unpacked(page)
    assert {len(of) for of in months.values()} == {7}
    assert shares == sorted(shares)
    with session.shown() as twins:
        assert months.keys() == snapshot.frame(twins, view).keys()
        last = json.loads(json.dumps(snapshot.frame(twins, view)))
    assert {key: of[-1] for key, of in months.items()} == last
    session.go(2)
    session.work()
    with session.shown() as twins:
        early = json.loads(json.dumps(snapshot.frame(twins, view)))
    assert {key: of[2] for key, of in months.items()} == early
    assert "http" not in re.sub(r"http://www\.w3\.org|<script>.*?</script>", "", page, flags=re.S)
    assert snapshot.months_of(session, lambda share: False) is None
    session.close()
