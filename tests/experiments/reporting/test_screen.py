"""The screen of a comparison: the answer first, on one screen, and the numbers of summary.csv."""

import csv
import io
import re
from functools import cache
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from experiments.design import make_design
from experiments.reporting import screen, texts
from experiments.reporting.claims import FALSE
from experiments.reporting.console import show_answer, show_rest
from experiments.reporting.texts import Words
from tests.support.comparisons import BASE, NATION, ZONE, compared

pytestmark = pytest.mark.slow

LINES, COLUMNS = 68, 80
LONG = "special-zone:benefits.zone-fund.brackets=[{up_to = inf, rate = 0.95}]"
SHIPPED = ["classified", "jiangsu", "mandatory-registry", "maternity-levy", "national-pooling",
           "network-radiation", "newborn-screening", "no-charity", "qingdao"]  # fmt: skip
SHAPES = {
    "the default": {"policies": [BASE, ZONE, NATION], "years": 15},
    "one policy": {"policies": [BASE, ZONE]},
    "one without a zone": {"policies": [BASE, "classified"]},
    "several": {"policies": [BASE, ZONE, NATION, "classified", "jiangsu"]},
    "many": {"policies": [BASE, ZONE, NATION, *SHIPPED]},
    "variants": {"policies": [BASE, LONG, f"{ZONE}:network.slots=2;testing.genetic_covered=0.5"]},
    "a long name": {"policies": [BASE, ZONE + ":network.slots=2;testing.genetic_covered=0.5;"
                                 "registry.compliance=0.9;network.remote=0.5;network.mentoring=0.5;"
                                 "charity.donations=2;registry.claims_screening=0.5"]},
    "provinces": {"policies": [BASE, ZONE, NATION], "provinces": ["Jiangsu", "Anhui", "Gansu"]},
    "most provinces": {"policies": [BASE, ZONE, NATION], "provinces": "ALL BUT ONE"},
    "settings": {"policies": [BASE, ZONE, NATION],
                 "settings": {"zone.provinces": "Jiangsu,Anhui", "network.slots": "1.5"}},
    "one run": {"policies": [BASE, ZONE, NATION], "runs": 1},
    "island": {"policies": ["uniform", "zone"], "world": "island"},
}  # fmt: skip


@cache
def found(shape: str, effect: float = 0.4):
    """Return a made-up comparison of a shape, in which every other measure differs clearly."""
    asked = {"years": 5, "runs": 6, "scale": 0.02, **SHAPES[shape]}
    if asked.get("provinces") == "ALL BUT ONE":
        whole = make_design(asked["policies"], scale=0.02, years=5).setting.world
        asked["provinces"] = list(whole.provinces["province"])[:-1]
    policies = asked.pop("policies")
    design = make_design(policies, **asked)
    others = list(design.policies)[1:]
    effects = {(p, m, g): -effect if n % 2 else effect
               for n, p in enumerate(others) for m in screen.GAINS[::2]
               for g in ("all", "inside", "outside", "1", "5")}  # fmt: skip
    effects |= {(p, "net_qalys", "all"): 2e5 * (n - 1) for n, p in enumerate(others)}
    effects |= {(p, "contributed", "all"): 3e9 * (n + 1) for n, p in enumerate(others)}
    return compared(effects, design=design)


def shown(comparison, language: str = "en", width: int = COLUMNS) -> list[str]:
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=width != COLUMNS, color_system=None)
    words = Words(language)
    rest = words("screen.rest", folder="runs/compare-12345678", report=words("screen.report"),
                 kept="")  # fmt: skip
    show_answer(comparison.contrasts, comparison.design, words, rest, console)
    show_rest(rest, console)
    return file.getvalue().splitlines()


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_screen_holds_it(shape, language):
    lines = shown(found(shape), language)
    assert len(lines) <= LINES
    assert max(map(cell_len, lines)) <= COLUMNS
    assert max(map(cell_len, shown(found(shape), language, 110))) <= 110


