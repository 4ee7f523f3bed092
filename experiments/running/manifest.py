"""What makes a result one that somebody else can make again."""

import json
import platform
import shlex
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from abm.errors import UserError
from abm.policy.files import setting_text
from abm.text_files import path_of
from experiments.design import Design
from experiments.running.files import TABLES, make_folder
from experiments.running.run_cache import code_fingerprint, version
from experiments.running.runner import RunStatus

FILE = "manifest.json"
RUN_FILES = "runs"
"""Where in a results folder the runs are."""
COMPARISON, RUN, SEARCH, SENSITIVITY, SWEEP = (
    "comparison", "run", "search", "sensitivity", "sweep"
)  # fmt: skip
"""What a folder of results holds."""
REPORT, FIGURES = "report.html", "figures"
"""What `rarecare compare` draws into it."""
REPORTS = {"en": REPORT, "zh": "report.zh.html"}
CHECKLISTS = {"en": "checklists.md", "zh": "checklists.zh.md"}
"""Its report and its reporting checklists by language."""
LIVED = "sets_lived.csv"
"""The parameter sets that a comparison's runs live with, where they live with several."""
WRITTEN = (FILE, "summary.csv", *REPORTS.values(), *CHECKLISTS.values(), LIVED,
           f"{TABLES}/curves.csv")  # fmt: skip
"""Files that results bring with them, by names that others may have used."""
LIBRARIES = ("mesa", "numpy", "numba", "pandas", "pyarrow", "scipy")


def manifest(
    design: Design,
    *,
    command: str | None,
    again: str,
    runs: Mapping[tuple[str, int], str],
    failed: Sequence[RunStatus] = (),
    seconds: float,
) -> dict[str, Any]:
    """Return the manifest of a results folder, as plain data.

    Args:
        design: What is compared, on what, with which seeds.
        command: What was typed, if it was.
        again: The command that gives the same results, with every option.
        runs: File of each run, by policy and seed.
        failed: The runs that failed.
        seconds: How long it took.
    """
    setting = design.setting
    world = setting.world
    return {
        "command": command,
        "again": again,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "duration_seconds": round(seconds, 2),
        "baseline": next(iter(design.policies)),
        "policies": [
            {"name": name, "title": policy.title, "given_as": design.references[name],
             "set_otherwise": [
                 {"source": change.source, "lever": path, "to": setting_text(value)}
                 for change, path, value in policy.overridden()
             ],
             "levers": policy.canonical(), "toml": policy.to_toml(whole=True)}
            for name, policy in design.policies.items()
        ],
        "scope": design.scope,
        "world": {"name": world.name, "checksum": setting.world_is,
                  "source": world.source, "sets_from": world.sets_from,
                  "first_year": world.first_year, "currency": world.about.currency,
                  "price_year": world.about.price_year, "provinces": list(world.inhabited)},
        "parameters": {
            "scale": setting.scale, "years": setting.years, "runs": len(design.seeds),
            "pooled": setting.pooled, "zone": setting.zone and list(setting.zone),
            "ranked_by": setting.ranked_by,
            "settings": {path: str(value) for path, value in design.settings.items()},
            "parameter_set": world.set_number, "world": dict(world.parameters),
            "parameter_sets": dict(zip(map(str, design.seeds), design.sets, strict=False)),
            "parameter_sets_are": design.sets_are,
        },
        "seeds": list(design.seeds), "repeats": list(design.repeats),
        "versions": {
            "rarecare": version(), "python": platform.python_version(),
            **{name: metadata.version(name) for name in LIBRARIES},
            "code": code_fingerprint(),
        },
        "git_revision": git_revision(),
        "platform": platform.platform(),
        "runs": [{"policy": policy, "seed": seed, "file": file}
                 for (policy, seed), file in runs.items()],
        "failed": [status._asdict() for status in failed],
    }  # fmt: skip


def check_folder(folder: Path, wanted: str, besides: Sequence[str] = ()) -> None:
    """Refuse to mix two kinds of results, or to replace what somebody else has written.

    Args:
        folder: Where results are to go; it need not exist.
        wanted: `COMPARISON`, `RUN`, `SEARCH`, `SENSITIVITY` or `SWEEP`.
        besides: Names of further files that are to be written.

    Raises:
        UserError: If the folder holds another kind, whose manifest would stand beside this one's
            files, or files of the same name that are no results.
    """
    held = _held(folder)
    ours = held is not None or (folder / RUN_FILES).is_dir()  # begun, and not finished
    others = [name for name in (*WRITTEN, *besides) if (folder / name).exists()]
    if others and not ours:
        raise UserError(
            f"folder {folder}: its {others[0]} is not rarecare's, and would be replaced; choose "
            "another folder, or move that file"
        )
    if held and _kind(held) != wanted:
        raise UserError(
            f"folder {folder}: holds a {_kind(held)} ({held.get('again', '')}), beside which no "
            f"{wanted} is written; choose another folder, or remove that one"
        )


class Opened(NamedTuple):
    """A folder in which results can be written.

    Attributes:
        folder: The folder.
        runs: Its folder of runs.
        home: What removes it when it is gone, if it is a temporary one.
    """

    folder: Path
    runs: Path
    home: tempfile.TemporaryDirectory | None


