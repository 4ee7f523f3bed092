"""Make the reference documents from the declarations and tables that they describe.

``python tools/make_docs.py`` writes docs/parameters.md, docs/state.md, docs/levers.md,
docs/rules.md, docs/world.md, docs/measures.md and docs/checklists.md; ``--check`` compares instead
and exits with 1 if any differs.
``--measure`` also runs the commands named in docs/calibration.md, docs/decision.md,
docs/intervals.md, docs/sensitivity.md and docs/validation.md and renews what they printed there
(many minutes).
"""

import argparse
import ast
import importlib
import pkgutil
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

import agents
from abm.policy import load_policy, policy_names
from abm.policy.guesses import guesses
from abm.policy.paths import lever_index
from abm.policy.ranges import is_numbers
from abm.world import load_world
from abm.world.about import About
from abm.world.columns import Column
from abm.world.parameters import TAKES
from abm.world.schema import COLUMNS, MAY_BE_EMPTY, SETS, VIEW
from agents.core.parameters import Parameters
from agents.core.record import NEVER, Record
from experiments.calibration.learning import LEARNED
from experiments.calibration.priors import priors_of
from experiments.calibration.record import POSTERIOR_FILE
from experiments.compare import YEARS
from experiments.measures import Place, Unit, measures
from experiments.measures.definitions import definitions
from experiments.measures.network import WAYS
from experiments.reporting.checklists import answer_to, heading, items
from experiments.reporting.texts import Words

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
NOTE = "<!-- Made by `python tools/make_docs.py`; do not edit. -->"
TYPES = {
    "f8": "real", "i8": "whole (large)", "i4": "whole", "i2": "whole (small)", "u1": "code 0-255",
}  # fmt: skip
PRINTED = re.compile(r"(<!-- printed by: (.+?) -->\n```\n)(?:(?!```).*\n)*(```\n)")


def documents() -> dict[str, str]:
    """Return the text of every generated document, by file name."""
    return {
        "parameters.md": _parameters(),
        "state.md": _state(),
        "levers.md": _levers(),
        "rules.md": _rules(),
        "world.md": _world(),
        "measures.md": _measures(),
        "checklists.md": _checklists(),
    }


def stale(folder: Path = DOCS) -> list[str]:
    """Return the names of the documents in a folder that are missing or differ."""
    found = []
    for name, text in documents().items():
        path = folder / name
        if not path.exists() or path.read_bytes() != text.encode():
            found.append(name)
    return found


def records() -> list[type[Record]]:
    """Return every record class of the agents but the parameters', by module."""
    found = []
    for info in pkgutil.walk_packages(agents.__path__, "agents."):
        module = importlib.import_module(info.name)
        for cls in vars(module).values():
            declared = isinstance(cls, type) and cls.__module__ == module.__name__
            if declared and issubclass(cls, Record) and cls not in (Record, Parameters):
                found.append(cls)
    return found


