"""Policies with levers set by their reference, and commands that make the same again."""

import io
import json
import shlex
from pathlib import Path

import pytest

from abm import UserError, load_policy
from experiments import cli
from experiments.design import make_design
from experiments.running.files import remove_figures, write_figure
from experiments.running.progress import TimeLeft, progress_of

pytestmark = pytest.mark.slow

SMALL = {"scale": 0.02, "years": 1}
ISLAND = ["--world", "island", "--scale", "0.02", "--years", "2"]
BRACKETS = "benefits.zone-fund.brackets=[{up_to = inf, rate = 0.95}]"


def again(policies, world, settings):
    """Return a design, and the one that the command of its manifest asks for."""
    design = make_design(policies, **SMALL, world=world, settings=settings)
    words = shlex.split(design.again())
    assert words[:2] == ["rarecare", "compare"]
    asked = words[2 : words.index("--baseline")]
    settings = dict(words[n + 1].split("=", 1) for n, word in enumerate(words) if word == "--set")
    baseline = words[words.index("--baseline") + 1]
    return design, make_design(asked, baseline=baseline, settings=settings, world=world, **SMALL)


VARIED = {
    "two variants by reference": [
        "uniform-national", "special-zone:network.slots=1.5", "special-zone:network.slots=2",
    ],
    "several levers": ["special-zone", f"special-zone:network.slots=1.5;{BRACKETS}"],
    "levers set in Python": [
        "uniform-national",
        load_policy("special-zone", {"benefits.zone-fund.patient_cap": 30_000}),
        load_policy("special-zone", {
            "benefits.zone-fund.brackets": [{"up_to": float("inf"), "rate": 0.95}],
            "zone.provinces": ["Gansu", "Guizhou"], "zone.outsiders": "travel",
        }),
        load_policy("special-zone").with_settings({"network.mentoring_reaches_counties": False}),
    ],
    "a combination": ["uniform-national", "special-zone+mandatory-registry:network.slots=1.5"],
}  # fmt: skip


@pytest.mark.parametrize("policies", VARIED.values(), ids=VARIED)
@pytest.mark.parametrize("settings", [{}, {"zone.provinces": ["Gansu"], "network.slots": 1.25}])
def test_the_command_in_a_manifest_makes_the_same(policies, settings, world):
    first, second = again(policies, world, settings)
    assert first.key == second.key
    assert list(first.policies) == list(second.policies)
    for one, other in zip(first.policies.values(), second.policies.values(), strict=True):
        assert one.canonical() == other.canonical()


def test_a_policy_that_only_python_has_is_said_to_be_so():
    late = load_policy("special-zone").with_settings({"network.slots": 1.5}, first_month=24)
    design = make_design(["uniform-national", late], **SMALL)
    assert design.again().startswith(f"none: policy {late.name} was made in Python")


def test_a_reference_is_a_policy_wherever_one_is_named(tmp_path):
    text = 'name = "mine"\ntitle = "x"\nsummary = "x"\nextends = "special-zone:network.slots=2"\n'
    (tmp_path / "mine.toml").write_text(text)
    mine = load_policy(tmp_path / "mine.toml")
    assert mine.levers_at(100).network.slots == 2.0
    over = load_policy(f"{tmp_path / 'mine.toml'}:network.slots=3")
    assert over.levers_at(100).network.slots == 3.0


def test_a_higher_reimbursement_by_a_reference_and_by_a_file_is_the_same(tmp_path):
    text = (
        'name = "better-fund"\ntitle = "95 %"\nsummary = "x"\nextends = "special-zone"\n'
        '[[changes]]\nfrom = "2020-01"\nsource = "assumption: 95 % throughout"\n'
        "[changes.set.benefits.zone-fund]\nbrackets = [{up_to = inf, rate = 0.95}]\n"
    )
    (tmp_path / "better.toml").write_text(text)
    by_file, by_set = (
        load_policy(ref) for ref in (tmp_path / "better.toml", f"special-zone:{BRACKETS}")
    )
    assert by_file.levers_at(100) == by_set.levers_at(100)
    assert by_set.levers_at(100).benefits["zone-fund"].brackets[0].rate == 0.95


