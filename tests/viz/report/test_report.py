import json
import re
import shutil
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from experiments.design import make_design
from experiments.measures import measures
from experiments.reporting.formatting import format_number
from experiments.reporting.screen import GAINS, answer
from experiments.reporting.texts import Words
from experiments.running.files import write_figure
from experiments.running.manifest import REPORTS
from tests.support.comparisons import BASE, NATION, ZONE
from tests.support.comparisons import compared as made_up
from tests.support.comparisons import results as results_of
from tests.support.folders import POLICIES, compared
from tests.support.pages import barriers
from viz import command
from viz.comparison import differences
from viz.comparison.contrasts import defined_rows
from viz.comparison.difference_grid import province_map
from viz.comparison.results import read_results
from viz.i18n.texts import Texts
from viz.report import report, tables
from viz.report import svg as figures
from viz.report.figures import slug
from viz.report.markup import safe
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
    assert names >= {"payers", "income-quintile-qalys", "zone-treated", "whom-qalys"}
    for name in [name for name in names if not name.endswith(".zh")]:
        assert f"{name}.zh" in names
        with Image.open(compared() / "figures" / f"{name}.png") as picture:
            assert picture.size == (1920, 1080)
            assert len(picture.convert("RGB").getcolors(1_000_000)) > 10
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
    for language, file in REPORTS.items():
        page = (compared() / file).read_text(encoding="utf-8")
        parts = Parts(page)
        assert parts.asked == [name for key, name in REPORTS.items() if key != language]
        assert not {"link", "script", "img"} & set(parts.tags)
        assert "url(" not in re.sub(r"url\(#[\w-]+\)", "", page)


def test_what_a_report_quotes_stays_text(tmp_path):
    folder = shutil.copytree(compared(), tmp_path / "hostile")
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text())
    evil = "</script><script>window.evil = 1</script><img src=x onerror=alert(1)>"
    manifest["policies"][1]["title"] = manifest["caveat"] = manifest["again"] = evil
    manifest["findings"] = {evil: [evil]}
    manifest["parameters"]["settings"] = {evil: evil}
    manifest["policies"][1]["name"] = evil
    for told in manifest["in_words"].values():
        told["titles"] = dict.fromkeys((*told["titles"], evil), evil)
        told["findings"], told["caveat"] = {evil: [evil]}, evil
        told["answer"] |= {"title": evil, "lead": evil, "sentences": [evil]}
        for section in told["answer"]["sections"]:
            section |= {"heading": evil, "lines": [[evil, evil]], "key": '"><b>'}
        for item in told["checklists"]:
            item |= {"topic": evil, "told": evil, "answered": "no"}
    text = json.dumps(manifest)
    file.write_text(text)
    table = (folder / "summary.csv").read_text()
    quoted = '"' + evil + '"'
    (folder / "summary.csv").write_text(table.replace(",special-zone,", f",{quoted},"))
    report.illustrate(folder)
    for file in REPORTS.values():
        page = (folder / file).read_text(encoding="utf-8")
        assert "alert(1)" in page
        parts = Parts(page)
        assert "script" not in parts.tags
        assert "img" not in parts.tags
    for svg in (folder / "figures").glob("*.svg"):
        assert not list(ElementTree.parse(svg).getroot().iter(f"{SVG}script"))


def test_whose_people_which_zone_and_what_was_set_stand_everywhere(tmp_path):
    settings = {"zone.provinces": "Anhui"}
    design = make_design([BASE, ZONE], runs=6, scale=0.01, years=5,
                         provinces=["Jiangsu", "Anhui"], settings=settings)  # fmt: skip
    folder = made_up({(ZONE, "treated", "inside"): 0.5}, design=design).save(tmp_path)
    report.illustrate(folder)
    people, was_set = "Jiangsu, Anhui only, of China", "zone.provinces = Anhui"
    zone, zone_titled = (f"Zone of {name}: Anhui" for name in (ZONE, "Geographic special zone"))
    for file in (folder / "figures").glob("*.svg"):
        told = " ".join(texts(file.read_text(encoding="utf-8")))
        if file.name.endswith(".zh.svg"):
            for words in ("江苏、安徽", "地理特区", was_set):
                assert words in told, (file.name, words)
        else:
            for words in (people, zone_titled, was_set, "1 in 100", "seeds 1–6", "No forecast"):
                assert words in told, (file.name, words)
        assert ZONE not in told
    body = " ".join((folder / "report.html").read_text(encoding="utf-8").split())
    for words in (people, zone_titled, was_set, f"<caption>Everyone of {people}</caption>"):
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
    page = tables.everyone(results_of(made), Texts("en"))
    for n, policy in enumerate((ZONE, NATION)):
        start = lines.index(policy) + 1
        everyone = next(line for line in lines[start:] if line.startswith("everyone"))
        marks = re.findall(r"(better|worse|clear|\?|few)(?=\s|$)", everyone)
        assert len(marks) == len(GAINS)
        for measure, mark in zip(GAINS, marks, strict=True):
            label = next(one.label.en for one in measures(5) if one.name == measure)
            row = page.split(f'<th scope="row">{safe(label)}')[1].split("</tr>")[0]
            said = re.findall(r'<span class="[a-z-]+">([a-z ]+)</span>', row)[n]
            claim = {"better": "better", "worse": "worse", "not clear": "?", "too few": "few"}
            assert claim[said] == mark, (policy, measure)


