import json
import re
import shutil
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

from experiments.design import make_design
from experiments.measures import measures
from experiments.reporting.formatting import format_number
from experiments.reporting.screen import GAINS, answer
from experiments.reporting.texts import Words
from experiments.running.files import write_figure
from tests.support.comparisons import BASE, NATION, ZONE
from tests.support.comparisons import compared as made_up
from tests.support.comparisons import results as results_of
from tests.support.folders import POLICIES, compared
from viz import command
from viz.comparison import differences
from viz.comparison.contrasts import defined_rows
from viz.comparison.difference_grid import province_map
from viz.comparison.results import read_results
from viz.i18n.texts import Texts
from viz.report import report
from viz.report import svg as figures
from viz.report.svg import drawn

pytestmark = pytest.mark.slow

ISLAND = ("uniform", "zone", "--world", "island", "--scale", "0.01")
SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def pictures() -> dict[str, str]:
    files = (compared() / "figures").glob("*.svg")
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


def test_a_comparison_leaves_its_figures_and_no_half_written_file():
    names = set(pictures())
    for policy in POLICIES[1:]:
        parts = ("patients", "society", "chances", "treated-map", "treated-provinces")
        assert names >= {f"{policy}-{part}" for part in parts}
    assert names >= {"payers", "income-quintile-qalys", "zone-treated"}
    assert not list(compared().rglob("*.tmp"))


def test_every_figure_is_a_picture_with_a_title():
    for name, svg in pictures().items():
        root = ElementTree.fromstring(svg)
        assert root.tag == f"{SVG}svg", name
        assert root.find(f"{SVG}title").text, name
        assert len(list(root.iter(f"{SVG}path"))) > 5, name
        assert "NaN" not in svg, name


def test_a_map_shows_the_numbers_of_the_summary():
    results = read_results(compared())
    shown = texts(pictures()["special-zone-national-out-of-pocket-share-map"])
    rows = defined_rows(results, "special-zone-national", "out_of_pocket_share", "province")
    assert len(rows) > 20
    for row in rows.itertuples():
        assert format_number(100 * row.difference, 1, sign=True) in shown
    assert {"HK", "MO", "TW"} <= set(shown)


def test_a_forest_says_what_its_intervals_say():
    results = read_results(compared())
    shown = texts(pictures()["special-zone-treated-provinces"])
    rows = defined_rows(results, "special-zone", "treated", "province")
    verdicts = [shown.count(word) for word in ("better", "worse", "not clear", "too few")]
    assert sum(verdicts) == len(rows)
    assert {row.group for row in rows.itertuples()} <= set(shown)


def test_drawing_again_gives_the_same(tmp_path):
    folder = shutil.copytree(compared(), tmp_path / "again")
    stale, somebodys = (folder / "figures" / name for name in ("stale.svg", "mine.svg"))
    write_figure(stale, "<svg/>")
    somebodys.write_text("<svg/>")
    report.illustrate(folder)
    assert not stale.exists()
    assert somebodys.exists()
    for name, svg in pictures().items():
        again = (folder / "figures" / f"{name}.svg").read_text(encoding="utf-8")
        assert sorted(texts(again)) == sorted(texts(svg))


def test_one_run_has_a_report_without_intervals(in_this_process, tmp_path, capsys):
    folder = tmp_path / "one"
    arguments = ["compare", *ISLAND, "--years", "1", "--runs", "1", "--workers", "1",
                 "--out", str(folder)]  # fmt: skip
    assert command.run(arguments) == 0
    assert "report.html" in capsys.readouterr().out
    assert "One run gives no interval" in (folder / "report.html").read_text(encoding="utf-8")


def test_results_do_not_depend_on_pictures(in_this_process, tmp_path, capsys, monkeypatch):
    folder = tmp_path / "plain"
    monkeypatch.setattr(figures, "ECHARTS", "nowhere.js")
    arguments = ["compare", *ISLAND, "--years", "1", "--runs", "2", "--workers", "1",
                 "--out", str(folder)]  # fmt: skip
    assert command.run(arguments) == 1
    printed = capsys.readouterr()
    assert "report.html were not made: ECharts is not there" in printed.err
    assert "report.html" not in printed.out
    assert (folder / "summary.csv").is_file()
    assert not (folder / "report.html").exists()


class Parts(HTMLParser):
    """The tags of a page, and what would be asked for from elsewhere."""

    def __init__(self, page: str):
        super().__init__()
        self.tags, self.asked = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.asked += [value for name, value in attributes if name in ("src", "href", "srcset")]


