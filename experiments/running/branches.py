"""One seed: the years before the scenario lived once, a branch for each policy, each measured.

What a run yields depends on its own seed, setting and policy only. This module, with those that it
uses, is what `run_cache.code_fingerprint` looks at.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import pandas as pd

from abm import RareCareModel
from abm.outputs import care_network, tables
from abm.policy import Policy
from experiments.design import Setting
from experiments.measures.measuring import measure_run
from experiments.measures.run_view import RunTables

MEASURED = {"patients": tables.patients, "months": tables.months, "financing": tables.financing,
            "costs": tables.costs, "ledger": tables.ledger, "drugs": tables.drugs,
            "flows": care_network.flows, "waits": care_network.waits,
            "tiers": care_network.tiers}  # fmt: skip
"""The tables that measures look at; the others need not be made."""


def measured_branches(
    setting: Setting, policies: Mapping[str, Policy], seed: int
) -> Iterator[tuple[str, pd.DataFrame | Exception]]:
    """Yield the measures of each policy's run, or what went wrong with it.

    Policies with the same past branch off from one model that has lived it.

    Args:
        setting: What all runs have in common.
        policies: The policies by name.
        seed: Seed of all draws.
    """
    together: dict[str, list[str]] = {}
    for name, policy in policies.items():
        together.setdefault(past_of(policy, setting.world.first_month), []).append(name)
    for names in together.values():
        yield from _with_one_past(setting, {name: policies[name] for name in names}, seed)


def _with_one_past(
    setting: Setting, policies: Mapping[str, Policy], seed: int
) -> Iterator[tuple[str, pd.DataFrame | Exception]]:
    """Live the common past once, then each policy's future."""
    first, *others = policies
    try:
        trunk = build(setting, policies[first], seed)
    except Exception as error:
        yield from ((name, error) for name in policies)
        return
    for name in others:
        yield name, _measured(setting, partial(trunk.branch, policies[name]))
    yield first, _measured(setting, lambda: trunk)


def build(setting: Setting, policy: Policy, seed: int) -> RareCareModel:
    """Return a model that has lived the years before the scenario.

    Args:
        setting: What all runs have in common.
        policy: Its policy.
        seed: Seed of all draws.
    """
    return RareCareModel(
        policy=policy, world=setting.world, scale=setting.scale, years=setting.years, rng=seed,
        pooled=setting.pooled, follow=0.0,
    )  # fmt: skip


def _measured(setting: Setting, model_of: Callable[[], RareCareModel]) -> pd.DataFrame | Exception:
    """Live one future; return its measures, or what went wrong."""
    try:
        model = model_of().run()
        made = {name: table(model) for name, table in MEASURED.items()}
        run = RunTables(made, setting.world, setting.scale, setting.years, setting.zone,
                        setting.ranked_by)  # fmt: skip
        found = measure_run(run)
    except Exception as error:
        return error
    return found


def past_of(policy: Policy, first: int) -> str:
    """Return a text that is the same for policies with the same levers before a first month."""
    turns = sorted({min(policy.timeline.turns), first - 1, *policy.change_months()})
    before = [month for month in turns if month < first]
    return json.dumps([(m, policy.levers_at(m).model_dump(mode="json")) for m in before])
