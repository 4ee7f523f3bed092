"""A measure that is declared appears everywhere that lists measures, and needs nothing else.

Each test is made with the measures as they are and with one more, invented here and marked for
every place. A new place must say below how it is looked at.
"""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from rich.console import Console

from experiments.measures import Listed, Measure, Place, Text, Unit, listed, measure_run, measures
from experiments.measures import registry as module
from experiments.measures.definitions import definitions
from experiments.measures.estimators import column, mean
from experiments.reporting.console import show
from tests.support import made_up
from tests.support.comparisons import BASE, ZONE, compared, results
from tests.support.tools import load_tool
from tests.support.twins import VIEW, twins_at
from viz.cards import charts as cards_charts
from viz.cards import data as cards_data
from viz.comparison import difference_grid, differences
from viz.i18n.texts import Count, Texts
from viz.reading.courses import on_maps
from viz.reading.spread import Doubt, Spread
from viz.reading.stocks import STOCKS
from viz.report import report
from viz.report import tables as report_tables
from viz.report.markup import safe
from viz.tabs.equity import charts as equity_charts
from viz.tabs.equity import data as equity_data
from viz.tabs.experiments import results_page
from viz.tabs.overview import charts as overview_charts
from viz.tabs.overview import data as overview_data

pytestmark = pytest.mark.slow

EN, ZH = Texts("en"), Texts("zh")
YEARS = 3
"""Of the pair of models that is looked at; the made-up comparison is of five years."""

INVENTED = Measure(
    "invented",
    label=Text("An invented measure told at length", "一个杜撰出来的指标"),
    short=Text("Invented in short", "杜撰指标"), in_sentence="what is invented",
    unit=Unit("inventions", Text("% invented", "%杜撰"), 100.0, Text("invented points", "杜撰点"),
              digits=4),
    better="lower", estimator=mean(column("travel")), shown=tuple(Place),
)  # fmt: skip


ONE_MORE = (*module.SECTIONS, lambda years: iter([INVENTED]))
"""All sections of measures, and one with the measure invented here."""


@pytest.fixture(params=["as they are", "with one more"])
def declared(request, monkeypatch):
    """The measures, with one more or as they are."""
    if request.param == "with one more":
        monkeypatch.setattr(module, "SECTIONS", ONE_MORE)
        assert measures()[-1] is INVENTED
    return measures(5)


@pytest.fixture
def comparison(declared):
    """A made-up comparison in which everything differs clearly, made once for each `declared`."""
    return made_of(declared)


@cache
def made_of(declared):
    return compared({}, by_default=1.0)


def printed(comparison) -> str:
    file = io.StringIO()
    screen = Console(file=file, width=1000)
    show(comparison.contrasts, comparison.narrative, comparison.design, screen)
    return file.getvalue()


def overview(comparison, texts):
    lines = printed(comparison).split(f"{ZONE} less {BASE}")[0].splitlines()
    return [re.split(r"  |, [^,]*  ", line.strip())[0] for line in lines[4:] if line.strip()]


def for_whom(comparison, texts):
    head = printed(comparison).split(f"{ZONE} less {BASE}: for whom")[1].split("─")[0]
    return [text.rsplit(", ", 1)[0] for text in re.split(r"\s{2,}", head.strip())]


def sentence(begin: str, heading: str, pattern: str):
    """Return what looks a sentence up and finds in it the names of measures."""

    def look(comparison, texts):
        line = next(x for x in comparison.narrative.findings[heading] if x.startswith(begin))
        return re.findall(pattern, line)

    return look


def by_province(comparison, texts):
    lines = comparison.narrative.findings[f"{ZONE} compared with {BASE}"]
    return [re.match(r"By province, (.*?):", x)[1] for x in lines if x.startswith("By province")]


def rows(make: Callable):
    """Return what gives the names of a chart's rows."""

    def look(comparison, texts):
        axis = make(results(comparison), texts)["yAxis"]
        return (axis[0] if isinstance(axis, list) else axis)["data"]

    return look


@cache
def drawn(declared, language: str):
    """Return the charts of the report on the made-up comparison, made once for each language."""
    return list(report.charts(results(made_of(declared)), Texts(language)))


def figures(heading: str, end: str = ""):
    """Return what gives the titles of the figures under a heading."""

    def look(comparison, texts):
        made = drawn(measures(5), texts.language)
        section = texts(heading, policy=results(comparison).title(ZONE, texts.language))
        shown = [one for one in made if one.section == section and one.name.endswith(end)]
        return [re.sub(r"\s+", " ", one.option["title"]["text"]) for one in shown]

    return look


def cards(comparison, texts):
    shown = cards_data.read(twins_at(12 * YEARS), VIEW)
    return [cards_charts.card_text(one, texts).title for one in shown]


def maps(comparison, texts):
    frame = overview_data.read(twins_at(12 * YEARS), VIEW)
    indicators = on_maps(YEARS)
    assert list(frame.maps) == list(indicators)
    for key in indicators:
        assert overview_charts.tiles(frame, texts, key, "difference")["legend"]["unit"]
    return [texts.pick(*one.at(Place.MAPS).label) for one in indicators.values()]