def opened(out: str | Path | None, wanted: str, besides: Sequence[str]) -> Opened:
    """Return a folder for results, made if it is not there; a temporary one if none is named.

    Args:
        out: Where results are to go, or None.
        wanted: The kind of results.
        besides: Names of further files that are to be written.

    Raises:
        UserError: If it cannot be written, or holds what has to stay (`check_folder`) or what does
            not count here (`check_version`).
    """
    home = None
    if out is None:
        home = tempfile.TemporaryDirectory(prefix="rarecare-", ignore_cleanup_errors=True)
        out = home.name
    check_version(path_of(out), wanted)
    check_folder(path_of(out), wanted, besides)
    folder = make_folder(out)
    return Opened(folder, make_folder(folder / RUN_FILES).resolve(), home)


class Finished(NamedTuple):
    """What a folder of finished results says of itself.

    Attributes:
        folder: The folder.
        manifest: Its manifest.
        failed: The runs that failed.
    """

    folder: Path
    manifest: dict[str, Any]
    failed: tuple[RunStatus, ...]


def finished(folder: str | Path, wanted: str, besides: Sequence[str]) -> Finished:
    """Return what a folder of finished results says of itself.

    Args:
        folder: A folder of results.
        wanted: The kind of results.
        besides: Names of further files that have to be there.

    Raises:
        UserError: If it holds none, or a file is missing.
    """
    where = path_of(folder)
    about = read_manifest(where, wanted)
    for name in besides:
        if not (where / name).exists():
            raise UserError(f"folder {folder}: {name} is missing; {about['again']} makes it anew")
    failed = tuple(RunStatus(**one) for one in about["failed"])
    return Finished(where.absolute(), about, failed)


def again_from(command: str, file: Path) -> str:
    """Return the command that makes results again from the file that asks for them."""
    return shlex.join(["rarecare", command, str(file)])


def again_by(design: Design, command: str, file: Path) -> str:
    """Return the command that makes results again from a file, or why none does.

    Args:
        design: What was run.
        command: The command that reads such files.
        file: The file, in the folder of results.
    """
    words = design.again()
    return again_from(command, file) if words.startswith("rarecare") else words


def read_manifest(folder: Path, wanted: str) -> dict[str, Any]:
    """Return the manifest of a folder that holds finished results of a kind.

    Args:
        folder: A folder of results.
        wanted: `COMPARISON`, `RUN`, `SEARCH`, `SENSITIVITY` or `SWEEP`.

    Raises:
        UserError: If it holds none.
    """
    held = _held(folder)
    if held is None:
        begun = (folder / RUN_FILES).is_dir()
        holds = f"a {wanted} that is not finished" if begun else f"no {FILE} of rarecare"
        raise UserError(f"folder {folder}: holds {holds}, expected that of a finished {wanted}")
    if _kind(held) != wanted:
        raise UserError(f"folder {folder}: holds a {_kind(held)}, expected a {wanted}")
    return held


def holds_comparison(folder: Path) -> bool:
    """Return whether a folder holds the results of a comparison."""
    held = _held(folder)
    return held is not None and _kind(held) == COMPARISON


def holds_sweep(folder: Path) -> bool:
    """Return whether a folder holds a sweep."""
    held = _held(folder)
    return held is not None and _kind(held) == SWEEP


def holds_search(folder: Path) -> bool:
    """Return whether a folder holds a search."""
    held = _held(folder)
    return held is not None and _kind(held) == SEARCH


def holds_sensitivity(folder: Path) -> bool:
    """Return whether a folder holds an analysis of sensitivity."""
    held = _held(folder)
    return held is not None and _kind(held) == SENSITIVITY


def check_version(folder: Path, wanted: str) -> None:
    """Refuse to go on in a folder where runs of other rules would stay beside those of these.

    Args:
        folder: Where results are to go; it need not exist.
        wanted: The kind of results.

    Raises:
        UserError: If it holds such results by another version.
    """
    held = _held(folder)
    if held is None or _kind(held) != wanted:
        return
    made = held["versions"]
    here = {"rarecare": version(), "code": code_fingerprint()}
    if any(made.get(name) != value for name, value in here.items()):
        raise UserError(
            f"folder {folder}: holds a {wanted} by another version (rules {made.get('code')}, now "
            f"{here['code']}), of which no run counts here; choose another folder, or remove it"
        )


def replaced(folder: Path, again: str) -> str:
    """Return the command of the run that a folder holds and another is to replace, if any does.

    Args:
        folder: A folder of results, or one to be.
        again: The command of the run that is to go there.
    """
    before = (_held(folder) or {}).get("again", again)
    return "" if before == again else str(before)


def _kind(content: Mapping[str, Any]) -> str:
    """Return what a manifest is of: comparisons and runs are told by their policies."""
    if content.get("kind") in (SEARCH, SENSITIVITY, SWEEP):
        return str(content["kind"])
    return COMPARISON if len(content.get("policies", ())) > 1 else RUN


def _held(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a folder; None if it has none that can be read."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and "policies" in found else None


def git_revision() -> str | None:
    """Return the commit of the sources, "-changed" added if they differ; None outside git."""
    try:
        answer = subprocess.run(
            ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--abbrev=40",
             "--dirty=-changed", "--exclude=*"],
            capture_output=True, text=True, timeout=10, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() or None
