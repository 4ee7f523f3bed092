"""Make the finished comparison with which the browser view opens: viz/data/story.json.

``python tools/make_story.py [--out FOLDER]`` compares the shipped world's two default policies in
paired runs, each with its own seed and parameter set, and follows two patients through both. With a
folder, runs that are there are not run again. Some minutes of processor time. The numbers are made
here, the words when a page shows them, in its language.
"""

import argparse
import hashlib
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from abm.policy import load_policy
from abm.world import DEFAULT, World
from agents.codes import Fund
from experiments import compare
from experiments.compare import Comparison
from experiments.design import digest
from experiments.running.files import write_json
from viz.reading.scene import provinces_of
from viz.tabs.answer.data import FILE, FORMAT, MEASURES
from viz.tabs.equity import data as equity
from viz.tabs.journeys import data as journeys
from viz.twin_models import Twins
from viz.view_state import ViewState
from viz.worlds import world_named

RUNS, SCALE, YEARS, SEED = 16, 0.02, 15, 1
GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "golden" / "baseline.json"
"""What the rules give; renewed whenever they give anything else."""
WON_BY = ("zone", "income_quintile")


def sources(world: World) -> dict[str, Any]:
    """Return what the story depends on: the tables, the two policies, and what the rules give.

    Args:
        world: The shipped world.
    """
    pair = (world.about.baseline, world.about.compared[0])
    return {
        "format": FORMAT,
        "world": world.checksum,
        "policies": digest({name: load_policy(name, world=world).canonical() for name in pair}),
        "golden": hashlib.sha256(GOLDEN.read_bytes()).hexdigest(),
    }


def main() -> None:
    """Make it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", help="folder in which runs are kept")
    world = world_named(DEFAULT)
    pair = [world.about.baseline, world.about.compared[0]]
    result = compare(
        pair, runs=RUNS, scale=SCALE, years=YEARS, seed=SEED, world=world,
        out=parser.parse_args().out,
    )  # fmt: skip
    view = ViewState(scale=SCALE, years=YEARS, seed=SEED)
    twins = Twins.build(view)
    while twins.month < twins.horizon:
        twins.step()
    write_json(FILE, _story(result, twins, view))


def _story(result: Comparison, twins: Twins, view: ViewState) -> dict[str, Any]:
    """Return the story as plain data."""
    world, design = view.world, result.design
    shared = equity.read(twins, view)
    funds = twins.b.records.fund_book.series(twins.b.state, SCALE, Fund.SPECIAL_FUND)
    return {
        "sources": sources(world),
        "command": "python tools/make_story.py",
        "made": datetime.now(UTC).date().isoformat(),
        "policies": result.policies,
        "world": world.name,
        "scale": SCALE,
        "years": YEARS,
        "pairs": len(design.seeds),
        "sets": len(set(design.sets)),
        "seed": SEED,
        "zone": list(provinces_of(twins.zone, world)[0]),
        "effects": _effects(result),
        "winners": {
            kind: {
                "groups": shared.groups[kind],
                "persons": {k: v.tolist() for k, v in shared.winners[kind].items()},
            }
            for kind in WON_BY
        },
        "short": [int((funds.short > 0).sum()), len(funds.short)],
        "patients": [_patient(twins, view, sign) for sign in (1, -1)],
    }


def _effects(result: Comparison) -> list[dict[str, Any]]:
    """Return the differences that the story tells, with what is claimed of them."""
    table = result.summary
    told = table[table["measure"].isin(MEASURES) & (table["by"].isin(("all", *WON_BY)))]
    base = told[told["policy"] == result.baseline].set_index(["measure", "by", "group"])["mean"]
    rows = told[told["policy"] != result.baseline]
    return [
        {
            "measure": row.measure, "by": row.by, "group": row.group,
            "a": _number(base[row.measure, row.by, row.group]), "b": _number(row.mean),
            "difference": _number(row.difference), "low": _number(row.difference_low),
            "high": _number(row.difference_high), "claim": row.claim or "not clear",
        }
        for row in rows.itertuples()
    ]  # fmt: skip


def _number(value: float) -> float | None:
    return float(f"{value:.6g}") if np.isfinite(value) else None


def _patient(twins: Twins, view: ViewState, sign: int) -> dict[str, Any]:
    """Return the one whose life gains most under B, or loses most, with the way under both."""
    data = journeys.read(twins, view)
    chosen = max(data.changed, key=lambda line: sign * line.gain)
    own = journeys.read(twins, ViewState(**{**vars(view), "patient": chosen.row}))
    columns = {name: twins.a.state.patients[name][chosen.row] for name in ("birth", "onset")}
    return {
        "line": asdict(chosen),
        "age": int((columns["onset"] - columns["birth"]) // 12),
        "a": asdict(own.story_a),
        "b": asdict(own.story_b),
    }


if __name__ == "__main__":
    main()