@pytest.mark.parametrize("shape", SHAPES)
def test_whose_people_which_zone_and_what_was_set_stand_on_top(shape):
    comparison = found(shape)
    text = " ".join(shown(comparison)).split("The answer")[0]
    text = re.sub(r"\s+", " ", text)
    scope = comparison.design.scope
    assert f"{scope['first_year']} to {scope['last_year']}" in text
    if not scope["everywhere"]:
        some, but = ", ".join(scope["provinces"]), f"but {', '.join(scope['without'])}"
        assert (but if len(scope["provinces"]) > 16 else f"{some} only") in text
        assert "all 31 provinces of China;" not in text
    for path, value in scope["set"].items():
        assert f"{path} = {value}" in text
    if shape not in ("many", "variants"):
        for zone in scope["zones"].values():
            assert ", ".join(zone["places"]) in text


MARKS = {"better": "better", "worse": "worse", "clear": "different", "?": "not clear",
         "few": "too few"}  # fmt: skip
CELL = re.compile(r"([+-][\d.,]+|-) (better|worse|clear|\?|few)(?=\s|$)")
LABELS = {"everyone": ("all", "all"), "all simulated": ("all", "all"),
          "inside zone": ("zone", "inside"), "outside zone": ("zone", "outside"),
          "poorest fifth": ("income_quintile", "1"),
          "richest fifth": ("income_quintile", "5")}  # fmt: skip
FACTORS = (("billion", 1e-9), ("million", 1e-6), ("thousand", 1e-3), ("per 1,000", 1e3),
           ("points", 1e2))  # fmt: skip


def table(lines: list[str], heading: str) -> tuple[list[str], list[tuple[str, str, list]]]:
    """Return a table's heads and rows: section, name, cells as number and mark."""
    start = next(n for n, line in enumerate(lines) if line.startswith(heading)) + 1
    part = lines[start : start + lines[start:].index("")]
    rows, heads, section, ends = [], [], "", None
    for line in part:
        cells = list(CELL.finditer(line))
        if cells:
            ends = ends or [cell.end() for cell in cells]
            name = line[: cells[0].start()].strip()
            rows.append((section, name, [(cell[1], cell[2]) for cell in cells]))
        elif ends is None and line.startswith("  "):
            heads.append(line)
        else:
            section = line.strip()
    starts = [0, *ends[:-1]]
    joined = [" ".join(line[a:b].strip() for line in heads).strip()
              for a, b in zip(starts, ends, strict=True)]  # fmt: skip
    return joined, rows


def number(text: str) -> float:
    return float(text.replace(",", ""))


def factor(head: str) -> float:
    return next((f for word, f in FACTORS if word in head), 1.0)


def check(text: str, row, by: float) -> None:
    """Check that a number is a difference of the summary in its unit, to two digits."""
    want = row["difference"] * by
    assert number(text) == pytest.approx(want, rel=0.051, abs=0.0051), (text, want)


SAME = [shape for shape in SHAPES if shape not in ("variants", "a long name", "one run")]


@pytest.mark.parametrize("shape", SAME)
def test_the_screen_says_what_the_summary_says(shape):
    comparison = found(shape)
    rows = comparison.summary.set_index(["policy", "measure", "by", "group"])
    lines = shown(comparison)
    others = comparison.policies[1:]
    heads, told = table(lines, "Who gains")
    measures = [m for m in screen.GAINS if len(heads) == 5 or m != "catastrophic"]
    assert told
    for section, name, cells in told:
        label, policy = (name, section or others[0]) if name in LABELS else (section, name)
        key = LABELS[label]
        for measure, head, (text, mark) in zip(measures, heads, cells, strict=True):
            row = rows.loc[(policy, measure, *key)]
            assert row["claim"] == MARKS[mark]
            check(text, row, factor(head))
    heads, told = table(lines, "Who pays")
    assert [name for _, name, _ in told] == others[: len(told)]
    for _, policy, cells in told:
        for key, head, (text, mark) in zip(screen.COSTS, heads, cells, strict=True):
            row = rows.loc[(policy, *key)]
            assert row["claim"] == MARKS[mark]
            check(text, row, factor(head))


