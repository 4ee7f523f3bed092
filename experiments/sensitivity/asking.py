"""An analysis of sensitivity from Python, and its size by default.

What it needs is loaded when it is called: the package is imported for comparisons too.
"""

import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from abm.policy import Policy
from abm.text_files import path_of
from abm.world import DEFAULT, World, load_world
from experiments.compare import YEARS, check_workers
from experiments.design import BEST, Settings, make_design
from experiments.running.files import make_folder
from experiments.running.manifest import SENSITIVITY, check_folder
from experiments.running.runner import Progress

if TYPE_CHECKING:
    from experiments.sensitivity.saving import Analysis

METHOD = "sobol"
SCALE = 0.01
TRAJECTORIES, SAMPLES, MOST, REPEATS = 4, 32, 8, 8


def sensitivity(
    policy: str | Path | Policy,
    *,
    baseline: str | Path | Policy | None = None,
    measures: Sequence[str] | None = None,
    world: str | Path | World = DEFAULT,
    provinces: Iterable[str] | None = None,
    scale: float = SCALE,
    years: int = YEARS,
    seed: int = 1,
    settings: Settings | None = None,
    method: str = METHOD,
    trajectories: int = TRAJECTORIES,
    samples: int = SAMPLES,
    most: int = MOST,
    repeats: int = REPEATS,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> "Analysis":
    """Return what the difference between two policies depends on, and where it turns round.

    It needs SALib. The defaults run some 600 pairs.

    Args:
        policy: Name, path of a TOML file, names joined by "+", or a policy.
        baseline: The policy that it is compared with; the one that the world names by default.
        measures: What to look at, as `rarecare sensitivity --measure` takes it ("qalys",
            "qalys:zone:inside", "qalys:income_quintile:5 less 1"); by default what patients are
            judged by, and gaps.
        world: Name or path of a world, or a world.
        provinces: Provinces whose people are simulated; all by default.
        scale: Simulated patients per real one.
        years: Length of the scenario.
        seed: Seed of all points; the repeats follow it.
        settings: Levers, and parameters of the world as "parameters.NAME", that are set and so
            not moved.
        method: "morris" ends with the screening; "sobol" goes on to shares of the spread, and to
            where the answer turns round.
        trajectories: Trajectories of each screening.
        samples: Base samples of Sobol's indices, a power of 2.
        most: Factors whose indices are worked out.
        repeats: Seeds of the written values, which tell what luck does.
        workers: Number of processes; as many as there are cores, by default.
        out: Folder in which every finished run is kept at once, and not run again if it is there.
            By default nothing is kept until `Analysis.save`.
        progress: Called with the points done, all points of this part, and a few words.

    Returns:
        What was found: `sentences()` tells it, `tables` has it in numbers.

    Raises:
        UserError: For anything the user can put right, before anything is run or written.
    """
    from experiments.sensitivity.library import salib
    from experiments.sensitivity.run import analysed, asked_of, plan_of

    salib("sample.morris")
    begun = time.perf_counter()
    place = world if isinstance(world, World) else load_world(world)
    design = make_design(
        [policy], baseline=baseline or place.about.baseline, scale=scale, years=years, world=place,
        seed=seed, provinces=provinces, settings=settings, parameters=BEST, least=2,
    )  # fmt: skip
    asked = asked_of(design, measures, plan_of(method, trajectories, samples, most, repeats, seed))
    check_workers(workers)
    with ExitStack() as stack:
        if out is not None:
            check_folder(path_of(out), SENSITIVITY)
        folder = out or stack.enter_context(tempfile.TemporaryDirectory(prefix="rarecare-"))
        points = asked.points(make_folder(folder), workers)
        points.progress = progress
        return asked.analysis(analysed(asked, points), points, begun)
