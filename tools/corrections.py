"""What each correction of the model moved: the default comparison before and after it.

``python tools/corrections.py`` looks in the history for commits whose message ends with a line
``Correction: what was put right``, runs ``rarecare compare`` at each and at the commit before it,
in temporary working trees with caches of their own, and writes docs/corrections.md: a table for
each, with the command that made its numbers. Results are kept by commit under ``--cache``; stopped
and started again, it goes on where it was. ``--known`` writes what is there and runs nothing.
"""

import argparse
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from abm.errors import UserError
from experiments.measures import Listed, Place, listed
from experiments.reporting.formatting import format_difference, format_value, notation

ROOT = Path(__file__).resolve().parent.parent
TRAILER = "Correction"
HEAD = "HEAD"
CODE = ("agents", "abm", "experiments")
"""Where the sources are on which results depend."""
FIELD, RECORD = "\x1f", "\x1e"
KINDS = {"measure": str, "by": str, "group": str, "policy": str, "baseline": str}
NOTE = "<!-- Made by `{command}`; do not edit. -->"


class Correction(NamedTuple):
    """A commit that puts something right.

    Attributes:
        commit: Its hash.
        parent: That of the commit before it.
        text: What was put right, in one line.
        subject: First line of its message.
    """

    commit: str
    parent: str
    text: str
    subject: str


class Setting(NamedTuple):
    """With what the default comparison is run."""

    scale: float
    runs: int
    years: int

    @property
    def words(self) -> list[str]:
        """The command without its folder."""
        return ["compare", "--scale", f"{self.scale:g}", "--runs", str(self.runs),
                "--years", str(self.years)]  # fmt: skip


Headline = dict[str, Any]
"""What is kept of a comparison: `baseline` and `policies`, names; `values`, by measure and policy a
mean and, but for the baseline, a difference from it."""


class CommitError(Exception):
    """A comparison at some commit has failed."""


def git(folder: Path, *words: str) -> str:
    """Return what git prints.

    Raises:
        UserError: If there is no git, or it refuses.
    """
    try:
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True)
    except FileNotFoundError:
        raise UserError("git is not installed; this looks into the history of a clone") from None
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise UserError(f"git {words[0]}: {reason}")
    return done.stdout


def check_clone(folder: Path) -> None:
    """Refuse a folder without a whole history.

    Raises:
        UserError: If it is no git clone, or a shallow one.
    """
    try:
        shallow = git(folder, "rev-parse", "--is-shallow-repository").strip()
    except UserError as error:
        if "not a git repository" not in str(error):
            raise
        raise UserError(
            f"{folder} is not a git clone; clone the project with git instead of copying its files"
        ) from None
    if shallow == "true":
        raise UserError(f"{folder} has a shallow history; run: git fetch --unshallow")


def corrections(folder: Path, revisions: str = HEAD) -> list[Correction]:
    """Return the corrections in a history, the oldest first.

    Args:
        folder: A git clone.
        revisions: As git names them: "HEAD", "v1..HEAD".

    Raises:
        UserError: If the folder or the revisions cannot be read, or hold no correction.
    """
    check_clone(folder)
    trailer = f"%(trailers:key={TRAILER},valueonly,unfold,separator=%x2C%x20)"
    form = FIELD.join(["%H", "%P", "%s", trailer]) + RECORD
    log = git(folder, "log", "--reverse", "--topo-order", f"--format={form}", revisions, "--")
    found = []
    for record in filter(None, (part.strip("\n") for part in log.split(RECORD))):
        commit, parents, subject, what = record.split(FIELD)
        if what.strip() and parents:
            text = what.strip()
            text = text[0].upper() + text[1:]
            found.append(Correction(commit, parents.split()[0], text, subject))
    if not found:
        raise UserError(f"{revisions}: no commit has a last line '{TRAILER}: what was put right'")
    return found


def code_of(folder: Path, commit: str) -> list[str]:
    """Return the hashes of the sources at a commit; where they are the same, so are results."""
    listing = git(folder, "ls-tree", commit, *CODE).splitlines()
    return sorted(line.split()[2] for line in listing)