SAID = {"better": "better", "worse": "worse", "no clear change": "not clear",
        "too few runs or persons to tell": "too few"}  # fmt: skip
SENTENCE = re.compile(
    r"(\S+): (.+?)(?: for| of) patients' health, (\S+) (.+?) \((\S+) to (\S+)\), (?:but|and) "
    r"(.+?) all in all, (\S+) (.+?) \((\S+) to (\S+)\)\."
)


@pytest.mark.parametrize("shape", ["the default", "one policy", "provinces", "settings"])
def test_the_answer_has_its_intervals_and_the_balance_beside_it(shape):
    comparison = found(shape)
    rows = comparison.summary.set_index(["policy", "measure", "by", "group"])
    lines = shown(comparison)
    start = lines.index("The answer") + 1
    text = " ".join(lines[start : start + lines[start:].index("")])
    sentences = SENTENCE.findall(text)
    assert [sentence[0] for sentence in sentences] == comparison.policies[1:]
    for policy, verdict, *gain in sentences:
        for measure, said, told in (("qalys", verdict, gain[:4]),
                                    ("net_qalys", gain[4], gain[5:])):  # fmt: skip
            row = rows.loc[(policy, measure, "all", "all")]
            assert row["claim"] == SAID[said]
            mean, unit, low, high = told
            for end, text_of in (("", mean), ("_low", low), ("_high", high)):
                want = row[f"difference{end}"] * factor(unit)
                assert number(text_of) == pytest.approx(want, rel=0.051, abs=0.06)


def test_nothing_is_told_that_is_not_counted_as_told():
    """Else the promise of at most one report in twenty with a false claim would not hold."""
    contrasts = found("the default").contrasts
    told = {(one, *key) for one in screen.GAINS for key in screen.GROUPS} | set(screen.COSTS)
    told |= {("treated_gap", "all", "all"), ("catastrophic_concentration", "all", "all")}
    pair = contrasts._pairs[ZONE, BASE]
    for key in told:
        assert pair.told[contrasts._row[key]], key
    assert pytest.approx(0.05) == FALSE


def test_what_seems_a_contradiction_is_explained_where_it_occurs():
    effects = {(ZONE, "out_of_pocket_share", "1"): -0.3, (ZONE, "catastrophic", "1"): 0.2,
               (ZONE, "treated", "1"): 0.3,
               (ZONE, "catastrophic_concentration", "all"): -0.3}  # fmt: skip
    comparison = compared(effects)
    text = re.sub(r"\s+", " ", " ".join(shown(comparison)))
    reason = "poorest fifth: a smaller share of bills, yet more ruinous years"
    assert f"{ZONE}, {reason}" in text
    assert f"{NATION}, {reason}" not in text
    assert f"ruinous years fall more on the poor: {ZONE}." in text
    sentences = comparison.narrative.findings[f"{ZONE} compared with {BASE}"]
    poorest = next(line for line in sentences if line.startswith("The poorest fifth"))
    assert "because more of them are treated at last" in poorest
    quiet = re.sub(r"\s+", " ", " ".join(shown(compared({}))))
    assert "yet more ruinous" not in quiet
    assert "fall more on the poor" not in quiet


def test_more_care_forgone_though_more_are_treated_is_explained():
    """A scheme that pays a part makes a drug prescribed, and some cannot pay the rest."""
    effects = {(ZONE, "forgone", "all"): 0.2, (ZONE, "treated", "all"): 0.3,
               (NATION, "forgone", "all"): 0.2}  # fmt: skip
    comparison = compared(effects)
    text = re.sub(r"\s+", " ", " ".join(shown(comparison)))
    assert f"{ZONE}, everyone: more care is gone without for its cost (points: +20 worse)" in text
    assert f"{NATION}, everyone: more care" not in text
    for policy, said in ((ZONE, True), (NATION, False)):
        sentences = comparison.narrative.findings[f"{policy} compared with {BASE}"]
        everyone = next(line for line in sentences if line.startswith("All with"))
        assert ("only where a drug is prescribed and in stock" in everyone) == said


