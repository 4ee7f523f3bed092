"""Whom a design simulates, and whether memory can hold them: told before it is run."""

import os
from contextlib import suppress
from pathlib import Path

from experiments.design import Design

PER_PERSON = 3_500
"""Bytes for each patient alive. Measured as the most memory of one seed of the larger shipped
world under three policies over fifteen years: 583 MB at scale 0.005 and 750 MB at 0.05, which
is 3,200 a patient."""
PER_PROCESS = 560_000_000
"""Bytes of a process with hardly anybody in it, from the same two."""
FEWEST = 200
"""Patients alive below which hardly any difference is told from luck."""
LIMIT = Path("/sys/fs/cgroup/memory.max")
"""What a container may use, in bytes, where there is one."""


def people_alive(design: Design) -> float:
    """Return how many simulated people are ill when the scenario begins."""
    world, setting = design.setting.world, design.setting
    diseases = world.diseases
    chosen = diseases if setting.pooled else diseases[diseases["pooled"] == 0]
    share = chosen["prevalence_per_100k"].sum() / 1e5
    return float(world.cities["population"][world.lived_in].sum() * share * setting.scale)


def memory() -> float:
    """Return the memory that this machine or container has, bytes; infinite if it is unknown."""
    found = [float("inf")]
    with suppress(OSError, ValueError, AttributeError):
        found.append(float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")))
    with suppress(OSError, ValueError):
        found.append(float(LIMIT.read_text()))
    return min(found)


def told_of_size(design: Design, processes: int) -> list[str]:
    """Return lines on what is too large for this machine, or too small to learn from.

    Args:
        design: What is to be run.
        processes: How many seeds are run at once on this machine.
    """
    alive = people_alive(design)
    scale = f"--scale {design.setting.scale:g}"
    lines = []
    if alive < FEWEST:
        lines.append(
            f"{scale}: about {alive:,.0f} simulated people are ill at a time, too few to tell a "
            "difference from luck; a larger scale tells more"
        )
    needed = processes * (PER_PROCESS + PER_PERSON * alive)
    if needed > memory() and not design.setting.pooled:  # of which much less is kept
        lines.append(
            f"{scale}: {processes} {'process needs' if processes == 1 else 'processes need'} about "
            f"{needed / 1e9:,.0f} GB of memory, this machine has {memory() / 1e9:,.0f}; a smaller "
            "scale or fewer workers need less"
        )
    return lines


def told_of_pools(design: Design) -> list[str]:
    """Return a line on pools of the nation in which only some provinces' people are, if any are."""
    world = design.setting.world
    if world.lived_in.all():
        return []
    names = [
        name
        for name, policy in design.policies.items()
        if any(
            pool == "nation"
            for month in design.turns_of(policy)
            for pool in policy.levers_at(month).financing.pooling.model_dump().values()
        )
    ]
    if not names:
        return []
    return [
        f"{', '.join(names)}: a pool of the nation holds those who are simulated alone, and shares "
        "no risk with the other provinces; simulate the whole country to see what it does"
    ]