def test_a_report_asks_for_nothing():
    page = (compared() / "report.html").read_text(encoding="utf-8")
    parts = Parts(page)
    assert parts.asked == []
    assert "link" not in parts.tags
    assert parts.tags.count("script") == 2


def test_what_a_report_quotes_stays_text(tmp_path):
    folder = shutil.copytree(compared(), tmp_path / "hostile")
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text())
    evil = "</script><script>window.evil = 1</script><img src=x onerror=alert(1)>"
    manifest["policies"][1]["title"] = manifest["caveat"] = manifest["again"] = evil
    manifest["findings"] = {evil: [evil]}
    manifest["parameters"]["settings"] = {evil: evil}
    manifest["policies"][1]["name"] = evil
    text = json.dumps(manifest)
    file.write_text(text)
    table = (folder / "summary.csv").read_text()
    quoted = '"' + evil + '"'
    (folder / "summary.csv").write_text(table.replace(",special-zone,", f",{quoted},"))
    report.illustrate(folder)
    parts = Parts((folder / "report.html").read_text(encoding="utf-8"))
    assert parts.tags.count("script") == 2
    assert "img" not in parts.tags
    for svg in (folder / "figures").glob("*.svg"):
        assert not list(ElementTree.parse(svg).getroot().iter(f"{SVG}script"))


def test_whose_people_which_zone_and_what_was_set_stand_everywhere(tmp_path):
    settings = {"zone.provinces": "Anhui"}
    design = make_design([BASE, ZONE], runs=6, scale=0.01, years=5,
                         provinces=["Jiangsu", "Anhui"], settings=settings)  # fmt: skip
    folder = made_up({(ZONE, "treated", "inside"): 0.5}, design=design).save(tmp_path)
    report.illustrate(folder)
    people, zone, was_set = (
        "Jiangsu, Anhui only, of China", "Zone of special-zone: Anhui", "zone.provinces = Anhui",
    )  # fmt: skip
    for file in (folder / "figures").glob("*.svg"):
        told = " ".join(texts(file.read_text(encoding="utf-8")))
        for words in (people, zone, was_set, ZONE):
            assert words in told, (file.name, words)
    page = " ".join((folder / "report.html").read_text(encoding="utf-8").split())
    body = page.split("<script>")[0]
    for words in (people, zone, was_set, f"<h2>Everyone of {people}</h2>"):
        assert words in body
    for wrong in ("whole population", "all 31 provinces"):
        assert wrong not in body
    contradicted = body.split("assumption: the zone is Shandong")[1].split("</td>")[0]
    assert "(set otherwise in this comparison: zone.provinces = Anhui)" in contradicted
    results = read_results(folder)
    assert results.scope["provinces"] == ["Jiangsu", "Anhui"]
    assert (results.summary["people"] == people).all()
    assert results.summary["set"].str.contains(was_set).all()
    by_zone = results.summary["by"] == "zone"
    assert results.summary["zone"][by_zone].str.contains(zone).all()
    first = results.findings["What was compared"]
    assert any(people in line for line in first)
    assert any(was_set in line for line in first)


def test_the_report_claims_what_the_screen_claims():
    effects = {(ZONE, "treated", "all"): 0.5, (ZONE, "catastrophic", "all"): 0.4,
               (ZONE, "qalys", "all"): 0.3, (NATION, "time_undiagnosed", "all"): -2.0}  # fmt: skip
    made = made_up(effects)
    words = Words()
    lines = [line.plain for line in answer(made.contrasts, made.design, words, 80, "")]
    page = report._table(results_of(made))
    for n, policy in enumerate((ZONE, NATION)):
        start = lines.index(policy) + 1
        everyone = next(line for line in lines[start:] if line.startswith("everyone"))
        marks = re.findall(r"(better|worse|clear|\?|few)(?=\s|$)", everyone)
        assert len(marks) == len(GAINS)
        for measure, mark in zip(GAINS, marks, strict=True):
            label = next(one.label.en for one in measures(5) if one.name == measure)
            row = page.split(f"<td>{report._safe(label)}")[1].split("</tr>")[0]
            said = re.findall(r'<span class="[a-z-]+">([a-z ]+)</span>', row)[n]
            claim = {"better": "better", "worse": "worse", "not clear": "?", "too few": "few"}
            assert claim[said] == mark, (policy, measure)