def test_a_reference_may_give_a_short_name(tmp_path):
    long, short = (load_policy(f"{name}special-zone:{BRACKETS}") for name in ("", "better="))
    assert (long.name, short.name) == (f"special-zone[{BRACKETS}]", "better")
    assert short.canonical() == long.canonical()
    assert load_policy(short.origin) == short
    both = load_policy("both=special-zone+mandatory-registry")
    assert (both.name, both.parent) == ("both", load_policy("special-zone").parent)
    (tmp_path / "mine.toml").write_text(
        'name = "mine"\ntitle = "x"\nextends = "better=special-zone:network.slots=2"\n'
    )
    own = load_policy(f"own = {tmp_path / 'mine.toml'}")
    assert own.name == "own"
    assert own.levers_at(100).network.slots == 2.0


WRONG = {
    "a name that is taken": ("jiangsu=special-zone:network.slots=2", "jiangsu is a policy's name"),
    "a name without a policy": ("mine=", "unknown policy 'mine='"),
    "a name of an unknown policy": ("mine=spcial-zone", "did you mean 'special-zone'"),
    "no lever": ("special-zone:network.slots", "expected NAME:path=value"),
    "an unknown policy": ("spcial-zone:network.slots=2", "did you mean 'special-zone'"),
    "an unknown lever": ("special-zone:network.slot=2", "did you mean 'network.slots'"),
    "a wrong value": ("special-zone:network.slots=many", "expected a number above 0"),
    "a lever twice": ("special-zone:network.slots=1;network.slots=2", "is set twice"),
    "an unknown layer": ("special-zone:benefits.zone-found.patient_cap=1", "'zone-fund'"),
    "half a setting": ("special-zone:network.slots=1;x", "expected NAME:path=value"),
}


