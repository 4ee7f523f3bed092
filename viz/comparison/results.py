"""Results folders: which there are, and what one holds."""

import json
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from abm.errors import UserError, unknown
from experiments.reporting.summary import COLUMNS, NUMBERS

RUNS = Path("runs")
"""Where results are kept, in the folder in which the server or the command was started."""
LARGEST = 50_000_000
"""Bytes of a file beyond which it is no summary and no manifest of ours."""
TOLD = ["too_few", "claim", "note", "people", "zone", "set"]
"""Columns of the summary that hold words, or nothing."""
TEXTS = ("again", "finished", "baseline")


class Assumption(NamedTuple):
    """A dated change of a policy, with where it is from.

    Attributes:
        policy: Name of the policy.
        when: "2019-01", or "always".
        source: The citation, or what is assumed.
        assumed: Whether it is an assumption, wholly or in part.
    """

    policy: str
    when: str
    source: str
    assumed: bool


@dataclass(frozen=True, eq=False)
class Results:
    """What a results folder holds.

    Attributes:
        name: Name of the folder.
        summary: The table of `summary.csv`.
        manifest: The content of `manifest.json`.
    """

    name: str
    summary: pd.DataFrame = field(repr=False)
    manifest: dict[str, Any] = field(repr=False)

    @property
    def baseline(self) -> str:
        """Name of the policy that the others are compared with."""
        return self.manifest["baseline"]

    @property
    def policies(self) -> list[str]:
        """Names of the policies, the baseline first."""
        return [one["name"] for one in self.manifest["policies"]]

    @property
    def others(self) -> list[str]:
        """Names of the policies that are compared with the baseline."""
        return [name for name in self.policies if name != self.baseline]

    @property
    def titles(self) -> dict[str, str]:
        """Titles of the policies by name."""
        return {one["name"]: one["title"] for one in self.manifest["policies"]}

    def told(self, language: str) -> dict[str, Any]:
        """Return what it says in a language; empty if it was made by a version that did not."""
        return self.manifest.get("in_words", {}).get(language, {})

    def title(self, policy: str, language: str) -> str:
        """Return what a policy is called in a language."""
        own = self.told(language).get("titles", {}).get(policy)
        return own or self.titles.get(policy, policy)

    @property
    def runs(self) -> int:
        """Number of paired runs."""
        return len(self.manifest["seeds"])

    @property
    def scope(self) -> dict[str, Any]:
        """Whose people, which zones, what was set (`Design.scope`); empty if it does not say."""
        return self.manifest.get("scope", {})

    @property
    def findings(self) -> dict[str, list[str]]:
        """Sentences by heading."""
        return self.manifest.get("findings", {})

    @property
    def study(self) -> dict[str, str]:
        """Question, answer and figure of a study; empty if it is none."""
        return self.manifest.get("study", {})

    @property
    def caveat(self) -> str:
        """On what the findings rest."""
        return self.manifest.get("caveat", "")

    def assumptions(self) -> list[Assumption]:
        """Return the changes of the policies by date, each once, with their sources."""
        found: dict[tuple[str, str], Assumption] = {}
        for one in self.manifest["policies"]:
            instead: dict[str, list[str]] = {}
            for other in one.get("set_otherwise", []):
                lever = f"{other['lever']} = {other['to']}"
                instead.setdefault(other["source"], []).append(lever)
            for change in tomllib.loads(one["toml"]).get("changes", []):
                when, source = change["from"], " ".join(change["source"].split())
                if levers := instead.get(change["source"]):
                    source += f" (set otherwise in this comparison: {'; '.join(levers)})"
                assumed = bool(re.search(r"assumption|\[GUESS", source))
                found.setdefault((when, source), Assumption(one["name"], when, source, assumed))
        return list(found.values())


def results_folders(root: Path = RUNS) -> list[str]:
    """Return the names of the folders of results, the newest first."""
    try:
        found = [(file.stat().st_mtime, file.parent.name) for file in root.glob("*/manifest.json")]
    except OSError:
        return []
    return [name for _, name in sorted(found, reverse=True)]


def open_results(name: str, root: Path = RUNS) -> Results:
    """Return what the folder of a name holds.

    Raises:
        UserError: If there is no such folder in `root`, or it holds no results.
    """
    known = results_folders(root)
    if name not in known:
        raise unknown("results folder", name, known)
    return read_results(root / name, within=root)


def read_results(folder: Path, within: Path | None = None) -> Results:
    """Return what a folder holds.

    Args:
        folder: A folder that `rarecare compare` or `rarecare run` has written.
        within: A folder outside of which nothing is read, whatever links point there.

    Raises:
        UserError: If it does not hold results, with what is wrong.
    """
    for name in ("manifest.json", "summary.csv"):
        file = folder / name
        if not file.is_file():
            raise UserError(f"{folder.name}: no {name}; expected a folder of results")
        if within is not None and within.resolve() not in file.resolve().parents:
            raise UserError(f"{folder.name}: {name} lies outside {within}")
        if file.stat().st_size > LARGEST:
            raise UserError(f"{folder.name}: {name} is too large")
    return Results(folder.name, _summary(folder), _manifest(folder))


def read_about(folder: Path) -> Results:
    """Return what the manifest of a folder without a summary tells, which was written just now.

    Args:
        folder: A folder of a search or of an analysis of sensitivity.
    """
    about = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return Results(folder.name, pd.DataFrame(), about)


def _summary(folder: Path) -> pd.DataFrame:
    try:
        kinds = {"group": str, "measure": str, "by": str, "policy": str, "baseline": str}
        table = pd.read_csv(
            folder / "summary.csv", dtype=kinds, keep_default_na=False, na_values=[""]
        )
        table = table[list(COLUMNS)].astype(dict.fromkeys(NUMBERS, float))
        table[TOLD] = table[TOLD].fillna("")
    except (OSError, ValueError, KeyError) as error:
        reason = " ".join(str(error).split())[:120]
        raise UserError(f"{folder.name}: summary.csv cannot be read ({reason})") from None
    return table


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        names = [one["name"] for one in found["policies"]]
        texts = [one[key] for one in found["policies"] for key in ("title", "toml")]
        texts += [found[key] for key in TEXTS]
        said = found.get("in_words", {})
        whole = (
            found["baseline"] in names
            and isinstance(said, dict)
            and all(isinstance(one, dict) for one in said.values())
            and all(isinstance(text, str) for text in [*names, *texts])
            and isinstance(found["seeds"], list)
            and isinstance(found["parameters"]["scale"], int | float)
            and isinstance(found["parameters"]["years"], int)
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:120]
        raise UserError(f"{folder.name}: manifest.json cannot be read ({reason})") from None
    if not whole:
        raise UserError(f"{folder.name}: manifest.json is not one of a results folder")
    return found