class Kept:
    """Results by commit, as files.

    Args:
        folder: Where they are kept; made if it is not there.
        repository: The git clone.
        setting: With what the comparison is run.
    """

    def __init__(self, folder: Path, repository: Path, setting: Setting):
        self._folder, self._repository, self._setting = folder, repository, setting
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"{folder}: cannot be made ({error.strerror})") from None

    def get(self, commit: str) -> Headline | None:
        """Return the headline at a commit, or at another of the same sources, if it is there."""
        code = code_of(self._repository, commit)
        others = sorted(self._folder.glob("*.json"))
        for path in (self._path(commit), *others):
            found = _read(path)
            if found and found["setting"] == list(self._setting) and found["code"] == code:
                return found["headline"]
        return None

    def put(self, commit: str, headline: Headline) -> None:
        """Keep the headline at a commit; a file is whole or not there."""
        about = {"commit": commit, "code": code_of(self._repository, commit),
                 "setting": list(self._setting), "headline": headline}  # fmt: skip
        path = self._path(commit)
        half = path.with_suffix(".tmp")
        half.write_text(json.dumps(about, indent=1), encoding="utf-8")
        os.replace(half, path)

    def _path(self, commit: str) -> Path:
        scale, runs, years = self._setting
        return self._folder / f"{commit}-{scale:g}-{runs}-{years}.json"


def _read(path: Path) -> dict[str, Any] | None:
    """Return what a file holds, or None if it is not there or broken."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return found if {"setting", "code", "headline"} <= found.keys() else None
    except (OSError, ValueError, AttributeError):
        return None


@contextmanager
def checked_out(repository: Path, commit: str) -> Iterator[tuple[Path, Path]]:
    """Give a temporary working tree of a commit and an empty folder beside it; remove both."""
    outer = Path(tempfile.mkdtemp(prefix="rarecare-correction-"))
    tree, beside = outer / "tree", outer / "beside"
    beside.mkdir()
    try:
        git(repository, "worktree", "add", "--detach", str(tree), commit)
        yield tree, beside
    finally:
        with suppress(UserError):  # it may not have come to be
            git(repository, "worktree", "remove", "--force", str(tree))
        shutil.rmtree(outer, ignore_errors=True)


def compare_at(repository: Path, commit: str, setting: Setting) -> Headline:
    """Run the default comparison at a commit.

    Raises:
        CommitError: If it fails there, with the last line that it printed.
        UserError: If the commit cannot be checked out.
    """
    with checked_out(repository, commit) as (tree, beside):
        out = beside / "results"
        words = [sys.executable, "-m", "experiments", *setting.words, "--out", str(out)]
        own = {"PYTHONPATH": str(tree), "RARECARE_CACHE": str(beside / "cache")}
        done = subprocess.run(
            words, cwd=tree, env={**os.environ, **own}, capture_output=True, text=True
        )
        if done.returncode:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["nothing said"]
            raise CommitError(f"{commit[:10]}: {said[-1]}")
        return headline(pd.read_csv(out / "summary.csv", dtype=KINDS, keep_default_na=False,
                                    na_values=[""]))  # fmt: skip


def headline(summary: pd.DataFrame) -> Headline:
    """Return what is kept of a summary: everyone's means, and differences from the baseline."""
    rows = summary[summary["by"] == "all"]
    values: dict[str, dict[str, list[float | None]]] = {}
    for row in rows.itertuples():
        numbers = [None if pd.isna(x) else float(x) for x in (row.mean, row.difference)]
        values.setdefault(row.measure, {})[row.policy] = numbers
    return {
        "baseline": str(rows["baseline"].iloc[0]),
        "policies": list(rows["policy"].drop_duplicates()),
        "values": values,
    }


def table(before: Headline | None, after: Headline | None, years: int) -> list[str]:
    """Return the lines of the table of a correction; what has changed is bold.

    Where nothing has changed, or nothing is known, a line says so instead.

    Args:
        before: The headline before it, None if it is not known.
        after: After it.
        years: Length of the scenario.
    """
    both = [one for one in (before, after) if one is not None]
    if not both:
        return ["Not run yet."]
    if before == after:
        return ["It moves nothing of what is compared here."]
    policies = list(dict.fromkeys(name for one in both for name in one["policies"]))
    baseline = both[-1]["baseline"]
    others = [name for name in policies if name != baseline]
    head = ["", f"{baseline}: before", "after"]
    for name in others:
        head += [f"{name}, difference: before", "after"]
    lines = [_row(head), _row(["---", *["---:"] * (len(head) - 1)])]
    if len(both) == 1:
        lines = ["A column of dashes: the comparison does not run at that commit.", "", *lines]
    for measure in listed(Place.OVERVIEW, years):
        cells = [_label(measure, both, baseline)]
        for name in (baseline, *others):
            old, new = (_shown(one, measure, name, both) for one in (before, after))
            cells += [old, f"**{new}**" if new != old and "–" not in (old, new) else new]
        if set(cells[1:]) != {"–"}:
            lines.append(_row(cells))
    return lines


