"""The folder of a fit: its sets, what is known of each parameter, and how it all came about.

`parameter_sets.parquet` and `posterior.csv` are a world's own files; `calibration.json` is the
record that goes with them. `tables` reads it back for people and for the documents.
"""

import json
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from abm.errors import UserError
from abm.measures.weights import Floats
from abm.world import World
from abm.world.parameter_sets import FILE as SETS_FILE
from experiments.calibration.learning import posterior_table, sentences, trade_offs
from experiments.calibration.plan import REPLICATES, Plan
from experiments.calibration.posterior import implausibility
from experiments.calibration.sets import LARGEST, SECOND
from experiments.calibration.waves import Fit
from experiments.running.files import write_csv, write_json, write_parquet
from experiments.running.manifest import git_revision
from experiments.running.run_cache import code_fingerprint, version
from experiments.validation.kept import SIMULATED_BY

RECORD = "calibration.json"
POSTERIOR_FILE = "posterior.csv"
COVERAGE_FILE = "coverage.csv"
INSTALLED = (SETS_FILE, POSTERIOR_FILE, RECORD)
"""What goes into the world's folder."""
FITTED = f"; value fitted ({RECORD})"
"""End of the source of a parameter whose value a fit has set."""
LIBRARIES = ("numpy", "pandas", "scipy", "scikit-learn")


def record_of(
    fit: Fit, world: World, scale: float, plan: Plan, command: str, seconds: float
) -> dict[str, Any]:
    """Return the record of a fit, as plain data.

    Args:
        fit: What was found.
        world: The world.
        scale: Simulated patients per real one.
        plan: How large the fit was.
        command: What makes it again.
        seconds: How long it took this time; less than from nothing if runs were there already.
    """
    posterior, pairs = posterior_table(fit), trade_offs(fit)
    return {
        "command": command,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "duration_seconds": round(seconds, 1),
        "world": {"name": world.name, "checksum": world.checksum},
        "scale": scale,
        "plan": {"waves": plan.waves, "points": plan.points,
                 "replicates": REPLICATES, "sets": plan.sets, "seed": plan.seed},
        "versions": {"rarecare": version(), "python": platform.python_version(),
                     **{name: metadata.version(name) for name in LIBRARIES},
                     "code": code_fingerprint(SIMULATED_BY)},
        "git_revision": git_revision(),
        "sets": len(fit.sets), "tried": fit.tried, "best": fit.best.values,
        "largest": LARGEST, "second": SECOND,
        "waves": _plain(waves_table(fit)),
        "targets": _plain(targets_table(fit)),
        "posterior": _plain(posterior),
        "trade_offs": _plain(pairs),
        "not_fitted": list(fit.others),
        "simulated": _plain(simulated_table(fit)),
        "told": sentences(posterior, pairs, len(fit.others)),
    }  # fmt: skip


def waves_table(fit: Fit) -> pd.DataFrame:
    """Return a row per wave: its simulations, what its emulator learned from, and how well."""
    rows = []
    for number, wave in enumerate(fit.waves, 1):
        far = implausibility(wave.emulator, fit.figures, wave.scores).max(axis=1)
        rows.append({
            "wave": number, "simulations": len(wave.scores), "taught by": wave.taught,
            "R2, middle": float(np.median([q.r2 for q in wave.emulator.quality])),
            "R2, least": min(q.r2 for q in wave.emulator.quality),
            "in 90 % interval": float(np.mean([q.held for q in wave.emulator.quality])),
            "implausibility, middle": float(np.median(far)),
            "not implausible of prior": wave.left,
        })  # fmt: skip
    return pd.DataFrame(rows)


def targets_table(fit: Fit) -> pd.DataFrame:
    """Return a row per target: published, before and after the fit, and how well it is emulated."""
    figures = fit.figures
    before, after = fit.waves[0].figures, fit.waves[-1].emulator.predict(_flat(fit))[0]
    published = figures.in_units(figures.published[None])[0]
    rows = {"target": figures.names, "published": published}
    for name, found in (("prior", before), ("posterior", after)):
        ends = figures.in_units(np.nanquantile(found, [0.05, 0.95], axis=0))
        rows[f"{name}, from"], rows[f"{name}, to"] = ends[0], ends[1]
    rows["best point"] = figures.in_units(fit.best.figures[None])[0]
    quality = fit.waves[-1].emulator.quality
    rows["R2"] = [q.r2 for q in quality]
    rows["implausibility of sets, mean"] = (
        fit.implausible.mean(axis=0) if len(fit.implausible) else [np.nan] * len(quality)
    )
    return pd.DataFrame(rows)


def simulated_table(fit: Fit) -> pd.DataFrame:
    """Return a row per set: the seed of its run, and what it came to by target, in its unit.

    So anyone can see whether the rules still are those that the sets were fitted with.
    """
    table = pd.DataFrame(fit.figures.in_units(fit.once), columns=list(fit.figures.names))
    table.insert(0, "set", fit.sets.index)
    table.insert(1, "seed", [str(seed) for seed in fit.seeds])  # larger than JSON's whole numbers
    return table


def _flat(fit: Fit) -> Floats:
    return fit.draws.reshape(-1, len(fit.priors))[::10]


def save(folder: Path, fit: Fit, record: dict[str, Any]) -> None:
    """Write the files of a fit.

    Args:
        folder: Where; it must exist.
        fit: What was found.
        record: What `record_of` returns.
    """
    write_parquet(folder / SETS_FILE, fit.sets.reset_index())
    write_csv(folder / POSTERIOR_FILE, posterior_table(fit).round(6))
    write_json(folder / RECORD, record)


def install(folder: Path, world: World) -> None:
    """Copy the files of a fit into the world's folder, the sets last.

    The values in parameters.csv of guesses that targets tell of become those of the best point.

    Raises:
        UserError: If a file cannot be read or written, or the folder's sets do not fit the world.
    """
    _write_best(folder, world)
    for name in reversed(INSTALLED):
        source = folder / name
        if name.endswith(".parquet"):
            write_parquet(world.folder / name, pd.read_parquet(source))
        elif name.endswith(".csv"):
            write_csv(world.folder / name, pd.read_csv(source, dtype=str, keep_default_na=False))
        else:
            write_json(world.folder / name, json.loads(source.read_text(encoding="utf-8")))


def read_record(folder: Path) -> dict[str, Any]:
    """Return the record in a folder of a fit, or of a world that has one.

    Raises:
        UserError: If there is none.
    """
    try:
        return json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise UserError(
            f"{RECORD}: not in {folder}, expected there; rarecare calibrate --install makes it"
        ) from None


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return json.loads(frame.to_json(orient="records", double_precision=6))


def _write_best(folder: Path, world: World) -> None:
    """Write the best point's values into a world's parameters.csv."""
    best = read_record(folder)["best"]
    path = world.folder / "parameters.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    theirs = world.parameter_table.set_index("name", drop=False)[rows.columns]  # of another world
    taken = theirs.loc[[name for name in best if name not in set(rows["name"])]]
    rows = pd.concat([rows, taken.astype(str)], ignore_index=True)
    there = rows["name"].isin(list(best))
    rows.loc[there, "value"] = [f"{best[name]:.6g}" for name in rows.loc[there, "name"]]
    unsaid = there & ~rows["source"].str.endswith(FITTED)
    rows.loc[unsaid, "source"] += FITTED
    write_csv(path, rows)
