"""The folder of an analysis of sensitivity: tables, and a manifest by which it is made again."""

import json
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.design import Design
from experiments.running.files import make_folder, write_csv, write_json
from experiments.running.manifest import FILE, RUN_FILES, SENSITIVITY, holds_sensitivity, manifest
from experiments.sensitivity.factors import Factor
from experiments.sensitivity.outcomes import Outcome
from experiments.sensitivity.sentences import DIFFERENCE, sentences, standing_out
from experiments.sensitivity.study import SIDES, SOBOL, Found, Plan, Screened

POINTS = "points"
AFTER_SCREENING = ("indices", "tornado", "regions", POINTS)
"""Tables of what follows the screening."""
OF_COMPARE = ("--runs",)
"""Options of a comparison that this command has not."""
LIMITS = ("least", "most")
GOODNESS = ("coverage", "density", "density_left_out", "mass")
"""Columns of a region's limits, and of how well it holds what it is to hold."""


@dataclass(frozen=True)
class Analysis:
    """An analysis with all that it takes to tell of it.

    Attributes:
        design: The two policies and the setting.
        outcomes: What was looked at.
        plan: How much was run.
        found: What was found.
        asked: Outcomes as they were asked for, empty if they are the default ones.
        seconds: How long it took.
        failed: Errors of points that were given up, with how many met each.
    """

    design: Design
    outcomes: Sequence[Outcome]
    plan: Plan
    found: Found
    asked: Sequence[str] = ()
    seconds: float = 0.0
    failed: Mapping[str, int] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, str]:
        """Names of the policy and of the baseline."""
        baseline, policy = self.design.policies
        return policy, baseline

    def sentences(self) -> list[str]:
        """Return what it says, a paragraph for each outcome."""
        return sentences(self.found, self.outcomes, *self.names)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """What was found, in numbers, by name: `factors`, `screening`, `indices`, ..."""
        return tables(self)

    def again(self) -> str:
        """Return the command that makes the same again, or why none does."""
        words = shlex.split(self.design.again())
        if words[:2] != ["rarecare", "compare"]:
            return self.design.again()
        words = ["rarecare", "sensitivity", *_without(words[2:], OF_COMPARE)]
        for name in self.asked:
            words += ["--measure", name]
        if self.plan.method != SOBOL:
            words += ["--method", self.plan.method]
        words += ["--trajectories", str(self.plan.trajectories), "--samples",
                  str(self.plan.samples), "--most", str(self.plan.most), "--repeats",
                  str(len(self.plan.seeds))]  # fmt: skip
        return shlex.join(words)

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data, all but the points of the sample; what is undefined is null."""
        policy, baseline = self.names
        found = {
            "policy": policy, "baseline": baseline, "method": self.plan.method,
            "sentences": self.sentences(),
        }  # fmt: skip
        rows = {name: json.loads(frame.to_json(orient="records", double_precision=15))
                for name, frame in tables(self).items() if name != POINTS}  # fmt: skip
        return found | rows

    def save(self, folder: Path, command: str | None = None) -> None:
        """Write tables and manifest.

        Args:
            folder: Where to.
            command: What was typed, for the manifest.
        """
        folder, made = make_folder(folder), tables(self)
        if holds_sensitivity(folder):  # of which nothing is to stand beside this manifest
            for name in AFTER_SCREENING:
                if name not in made:
                    (folder / f"{name}.csv").unlink(missing_ok=True)
        for name, rows in made.items():
            write_csv(folder / f"{name}.csv", rows)
        about = manifest(self.design, command=command, again=self.again(), runs={},
                         seconds=self.seconds)  # fmt: skip
        about["versions"]["SALib"] = metadata.version("SALib")
        told = {
            "kind": SENSITIVITY, "run_files": RUN_FILES, "sentences": self.sentences(),
            "outcomes": [one.name for one in self.outcomes],
            "plan": {**self.plan._asdict(), "seeds": list(self.plan.seeds)},
        }  # fmt: skip
        write_json(folder / FILE, about | told)


def _without(words: Sequence[str], options: Collection[str]) -> list[str]:
    """Return the words of a command without some options and their values."""
    return [word for before, word in zip(["", *words], words, strict=False)
            if word not in options and before not in options]  # fmt: skip


def tables(analysis: Analysis) -> dict[str, pd.DataFrame]:
    """Return the tables of an analysis by name; docs/sensitivity.md says what is in them."""
    found, outcomes = analysis.found, analysis.outcomes
    rounds = {"groups": found.grouped, "single": found.single}
    screened = [row for name, one in rounds.items() if one is not None
                for row in _screened(name, one, found.factors, outcomes)]  # fmt: skip
    begun = {
        "factors": pd.DataFrame([_factor(one) for one in found.factors]),
        "centre": pd.DataFrame(list(_centre(analysis))),
        "screening": pd.DataFrame(screened),
    }
    if not found.indices:
        return begun
    return begun | {
        "indices": pd.DataFrame(list(_indices(found, outcomes))),
        "tornado": pd.DataFrame(list(_tornado(found, outcomes))),
        "regions": pd.DataFrame(
            list(_regions(found, outcomes)),
            columns=["outcome", "factor", "kind", *LIMITS, *GOODNESS],
        ),
        POINTS: _points(found, outcomes),
    }


def _factor(one: Factor) -> dict[str, Any]:
    low, high = (one.range[0], one.range[-1]) if one.numeric else ("", "")
    return {
        "factor": one.name, "kind": one.kind, "tag": one.tag, "written": one.value, "low": low,
        "high": high, "choices": "" if one.numeric else " ".join(map(one.said, one.range)),
        "meaning": one.meaning,
    }  # fmt: skip


def _centre(analysis: Analysis) -> Iterator[dict[str, Any]]:
    repeats = analysis.found.repeats
    for row, seed in enumerate(analysis.plan.seeds):
        for number, outcome in enumerate(analysis.outcomes):
            values = dict(zip(SIDES, repeats[row, number], strict=True))
            yield {"seed": seed, "outcome": outcome.name, **values}


def _screened(
    name: str, one: Screened, factors: Sequence[Factor], outcomes: Sequence[Outcome]
) -> Iterator[dict[str, Any]]:
    for (o, s), effects in one.effects.items():
        for n, group in enumerate(one.screening.groups):
            members = [factors[member] for member in group]
            ends = dict.fromkeys((members[0].name, members[-1].name))
            yield {
                "round": name, "outcome": outcomes[o].name, "of": SIDES[s],
                "factor": " to ".join(ends), "kind": members[0].kind, "factors": len(members),
                "mu": effects.mu[n], "mu_star": effects.mu_star[n],
                "low": effects.mu_star[n] - effects.reach[n],
                "high": effects.mu_star[n] + effects.reach[n], "sigma": effects.sigma[n],
                "luck": one.floors[o, s],
                "beyond_luck": bool(effects.mu_star[n] > one.floors[o, s]),
                "trajectories": effects.used,
            }  # fmt: skip


def _indices(found: Found, outcomes: Sequence[Outcome]) -> Iterator[dict[str, Any]]:
    for (o, s), one in found.indices.items():
        clear = standing_out(found, o) if s == DIFFERENCE else []
        for n, number in enumerate(found.chosen):
            factor = found.factors[number]
            row = {
                "outcome": outcomes[o].name, "of": SIDES[s], "factor": factor.name,
                "kind": factor.kind, "tag": factor.tag, "first": one.first[n],
                "first_low": one.first[n] - one.first_reach[n],
                "first_high": one.first[n] + one.first_reach[n], "total": one.total[n],
                "total_low": one.total[n] - one.total_reach[n],
                "total_high": one.total[n] + one.total_reach[n], "deviation": one.variance**0.5,
                "luck": found.noise[o, s], "samples": one.used,
            }  # fmt: skip
            yield row | ({"beyond_luck": n in clear} if s == DIFFERENCE else {})


def _tornado(found: Found, outcomes: Sequence[Outcome]) -> Iterator[dict[str, Any]]:
    for o, outcome in enumerate(outcomes):
        mean, low, high = found.difference(o)
        for n, number in enumerate(found.chosen):
            factor, ends = found.factors[number], found.ends[n, :, o, DIFFERENCE]
            yield {
                "outcome": outcome.name, "factor": factor.name, "kind": factor.kind,
                "tag": factor.tag, "at_least": factor.said(factor.at(0.0)),
                "at_most": factor.said(factor.at(1.0)), "difference_least": ends[0],
                "difference_most": ends[1],
                "difference_written": found.repeats[0, o, DIFFERENCE],
                "mean": mean, "low": low, "high": high,
                "luck": found.noise[o, DIFFERENCE], "unit": outcome.measure.unit.name,
            }  # fmt: skip


def _regions(found: Found, outcomes: Sequence[Outcome]) -> Iterator[dict[str, Any]]:
    for o, box in found.boxes.items():
        for n in box.limited:
            factor = found.factors[found.chosen[n]]
            yield {
                "outcome": outcomes[o].name, "factor": factor.name, "kind": factor.kind,
                "least": factor.said(factor.at(max(box.low[n], 0.0))),
                "most": factor.said(factor.at(min(box.high[n], 1.0))),
                "coverage": box.coverage, "density": box.density,
                "density_left_out": found.left_out[o], "mass": box.mass,
            }  # fmt: skip


def _points(found: Found, outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Return the sample of Sobol's indices: values of the factors, then outcomes."""
    columns: dict[str, Any] = {}
    for number in found.chosen:
        factor = found.factors[number]
        columns[factor.name] = [factor.at(place) for place in found.sample.points[:, number]]
    for o, outcome in enumerate(outcomes):
        for s, side in enumerate(SIDES):
            columns[f"{outcome.name}, {side}"] = np.asarray(found.values[:, o, s])
        columns[f"{outcome.name}, turned"] = found.turned[:, o]
    return pd.DataFrame(columns)