def equiplots(comparison, texts):
    frame = equity_data.read(twins_at(12 * YEARS), VIEW)
    made = equity_charts.equiplot(frame, texts, "residence")
    return [name.removesuffix(" A") for name in made["yAxis"]["data"][::2]]


def label(one: Listed, place: Place, language: str) -> str:
    text = getattr(one.at(place).label, language)
    return text.format(n=Count(12 * YEARS))


def short(one: Listed, place: Place, language: str) -> str:
    return getattr(one.short, language)


def phrase(one: Listed, place: Place, language: str) -> str:
    return one.phrase


PLACES = {
    Place.OVERVIEW: (overview, label),
    Place.FOR_WHOM: (for_whom, phrase),
    Place.JUDGED_BY: (
        sentence("All with a rare disease", f"{ZONE} compared with {BASE}",
                 r"(?:(?:etter|orse): |; )(.+?) [+-][\d.,]+"), phrase),
    Place.OTHERS_JUDGED_BY: (
        sentence("Other insured people", "Which policy is better for whom", r"[(,] ?([a-z ]+)"),
        phrase),
    Place.BY_PROVINCE: (by_province, phrase),
    Place.INEQUALITY: (
        sentence("Inequality", f"{ZONE} compared with {BASE}",
                 r"(?:(?:Less|More) inequality: |; )(.+?) [+-][\d.,]+"), phrase),
    Place.PATIENTS: (rows(lambda found, texts: differences.relative(found, texts, ZONE)), short),
    Place.SOCIETY: (
        rows(lambda found, texts: differences.relative(found, texts, ZONE, Place.SOCIETY)), short),
    Place.CHANCES: (rows(lambda found, texts: difference_grid.chance(found, texts, ZONE)), short),
    Place.REPORT_GROUPS: (figures("report.by_income"), short),
    Place.REPORT_MAPS: (figures("report.by_province", "-map"), short),
    Place.REPORT_PROVINCES: (figures("report.by_province", "-provinces"), short),
    Place.CARDS: (cards, label),
    Place.MAPS: (maps, label),
    Place.EQUIPLOTS: (equiplots, label),
}  # fmt: skip
"""How each place is looked at, and by what name a measure stands there."""
PAGE = (Place.CARDS, Place.MAPS, Place.EQUIPLOTS)
ENGLISH = (Place.OVERVIEW, Place.FOR_WHOM, Place.JUDGED_BY, Place.OTHERS_JUDGED_BY,
           Place.BY_PROVINCE, Place.INEQUALITY)  # fmt: skip


@pytest.mark.parametrize("place", Place, ids=lambda place: place.name)
@pytest.mark.parametrize("texts", [EN, ZH], ids=["en", "zh"])
def test_a_place_shows_what_is_marked_for_it_and_nothing_else(place, texts, comparison):
    look, name = PLACES[place]
    if place in PAGE:
        marked = listed(place, YEARS, besides=STOCKS)
    else:
        marked = [one for one in listed(place, 5) if one.name in told_by(comparison, place)]
    assert marked
    language = "en" if place in ENGLISH else texts.language
    want = [name(one, place, language) for one in marked]
    shown = look(comparison, texts)
    if place is Place.CARDS:
        shown = [re.sub(r"( \(whole country\)|（全国）| \(全国\))$", "", text) for text in shown]
    if place in (Place.REPORT_GROUPS, Place.REPORT_MAPS, Place.REPORT_PROVINCES):
        assert len(shown) == len(want)
        assert all(text in title for text, title in zip(want, shown, strict=True))
        return
    if place in (Place.JUDGED_BY, Place.INEQUALITY):  # better ones first
        shown, want = sorted(shown), sorted(want)
    assert shown == want


def told_by(comparison, place: Place) -> set[str]:
    """Return the measures that are told by the groups that a place looks at."""
    by = {
        Place.REPORT_GROUPS: "income_quintile",
        Place.REPORT_MAPS: "province",
        Place.REPORT_PROVINCES: "province",
        Place.BY_PROVINCE: "province",
    }.get(place, "all")
    table = comparison.summary
    return set(table[table["by"] == by]["measure"])


def test_no_place_is_left_out():
    assert set(PLACES) == set(Place)


def test_the_summary_has_every_measure_as_declared(comparison, declared):
    table = comparison.summary.drop_duplicates("measure").set_index("measure")
    in_summary = [one for one in declared if not one.table]
    assert list(table.index) == [one.name for one in in_summary]
    for one in in_summary:
        row = table.loc[one.name]
        assert (row["label"], row["unit"], row["better"]) == (
            one.label.en, one.unit.name, one.better
        )  # fmt: skip