@pytest.mark.parametrize(("reference", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_reference_is_told_in_a_line(reference, words):
    with pytest.raises(UserError) as told:
        load_policy(reference)
    assert words in str(told.value)
    assert "\n" not in str(told.value)


EXAMPLE = "[{up_to = 300000, rate = 0.8}, {up_to = inf, rate = 0.9}]"
BRACKETED = {
    "a rate by itself": ("rate=.95", "'benefits.zone-fund.brackets=[{up_to = inf, rate = 0.95}]'"),
    "a rate in per cent": ("brackets=[{up_to=inf, rate=95}]", "rate is 95, expected a number from"),
    "no end": ("brackets=[{rate=0.95}]", "step 1 has no up_to"),
    "no rate": ("brackets=[{up_to=3, rate=.5}, {up_to=inf}]", "step 2 has no rate"),
    "a misspelt end": ("brackets=[{upto=inf, rate=0.9}]", "did you mean 'up_to'"),
    "a number": ("brackets=0.95", "got 0.95"),
    "a list of numbers": ("brackets=[0.95]", "step 1 is 0.95, not a table"),
    "an open bracket": ("brackets=[{up_to=inf, rate=0.9}", "cannot be read (unclosed array)"),
    "colons": ("brackets=[{up_to: inf, rate: 0.9}]", "expected '=' after a key"),
    "one table": ("brackets={up_to=inf, rate=0.9}", "got {'up_to': inf"),
    "falling": ("brackets=[{up_to=5, rate=.9}, {up_to=3, rate=.8}]", "must rise"),
    "nothing": ("brackets=[]", "got []"),
}


@pytest.mark.parametrize(("setting", "words"), BRACKETED.values(), ids=BRACKETED)
def test_what_is_wrong_with_brackets_is_said_with_an_example(setting, words):
    path, _, value = f"benefits.zone-fund.{setting}".partition("=")
    with pytest.raises(UserError) as told:
        load_policy("special-zone", {path: value})
    assert words in str(told.value)
    assert EXAMPLE in str(told.value) or "in quotes on a command line" in str(told.value)
    assert "\n" not in str(told.value)


def test_what_was_set_is_told_where_a_source_says_otherwise():
    policy = load_policy("special-zone", {"zone.provinces": "Gansu"})
    changes = {change.source[:26]: (path, value) for change, path, value in policy.overridden()}
    assert changes == {"assumption: the zone is Sh": ("zone.provinces", ("Gansu",))}
    assert load_policy("special-zone").overridden() == []


def test_the_scope_tells_how_a_variant_differs_from_what():
    references = ["uniform-national", "more=special-zone:network.slots=2;testing.genetic_covered=1",
                  "same=special-zone:network.slots=1", f"special-zone:{BRACKETS}"]  # fmt: skip
    found = make_design(references, scale=0.01, years=5).scope["variants"]
    assert found["more"] == {"of": "special-zone", "levers": [
        ["network.slots", ["1"], "2"], ["testing.genetic_covered", ["0"], "1"],
    ]}  # fmt: skip
    assert found["same"] == {"of": "special-zone", "levers": []}
    (lever,) = found[f"special-zone[{BRACKETS}]"]["levers"]
    assert lever[0] == "benefits.zone-fund.brackets"
    assert lever[2].startswith("95.0%")
    over = make_design(references[:2], scale=0.01, years=5, settings={"network.slots": "3"}).scope
    assert over["variants"]["more"]["levers"][0] == ["network.slots", ["1"], "3"]


def test_the_scope_names_people_zones_and_settings():
    settings = {"zone.provinces": "Gansu"}
    design = make_design(
        ["uniform-national", "special-zone", "special-zone-national"],
        scale=0.01,
        years=5,
        provinces=["Anhui", "Gansu"],
        settings=settings,
    )
    scope = design.scope
    assert scope["provinces"] == ["Anhui", "Gansu"]
    assert not scope["everywhere"]
    assert (scope["first_year"], scope["last_year"]) == (2019, 2023)
    assert scope["zones"] == {
        "special-zone": {"places": ["Gansu"], "borders": True, "from": "2020-01"},
        "special-zone-national": {"places": [], "borders": False, "from": "2020-01"},
    }
    assert scope["set"] == settings
    city = make_design(["uniform-national", "special-zone"], scale=0.01, years=5,
                       settings={"zone.provinces": [], "zone.cities": ["Suzhou"]})  # fmt: skip
    assert city.scope["zones"]["special-zone"]["places"] == ["Suzhou"]


@pytest.mark.usefixtures("in_this_process")
def test_variants_by_command(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    asked = ["--variant", "zone:levers.network.slots=1.5", "--variant", "zone:network.slots=2"]
    assert cli.run(["compare", *asked, *ISLAND, "--runs", "1", "--out", "a", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["policies"] == ["uniform", "zone[network.slots=1.5]", "zone[network.slots=2]"]
    words = shlex.split(json.loads(Path("a/manifest.json").read_text())["again"])
    assert cli.run([*words[1:], "--out", "b"]) == 0
    assert Path("a/summary.csv").read_bytes() == Path("b/summary.csv").read_bytes()
    short = ["--variant", "some=zone:network.slots=1.5", "--variant", "many=zone:network.slots=2"]
    capsys.readouterr()
    assert cli.run(["compare", *short, *ISLAND, "--runs", "1", "--out", "a", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["policies"] == ["uniform", "some", "many"]
    assert len(list(Path("a/runs").iterdir())) == 3  # no run depends on a name
    words = shlex.split(json.loads(Path("a/manifest.json").read_text())["again"])
    assert words[2:4] == short[1::2]
    assert cli.run(["compare", "--variant", "zone", *ISLAND]) == 2
    assert "--variant zone: expected NAME:path=value" in capsys.readouterr().err


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize("name", ["summary.csv", "report.html", "manifest.json"])
@pytest.mark.parametrize("words", [["compare"], ["run", "zone"]], ids=["compare", "run"])
def test_what_somebody_else_has_written_is_not_replaced(name, words, tmp_path, capsys):
    theirs = tmp_path / name
    theirs.write_text('{"a": 1}')
    assert cli.run([*words, *ISLAND, "--out", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert f"its {name} is not rarecare's, and would be replaced" in told
    assert list(tmp_path.iterdir()) == [theirs]
    assert theirs.read_text() == '{"a": 1}'


def test_only_figures_of_an_earlier_comparison_are_removed(tmp_path):
    write_figure(tmp_path / "old.svg", "<svg></svg>")
    write_figure(tmp_path / "new.svg", "<svg></svg>")
    (tmp_path / "mine.svg").write_text("<svg></svg>")
    (tmp_path / "mine.png").write_bytes(b"\x89PNG")
    remove_figures(tmp_path, but={"new"})
    assert {p.name for p in tmp_path.iterdir()} == {"new.svg", "mine.svg", "mine.png"}
    remove_figures(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {"mine.svg", "mine.png"}
    remove_figures(tmp_path / "none")


@pytest.mark.usefixtures("in_this_process")
def test_a_run_and_a_comparison_do_not_share_a_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.run(["compare", *ISLAND, "--runs", "1", "--out", "both"]) == 0
    before = {path: path.stat().st_mtime_ns for path in Path("both").rglob("*")}
    assert cli.run(["run", "zone", *ISLAND, "--out", "both"]) == 2
    told = capsys.readouterr().err
    assert "folder both: holds a comparison (rarecare compare zone --baseline uniform" in told
    assert {path: path.stat().st_mtime_ns for path in Path("both").rglob("*")} == before
    assert cli.run(["run", "zone", *ISLAND, "--out", "one"]) == 0
    assert cli.run(["compare", *ISLAND, "--runs", "1", "--out", "one"]) == 2
    assert "holds a run" in capsys.readouterr().err
    assert cli.run(["run", "zone", *ISLAND, "--out", "one"]) == 0
    assert capsys.readouterr().err == ""
    assert cli.run(["run", "uniform", *ISLAND, "--out", "one"]) == 0
    assert "holds another run, which is replaced: rarecare run zone" in capsys.readouterr().err


@pytest.mark.usefixtures("in_this_process")
def test_an_old_report_does_not_stay_beside_new_results(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    compared = ["compare", *ISLAND, "--out", "c", "--runs"]
    assert cli.run([*compared, "1"]) == 0
    report, figures = Path("c/report.html"), Path("c/figures")
    report.write_text("of one run")
    figures.mkdir()
    write_figure(figures / "old.svg", "<svg></svg>")
    (figures / "mine.svg").write_text("<svg></svg>")
    assert cli.run([*compared, "2"]) == 0
    assert not report.exists()
    assert [path.name for path in figures.iterdir()] == ["mine.svg"]


@pytest.mark.usefixtures("in_this_process")
def test_the_screen_speaks_chinese_and_is_quiet_in_a_pipe(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.run(["compare", *ISLAND, "--runs", "2", "--language", "zh"]) == 0
    told = capsys.readouterr()
    assert "结论" in told.out
    assert told.err == ""
    assert cli.run(["run", "zone", *ISLAND, "--language", "zh"]) == 0
    told = capsys.readouterr()
    assert "曾获治疗" in told.out
    assert told.err == ""
    assert cli.run(["compare", *ISLAND, "--language", "fr"]) == 2
    assert "unknown language 'fr'; known: en, zh" in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_says_what_is_left_in_one_line(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    with progress_of("runs (3 policies x 8 seeds)") as move:
        move(0, 24, "")
        move(3, 24, "")
    assert "3 of 24 runs (3 policies x 8 seeds), about 10 s left" in screen.getvalue()
    quiet = io.StringIO()
    monkeypatch.setattr("sys.stderr", quiet)
    with progress_of("runs") as move:
        move(1, 2, "")
    assert quiet.getvalue() == ""


def test_time_left_is_told_from_what_this_batch_has_done():
    now = [0.0]
    left = TimeLeft(lambda: now[0])
    assert left.told(12, 24) == "running"  # twelve were there already
    now[0] = 30.0
    assert left.told(15, 24) == "about 90 s left" or left.told(15, 24) == "about 2 min left"
    now[0] = 60.0
    assert left.told(15, 24) == "about 60 s left"
    now[0] = 6000.0
    assert left.told(16, 24) == "about 3.3 h left"