def _label(measure: Listed, found: Sequence[Headline], baseline: str) -> str:
    unit = notation(measure.unit, _size(measure, found, baseline)).value
    return ", ".join(filter(None, (measure.label.en, unit)))


def _size(measure: Listed, found: Sequence[Headline], baseline: str) -> float:
    """Return the size of a measure under the baseline, by which its unit is chosen."""
    known = [one["values"].get(measure.name, {}).get(baseline) for one in found]
    return max((abs(numbers[0]) for numbers in known if numbers and numbers[0]), default=0.0)


def _shown(one: Headline | None, measure: Listed, policy: str, found: Sequence[Headline]) -> str:
    """Return a mean of the baseline, or a difference from it; a dash where it is not known."""
    numbers = one and one["values"].get(measure.name, {}).get(policy)
    if not one or not numbers:
        return "–"
    size = _size(measure, found, one["baseline"])
    how = notation(measure.unit, size)
    mean, difference = numbers
    if policy == one["baseline"]:
        return "–" if mean is None else format_value(mean, how)
    if difference is None:
        return "–"
    nothing = float("nan")
    return format_difference(difference, nothing, nothing, how, abs(difference))


def page(
    found: Sequence[Correction], kept: dict[str, Headline], setting: Setting, command: str
) -> str:
    """Return the document.

    Args:
        found: The corrections, the oldest first.
        kept: The headlines known, by commit.
        setting: With what they were made.
        command: The command that makes the document.
    """
    compared = shlex.join(["rarecare", *setting.words])
    lines = [
        NOTE.format(command=command),
        "# Corrections",
        "",
        f"Each correction of the model with the default comparison before and after it: means over "
        f"{setting.runs} paired runs of `{compared}`, first at the commit before the correction, "
        "then at its own. The baseline's values are its means; of the other policies the table "
        "tells differences from it. What has changed is bold; few runs of a small world move a "
        "little by themselves wherever a correction changes what anyone does. Commits between "
        "corrections may move results too.",
    ]
    if len(found) > 1:
        lines += ["", "## From before the first to after the last", ""]
        lines += table(kept.get(found[0].parent), kept.get(found[-1].commit), setting.years)
    for nth, one in enumerate(found, 1):
        lines += [
            "", f"## {nth}. {one.text}", "",
            f"`{compared}` at {one.parent[:10]} (before) and {one.commit[:10]} "
            f"({one.subject}).", "",
            *table(kept.get(one.parent), kept.get(one.commit), setting.years),
        ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def run_missing(
    found: Sequence[Correction], kept: Kept, repository: Path, setting: Setting
) -> list[str]:
    """Run what is not kept yet; return what failed."""
    commits = list(dict.fromkeys(c for one in found for c in (one.parent, one.commit)))
    failed = []
    for nth, commit in enumerate(commits, 1):
        if kept.get(commit) is not None:
            continue
        print(f"{nth} of {len(commits)}: {commit[:10]}", flush=True)
        try:
            kept.put(commit, compare_at(repository, commit, setting))
        except CommitError as error:
            failed.append(str(error))
    return failed


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the document; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("revisions", nargs="?", default=HEAD, help="such as v1..HEAD")
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--years", type=int, default=15)
    parser.add_argument("--cache", type=Path, default=ROOT / "runs" / "corrections")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "corrections.md")
    parser.add_argument("--repository", type=Path, default=ROOT, help="a git clone")
    parser.add_argument("--known", action="store_true", help="run nothing")
    given = list(sys.argv[1:] if arguments is None else arguments)
    asked = parser.parse_args(given)
    setting = Setting(asked.scale, asked.runs, asked.years)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that working trees are removed
    try:
        found = corrections(asked.repository, asked.revisions)
        kept = Kept(asked.cache, asked.repository, setting)
        failed = [] if asked.known else run_missing(found, kept, asked.repository, setting)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; the same command goes on from here", file=sys.stderr)
        return 130
    known = {c: kept.get(c) for one in found for c in (one.parent, one.commit)}
    part = [] if asked.revisions == HEAD else [asked.revisions]
    command = shlex.join(["python", "tools/corrections.py", *part, *setting.words[1:]])
    text = page(found, {c: one for c, one in known.items() if one is not None}, setting, command)
    asked.out.write_text(text, encoding="utf-8")
    for line in failed:
        print(f"failed: {line}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