def test_what_is_clear_is_never_written_as_nought():
    effects = {(ZONE, "time_undiagnosed", "all"): 3.0, (NATION, "time_undiagnosed", "all"): 3e-4,
               (ZONE, "qalys", "all"): -0.3, (NATION, "qalys", "all"): -2e-6}  # fmt: skip
    comparison = compared(effects, spread=1e-7)
    lines = shown(comparison)
    text = re.sub(r"\s+", " ", " ".join(lines))
    assert re.search(r"everyone +\+<0\.01 worse", "\n".join(lines))
    assert "-0.0020 QALYs per 1,000 (" in text
    assert "<: not 0, but nearer to it than the number behind it." in text
    assert not re.search(r"[+-]0(\.0+)? (better|worse|clear)", text)
    assert "<: not 0" not in " ".join(shown(found("the default")))


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_variant_says_how_it_differs_from_what(language):
    long = f"{ZONE}:network.slots=2;testing.genetic_covered=0.5"
    for policies, explained in (([BASE, f"short={long}"], True), ([BASE, ZONE, long], False)):
        design = make_design(policies, runs=6, scale=0.02, years=5)
        lines = shown(compared({}, design=design), language)
        text = re.sub(r"\s+", " " if language == "en" else "", " ".join(lines))
        name, own = (
            list(design.policies)[-1],
            {"en": "A pilot zone", "zh": "由若干省组成的试点特区"},
        )
        differs = {
            "en": f"{name}: {ZONE}, but network.slots is 2 instead of 1, testing.genetic_covered "
                  "is 0.5 instead of 0",
            "zh": f"{name}：{ZONE}，但network.slots为2（原为1）、"
                  "testing.genetic_covered为0.5（原为0）",
        }  # fmt: skip
        assert differs[language] in text
        after = text.split(differs[language])[1]
        assert (own[language] in after) == explained


def test_an_interval_that_leaves_out_nought_without_a_claim_is_explained():
    wide = compared({}).contrasts.contrast(ZONE, BASE, "qalys", "all", "all")
    effects = {(ZONE, "qalys", "all"): 1.5 * (wide.high - wide.low) / 2}
    shifted = compared(effects)
    one = shifted.contrasts.contrast(ZONE, BASE, "qalys", "all", "all")
    assert (one.low > 0, one.verdict) == (True, "not clear")
    said = "No clear change though the brackets leave out 0"
    assert said in " ".join(shown(shifted))
    assert said not in " ".join(shown(compared({})))


def test_one_run_claims_nothing():
    lines = shown(found("one run"))
    assert any("One run gives no interval" in line for line in lines)
    assert not any(re.search(r"\d (better|worse|clear)\b", line) for line in lines)


def test_inside_the_zone_is_explained_for_a_policy_without_borders():
    text = re.sub(r"\s+", " ", " ".join(shown(found("the default"))))
    assert "people of Shanghai, Jiangsu, Zhejiang, Shandong" in text
    assert f"{NATION} itself has no borders" in text


def test_chinese_has_no_english_but_names():
    known = {*(w for p in (BASE, ZONE, NATION) for w in p.split("-")), "qaly", "summary", "csv",
             "runs", "compare", "report", "html", "full"}  # fmt: skip
    for line in shown(found("the default"), "zh"):
        assert set(re.findall(r"[a-z]{2,}", line.lower())) <= known, line


def rows():
    with (Path(texts.__file__).parent / texts.TABLE).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def test_every_text_is_there_in_both_languages_and_asked_for():
    folder = Path(texts.__file__).parents[1]
    source = "".join(p.read_text(encoding="utf-8") for p in folder.rglob("*.py"))
    starts = set(re.findall(r"f[\"']([a-z_.]+\.)\{", source))
    assert len({row[0] for row in rows()}) == len(rows())
    for key, en, zh in rows():
        assert en.strip(), key
        assert zh.strip(), key
        holes = [set(re.findall(r"\{(\w+)\}", text)) for text in (en, zh)]
        assert holes[0] == holes[1], key
        quoted = (f'"{key}"', f"'{key}'")
        asked = any(text in source for text in quoted) or any(
            key.startswith(start) for start in starts
        )
        assert asked, key