def _checklists() -> str:
    words = Words()
    lines = [
        NOTE, "# Reporting checklists", "",
        "`rarecare compare` writes `checklists.md` (and `checklists.zh.md`) into its folder: every "
        "item of two checklists with what the comparison says to it, and where. Items are in our "
        "own words. What stands under OPEN no program can know (who took part, who paid, whose "
        "interests): fill it before you publish. What is in braces below is filled with the "
        "comparison's own.", "", words("checklists.sources"),
    ]  # fmt: skip
    found = items(words)
    for name in dict.fromkeys(one.list for one in found):
        there = [one for one in found if one.list == name]
        lines += [
            "", f"## {heading(there, words)}", "",
            *_table(("", "item", "asks for", "what the command says"),
                    ((one.number, one.topic, one.asks, answer_to(one, words)) for one in there)),
        ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _parameters() -> str:
    world = load_world("china")
    rows = world.parameter_table
    fitted = _posterior(world.folder / POSTERIOR_FILE)
    priors = {prior.name: prior.words for prior in priors_of(world)} if fitted else {}
    more = ("prior", "posterior") if fitted else ()
    lines = [
        NOTE, "# Parameters", "",
        "Every parameter of the shipped world `china`, from "
        "`abm/data/worlds/china/parameters.csv`, in that order. The other tables of a world are "
        "described in [world.md](world.md); what a policy can set, in [levers.md](levers.md). "
        "Names, units, meanings and what a parameter can be at all are declared in "
        "`agents.core.parameters`.",
        "", *_tags(), *_of_the_fit(bool(fitted)), "",
        *_table(
            ("name", "value", "range", *more, "takes", "unit", "tag", "meaning", "source"),
            (
                (f"`{r.name}`", f"{r.value:g}", f"{r.low:g} to {r.high:g}",
                 *((priors.get(r.name, "fixed"), fitted.get(r.name, "not fitted")) * bool(fitted)),
                 TAKES[r.name].expected, r.unit, r.tag, r.meaning, r.source)
                for r in rows.itertuples(index=False)
            ),
        ),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _posterior(path: Path) -> dict[str, str]:
    """Return what a fit has left of each parameter, in words; nothing if there was none."""
    if not path.exists():
        return {}
    return {
        r.parameter: f"{r.median:.3g} ({r.low:.3g} to {r.high:.3g})"
        + (", learned" if r.learned == "yes" else "")
        for r in pd.read_csv(path).itertuples(index=False)
    }


def _of_the_fit(fitted: bool) -> list[str]:
    """Return what the columns of the fit mean, where there are such."""
    if not fitted:
        return []
    return [
        "",
        "The **prior** is what range and tag say before any fit; the **posterior** its median and "
        "90 % interval after the fit of [calibration.md](calibration.md), where the parameter was "
        f"fitted; *learned* if it is less than {LEARNED:g} times as wide as the prior.",
    ]


def _tags() -> list[str]:
    counts = load_world("china").parameter_table["tag"].value_counts()
    told = ", ".join(f"{counts.get(tag, 0)} {tag}" for tag in ("SEEN", "KNOWN", "CALC", "GUESS"))
    return [
        "Tags: **SEEN** read in a published source; **KNOWN** well known, source not read again; "
        "**CALC** worked out from such figures; **GUESS** an assumption, with a range and a "
        f"reason. Of {counts.sum()} parameters: {told}."
    ]


def _state() -> str:
    lines = [
        NOTE, "# State", "",
        "What is stored about each kind of agent or thing: one row per agent, one field per line, "
        "declared in the class named. A month is counted from the scenario's first (negative "
        f"before); {NEVER} stands for what has not happened; -1 for no row.",
    ]  # fmt: skip
    for cls in records():
        lines += ["", f"## `{cls.__module__}.{cls.__name__}`", "", _first_line(cls), ""]
        lengths = {name: field.length for name, field in cls.fields.items()}
        lines += _table(
            ("field", "unit", "label", "type"),
            (
                (f"`{r.field}`", r.unit, r.label, _type(r.type, lengths[r.field]))
                for r in cls.describe().itertuples(index=False)
            ),
        )
    return "\n".join(lines) + "\n"


def _first_line(cls: type) -> str:
    return (cls.__doc__ or "").strip().split("\n")[0]


def _type(kind: str, length: int) -> str:
    if kind == "u4":
        return f"set of {32 * length}"
    return f"{length} x {TYPES[kind]}" if length else TYPES[kind]


def _levers() -> str:
    index = lever_index()
    lines = [
        NOTE, "# Levers", "",
        "Everything that a policy can set, from `abm.policy.paths.lever_index()`. A "
        "benefit layer's levers stand under `benefits.<layer>`, with the layer's name. The "
        "defaults describe a country without any rare-disease policy.",
        "",
        "",
        *_table(
            ("lever", "takes", "default", "meaning"),
            (
                (f"`{info.path}`", info.expected, _value(info.default), info.description)
                for info in index.values()
            ),
        ),
        "", "## Guesses of the shipped policies", "",
        "Levers whose values are guesses, with the range that the policy's own file gives them "
        "beside the change that sets them (`[changes.ranges]`, its reason in the change's source). "
        "`rarecare sensitivity` moves them within it. Policies that extend one of these have its "
        "guesses too, but for those that they set otherwise.", "",
        *_table(("policy", "lever", "value", "range"), _guesses()),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _guesses() -> list[tuple[str, ...]]:
    """Return a row for each guess that a shipped policy makes itself."""
    world = load_world("china")
    found = []
    for name in policy_names(world):
        for one in guesses(load_policy(name, world=world)):
            if one.policy == name:
                joined = " to " if is_numbers(one.range) else " or "
                ends = joined.join(_value(end) for end in one.range)
                found.append((f"`{name}`", f"`{one.path}`", _value(one.value), ends))
    return found


RULES = ("rule", "rule_noinline", "kernel")
"""What marks a function that is compiled."""
ORDER = ("patient", "hospital", "teaching", "programmes", "regulator", "manufacturer", "quoting",
         "treatment", "billing", "insurer", "charity", "household", "supportive_care", "disease",
         "rest_of_life", "discounting", "terms", "events")  # fmt: skip
"""The modules of the agents as patients meet them; others follow by name."""


def rules_of(path: Path) -> dict[str, str]:
    """Return the public rules of a module and what each does, in the first line of its text."""
    return {
        function.name: (ast.get_docstring(function) or "").split("\n\n")[0].replace("\n", " ")
        for function in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(function, ast.FunctionDef)
        and not function.name.startswith("_")
        and any(isinstance(one, ast.Name) and one.id in RULES for one in function.decorator_list)
    }


def _rules() -> str:
    phases = rules_of(ROOT / "abm" / "engine" / "phases.py")
    schedule = (ROOT / "abm" / "engine" / "schedule.py").read_text(encoding="utf-8")
    called = dict.fromkeys(re.findall(r"phases\.(\w+)\(", schedule))
    inside = {name: text for name, text in phases.items() if name not in called}
    month = {name: phases[name] for name in called if name in phases}
    lines = [
        NOTE, "# Rules", "",
        "Every rule of the model and, in the words that stand in its code, what it does, so that "
        "code and [model.md](model.md) can be checked against each other; the last column says "
        "whether that page names the rule.",
        "", "## The phases of a month, as `abm.engine.schedule` names them one after the other", "",
        *_rule_table("abm.engine.phases", month),
        "", "## What phases are made of", "", *_rule_table("abm.engine.phases", inside),
    ]  # fmt: skip
    others = sorted(path.stem for path in (ROOT / "agents").glob("*.py"))
    modules = [f"agents.{name}" for name in dict.fromkeys((*ORDER, *others))]
    for module in [*modules, "abm.engine.special_fund"]:
        path = ROOT / f"{module.replace('.', '/')}.py"
        if found := rules_of(path):
            about = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            about = about.split("\n\n")[0].replace("\n", " ")
            lines += ["", f"## `{module}`", "", about, "", *_rule_table(module, found)]
    return "\n".join(lines) + "\n"


def _rule_table(module: str, rules: dict[str, str]) -> list[str]:
    model = (DOCS / "model.md").read_text(encoding="utf-8")
    return _table(
        ("rule", "what it does", "in model.md"),
        (
            (f"`{name}`", text, "yes" if f"`{module}.{name}`" in model else "no")
            for name, text in rules.items()
        ),
    )


def _value(value: object) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case list() | tuple():
            return ", ".join(_value(item) for item in value) or "none"
        case dict():
            return ", ".join(f"{key} = {_value(item)}" for key, item in value.items())
    return str(value)


def _world() -> str:
    lines = [
        NOTE, "# A world's folder", "",
        "A country is a folder: `world.toml`, the CSV tables below (UTF-8, one header row), "
        "`policies/*.toml` and, for the browser view, `view/*.csv`. The tables are declared in "
        "`abm/world/schema.py` and checked on loading. `china` and the invented `island` ship with "
        "the model in `abm/data/worlds`; [another-country.md](another-country.md) builds `island` "
        "step by step.",
        "",
        f"Without rows may be: {', '.join(f'{name}.csv' for name in MAY_BE_EMPTY)}, and the "
        "parameters of a world that takes another's.",
        "", "## world.toml", "",
        *_table(
            ("entry", "takes"),
            (
                (f"`{name}`", field.description + ("" if field.is_required() else "; optional"))
                for name, field in About.model_fields.items()
            ),
        ),
    ]  # fmt: skip
    for name, columns in COLUMNS.items():
        lines += ["", f"## {name}.csv", "", *_columns(columns)]
    lines += [
        "", "## parameter_sets.csv", "",
        "May be missing. Sets of parameter values that fit the targets equally well, as `rarecare "
        "calibrate` writes them: besides the columns below one for each fitted parameter, by its "
        "name, with values that the parameter can have. The others keep the values of "
        "parameters.csv. A world that takes another's parameters does not take its sets: they fit "
        "what surveys found there.",
        "", *_columns(SETS),
    ]  # fmt: skip
    for name, columns in VIEW.items():
        lines += ["", f"## view/{name}.csv", "", "For the browser view only; may be missing.", ""]
        lines += _columns(columns)
    return "\n".join(lines) + "\n"


def _columns(columns: Iterable[Column]) -> list[str]:
    return _table(
        ("column", "takes", "unit", "meaning"),
        (
            (f"`{c.name}`", c.expected + (", or empty" if c.optional else ""), c.unit, c.meaning)
            for c in columns
        ),
    )


def _measures() -> str:
    lines = [
        NOTE, "# Measures", "",
        f"The rows of `summary.csv` for a scenario of {YEARS} years, from "
        "`experiments.measures.measures`. A shorter scenario shortens the limits in years.",
        "",
        *_table(
            ("measure", "label", "unit", "better", "told by"),
            (
                (f"`{m.name}`", m.label.en, m.unit.name, m.better, ", ".join(m.by))
                for m in measures(YEARS)
                if not m.table
            ),
        ),
        "", "## In tables of their own", "",
        "What is a curve, a matrix or a distribution stands in `tables/` of a results folder "
        "([results.md](results.md#tables)): by month from onset, by quantile, between provinces "
        "and tiers; within groups of people where two words name the kind.",
        "",
        *_table(
            ("measure", "label", "unit", "better", "table", "told by"),
            (
                (f"`{m.name}`", m.label.en, m.unit.name, m.better, f"`{m.table}.csv`",
                 ", ".join(m.by))
                for m in measures(YEARS)
                if m.table
            ),
        ),
        "", "## What they mean", "",
        "As the (i) beside each says in the browser view; from "
        "`experiments/measures/definitions.csv`. Two are no measure of a run: `undiagnosed` and "
        "`rationed` are declared in `viz.reading.stocks`. All are worked out by the model (tag "
        "CALC).",
        "",
        *_table(
            ("measure", "what it is", "who counts", "in Chinese", "who, in Chinese", "method"),
            (
                (f"`{name}`", one.text.en, one.who.en, one.text.zh, one.who.zh, one.source)
                for name, one in definitions().items()
            ),
        ),
        "",
        "The ways of `moves` and `moves_share`: "
        + "; ".join(f"`{way}`, {text.en} ({text.zh})" for way, text in WAYS.items()) + ".",
        "", "## Names, units and places", "",
        "What people read: the short name, both names in Chinese, the unit of values and of "
        "differences where it is another, the digits behind the point on cards and maps, and where "
        "the measure is listed besides `summary.csv`.",
        "",
        *(f"- `{place.name}`: {place.value}" for place in Place),
        "",
        *_table(
            ("measure", "short name", "Chinese", "short", "read as", "in Chinese", "digits",
             "listed in"),
            (
                (f"`{m.name}`", m.short.en, m.label.zh, m.short.zh, _units(m.unit, 0),
                 _units(m.unit, 1), str(m.unit.digits),
                 ", ".join(f"`{place.name}`" for place in Place if m.is_at(place)))
                for m in measures(YEARS)
            ),
        ),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _units(unit: Unit, language: int) -> str:
    """Return the unit of values and that of differences in a language, 0 English, 1 Chinese."""
    texts = (unit.text, (unit.small or unit).difference or (unit.small or unit).text)
    return "; ".join(dict.fromkeys(text[language] for text in texts))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return the lines of a Markdown table."""
    body = [[_cell(text) for text in row] for row in rows]
    return [_row(head), _row(["---"] * len(head)), *map(_row, body)]


def _cell(text: str) -> str:
    text = str(text).replace("|", "\\|")
    return re.sub(r"<(?=[a-z])(?![^`]*`)", "&lt;", text)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def renew_printed(path: Path) -> None:
    """Run the commands named in a document and put what they print in its place."""

    def renewed(match: re.Match) -> str:
        command = [sys.executable, *shlex.split(match[2])[1:]]
        print(match[2], flush=True)
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return match[1] + done.stdout.rstrip("\n") + "\n" + match[3]

    path.write_text(PRINTED.sub(renewed, path.read_text(encoding="utf-8")), encoding="utf-8")


def main() -> int:
    """Write the documents, or compare them with what is there."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--measure", action="store_true", help="renew printed results too")
    options = parser.parse_args()
    if options.check:
        names = stale()
        if names:
            print(f"differ from their sources: {', '.join(names)}; run python tools/make_docs.py")
        return 1 if names else 0
    for name, text in documents().items():
        (DOCS / name).write_bytes(text.encode())
    if options.measure:
        for page in ("calibration", "decision", "intervals", "sensitivity", "validation"):
            renew_printed(DOCS / f"{page}.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