def test_names_of_figures_stay_apart():
    one, other = (f"special-zone[{'x' * 80}={n}]" for n in (1, 2))
    assert slug(one) != slug(other)
    assert len(slug(one)) <= 60


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
    texts_of = Texts(language)
    charts = [*report.answer_charts(results, texts_of), *report.charts(results, texts_of)]
    svgs = drawn({one.name: (one.option, differences.height(one.option)) for one in charts})
    for one in charts:
        texts_there = written(svgs[one.name])
        told = "".join(text for *_, text in texts_there).replace(" ", "")
        named = [p for p in results.others if one.name.startswith(slug(p))]
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
    differs = (
        "more: Geographic special zone, but benefits.zone-fund.brackets is 90.0% to 300,000, 95.0%"
    )
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


def opened(new_context, file, wrong: list[str], asked: list[str]):
    """Return a page with a report, opened where there is no network."""
    context = new_context(viewport={"width": 1280, "height": 900})
    context.route(re.compile("^(?!file:)"), lambda route: route.abort())
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: said.type == "error" and wrong.append(said.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize("language", REPORTS)
def test_the_report_in_a_browser_without_a_network(new_context, language):
    wrong, asked = [], []
    page = opened(new_context, compared() / REPORTS[language], wrong, asked)
    drawn_there = [name for name in pictures() if name.endswith(".zh") == (language == "zh")]
    assert page.locator("figure svg").count() == len(drawn_there)
    for svg in page.locator("figure svg").all():
        assert svg.locator("path, rect, text").count() > 5
    told_there = " ".join(page.locator("body").inner_text().split())
    results = read_results(compared())
    told = results.told(language)
    lines = [line for lines in told["findings"].values() for line in lines]
    lines += [line for one in told["answer"]["sections"] for _, line in one["lines"]]
    for line in (told["caveat"], results.manifest["again"], *told["answer"]["sentences"], *lines):
        assert " ".join(line.split()) in told_there
    named = told_there.replace(results.manifest["again"], "")
    for name in POLICIES:  # by their titles, but where the design names them beside those
        named = named.replace(f"({name})", "")
    assert not [name for name in POLICIES if name in named]
    marks = page.locator("table .assumed-mark").count()
    assert marks == sum(one.assumed for one in results.assumptions()) > 5
    assert page.locator("table .open").count() == sum(
        item["answered"] == "no" for item in told["checklists"]
    )
    for url in asked:
        assert url.startswith(("file:", "data:", "blob:"))
    assert not wrong
    wide = "document.documentElement.scrollWidth - window.innerWidth"
    assert page.evaluate(wide) <= 0
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_timeout(300)
    assert page.evaluate(wide) <= 0


@pytest.mark.parametrize("language", REPORTS)
def test_nothing_on_the_report_keeps_anybody_out(new_context, language):
    page = opened(new_context, compared() / REPORTS[language], [], [])
    assert barriers(page) == []


def headings_and_pages(page) -> tuple[list[str], list[str]]:
    """Return the headings of a report, and the text of each page it is printed on."""
    headings = page.locator("h1, h2, h3, h4").all_inner_texts()
    document = pdfium.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    found = [document[n].get_textpage().get_text_range() for n in range(len(document))]
    return headings, [" ".join(text.split()) for text in found]


def test_the_answer_takes_two_printed_pages_and_no_heading_stands_alone(new_context):
    page = opened(new_context, compared() / "report.html", [], [])
    headings, printed = headings_and_pages(page)
    first_of_rest = next(n for n, text in enumerate(printed) if text.startswith("Figures"))
    assert first_of_rest <= 2
    assert "The answer in figures" in " ".join(printed[:2])
    for text in printed[:-1]:
        assert not any(text.endswith(" ".join(heading.split())) for heading in headings), text[-80:]