def test_a_run_gives_every_measure(declared):
    people = (
        {"onset": -3.0, "billed": 10.0, "eligible_months": 12},
        {"travel": 500, "diagnosed": 3.0},
    )
    found = measure_run(made_up.run(made_up.patients(*people)))
    known = found.set_index(["measure", "by"]).index
    assert set(known.unique("measure")) == {one.name for one in declared}
    if INVENTED in declared:
        assert set(known[known.get_level_values(0) == "invented"].unique("by")) == {*INVENTED.by}
        value = found[(found["measure"] == "invented") & (found["by"] == "all")]["value"]
        assert list(value) == [250.0]


def test_the_documents_have_every_measure(declared):
    page = load_tool("make_docs").documents()["measures.md"]
    for one in declared:
        lines = [line for line in page.splitlines() if line.startswith(f"| `{one.name}` |")]
        assert len(lines) == 2 + (one.name in definitions()), one.name
        for text in (one.label.en, one.label.zh, one.short.en, one.short.zh, one.unit.name,
                     one.unit.text.en, one.unit.text.zh, one.better):  # fmt: skip
            assert text in " ".join(lines).replace("&lt;", "<"), one.name
        assert all(f"`{place.name}`" in lines[-1] for place in Place if one.is_at(place))


@pytest.mark.parametrize("texts", [EN, ZH], ids=["en", "zh"])
def test_the_page_and_the_report_of_a_folder_have_every_measure(texts, comparison, declared):
    found = results(comparison)
    shown = results_page.table(found, texts, ZONE).iloc[:, 0]
    in_summary = [one for one in declared if not one.table]
    names = [texts.pick(*one.short) for one in in_summary if "all" in one.by]
    assert len(shown) == len(names)
    assert all(text.startswith(name) for text, name in zip(shown, names, strict=True))
    for one in in_summary:
        for chart in (
            differences.by_group(found, texts, one.name, one.by[0]),
            difference_grid.province_map(found, texts, one.name, ZONE),
        ):
            title = chart["title"]["text"].replace("\n", " ")
            assert texts.pick(*one.short).replace(" ", "") in title.replace(" ", "")
    page = report_tables.everyone(found, texts)
    for place in (Place.PATIENTS, Place.SOCIETY):
        missing = [one.name for one in listed(place, 5) if safe(texts.pick(*one.label)) not in page]
        assert not missing


def test_numbers_are_read_in_the_declared_unit_direction_and_digits(declared):
    if INVENTED not in declared:
        return
    shown = {card.key: card for card in cards_data.read(twins_at(12 * YEARS), VIEW)}["invented"]
    change = (shown.b - shown.a) * np.array([1.0, 0.9, 1.1])
    clear = Spread(change[0], change.min(), change.max(), claimed=True)
    text = cards_charts.card_text(
        replace(shown, spread=clear, doubt=Doubt(8, 8, 0.01)), EN
    )  # as pairs with other seeds bear it out
    people = cards_data.people(twins_at(12 * YEARS).a, "")
    assert shown.a == pytest.approx(people["travel"].mean())
    assert text.unit.endswith("% invented")
    assert "invented points" in text.difference
    assert text.verdict == ("better under B" if shown.b < shown.a else "worse under B")


def test_every_declaration_is_whole(declared):
    chinese = re.compile(r"[一-鿿]|QALY|%")
    assert len({one.name for one in declared}) == len(declared)
    for one in declared:
        texts = [one.label, one.short, one.unit.text]
        texts += [one.at(place).label for place in Place if one.is_at(place)]
        for text in texts:
            assert text.en.strip()
            assert chinese.search(text.zh), (one.name, text)
            assert not re.search(r"[一-鿿]", text.en), (one.name, text)
        assert one.better in ("lower", "higher", "neither")
        assert 0 <= one.unit.digits <= 5
        assert one.unit.factor > 0
        assert one.by
        if one.is_at(Place.EQUIPLOTS):
            assert one.unit.factor == 100.0, "equiplots show shares"


def test_a_name_within_a_sentence_is_the_short_name_in_small_letters():
    plain = {"label": Text("x", "某"), "unit": INVENTED.unit, "better": "lower"}
    assert Listed("x", short=Text("Way to the diagnosis", "某"), **plain).phrase == (
        "way to the diagnosis"
    )
    assert Listed("x", short=Text("QALYs, slope index", "某"), **plain).phrase == (
        "QALYs, slope index"
    )


def test_a_summary_of_another_version_is_read_as_it_stands():
    known = module.described("treated", "Old label", "share", "lower")
    assert (known.short, known.better) == (Text("Ever treated", "曾获治疗"), "lower")
    other = module.described("gone", "What is gone", "bottles", "higher")
    assert (other.short.en, other.unit.text.zh, other.unit.factor) == ("What is gone", "bottles", 1)


def test_positions_come_before_the_order_of_declaration():
    order = [one.at(Place.CARDS).position for one in listed(Place.CARDS, besides=STOCKS)]
    assert order == sorted(order)
    assert np.all(np.diff([one.at(Place.SOCIETY).position for one in listed(Place.SOCIETY)]) >= 0)