def test_names_of_figures_stay_apart():
    one, other = (f"special-zone[{'x' * 80}={n}]" for n in (1, 2))
    assert report._slug(one) != report._slug(other)
    assert len(report._slug(one)) <= 60


ALIKE = "special-zone:benefits.zone-fund.brackets=[{up_to = 300000, rate = 0.9}, {up_to = inf, rate"
LONG = (f"{ALIKE} = 0.95}}]", f"{ALIKE} = 0.99}}]")
"""Two variants whose names differ in their last characters."""


def written(svg: str) -> list[tuple[str, float, float, str]]:
    """Return a picture's texts, if not turned: anchor, across and down, pixels, what they say."""
    found = []
    for node in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        moved = re.fullmatch(r"translate\((\S+) (\S+)\)", node.get("transform", "translate(0 0)"))
        if moved is None:
            continue
        x, y = (float(moved[n]) + float(node.get(side, 0)) for n, side in ((1, "x"), (2, "y")))
        found.append((node.get("text-anchor", "start"), x, y, "".join(node.itertext())))
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_names_of_any_length_are_whole_and_no_label_lies_on_another(language):
    made = made_up(
        {}, by_default=0.3, design=make_design([BASE, *LONG], runs=6, scale=0.01, years=5)
    )
    results = results_of(made)
    charts = list(report.charts(results, Texts(language)))
    svgs = drawn({one.name: (one.option, differences.height(one.option)) for one in charts})
    for one in charts:
        texts_there = written(svgs[one.name])
        told = "".join(text for *_, text in texts_there).replace(" ", "")
        named = [p for p in results.others if one.name.startswith(report._slug(p))]
        for policy in named or results.others:
            assert policy.replace(" ", "") in told, one.name
        labels = sorted((x, y) for anchor, x, y, _ in texts_there if anchor == "end")
        for (x, y), (other_x, other_y) in pairwise(labels):
            assert x != other_x or other_y - y >= 11, (one.name, y)


def test_a_short_name_is_what_figures_show(tmp_path):
    design = make_design([BASE, f"more={LONG[0]}"], runs=6, scale=0.01, years=5)
    folder = made_up({}, by_default=0.3, design=design).save(tmp_path)
    report.illustrate(folder)
    assert (folder / "figures" / "more-patients.svg").is_file()
    differs = "more: special-zone, but benefits.zone-fund.brackets is 90.0% to 300,000, 95.0%"
    assert differs in (folder / "report.html").read_text(encoding="utf-8")
    told = texts((folder / "figures" / "more-society.svg").read_text(encoding="utf-8"))
    assert differs in " ".join(told)


def test_charts_of_wild_numbers_are_drawn():
    results = read_results(compared())
    table = results.summary
    rows = table.index[(table["by"] == "province") & (table["measure"] == "treated")]
    table.loc[rows[0::5], "difference"] = np.nan
    table.loc[rows[1::5], ["difference_low", "difference_high"]] = np.nan
    table.loc[rows[2::5], "difference"] = np.inf
    chart = province_map(results, Texts("zh"), "treated", "special-zone")
    assert "NaN" not in drawn({"map": (chart, 400)})["map"]


def test_the_report_in_a_browser_without_a_network(new_context):
    context = new_context(viewport={"width": 1280, "height": 900})
    wrong, asked = [], []
    context.route(re.compile("^(?!file:)"), lambda route: route.abort())
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: said.type == "error" and wrong.append(said.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((compared() / "report.html").as_uri())
    page.locator(".chart svg").last.wait_for()
    charts = page.locator(".chart").count()
    assert charts == len(pictures())
    assert page.locator(".chart svg").count() == charts
    for svg in page.locator(".chart svg").all():
        assert svg.locator("path, rect, text").count() > 5
    told_there = page.locator("body").inner_text()
    results = read_results(compared())
    lines = [line for lines in results.findings.values() for line in lines]
    for texts in (results.caveat, results.manifest["again"], *lines):
        assert " ".join(texts.split()) in " ".join(told_there.split())
    marks = page.locator("table .assumed").count()
    assert marks == sum(one.assumed for one in results.assumptions()) > 5
    for url in asked:
        assert url.startswith(("file:", "data:", "blob:"))
    assert not wrong
    wide = "document.documentElement.scrollWidth - window.innerWidth"
    assert page.evaluate(wide) <= 0
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_timeout(300)
    assert page.evaluate(wide) <= 0
