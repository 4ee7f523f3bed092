"""The compiled model against the same rules on plain Mesa objects: time and memory per patient.

Run from the project's root: ``python -m benchmarks.against_mesa``.

The world is built once, compiled, up to January 2019. From there on both live the same months
under the levers of that January: one as the model does, one interpreted with every agent a plain
`mesa.Agent` (see `plain_mesa`). Every field of every patient must come out the same.

Timed is the CPU time (user and system) of living these months, everything in them included:
hospitals, funds, and the plain Python between the phases. Not timed are building, compiling, and
turning the model's arrays into lists for the plain rules. An event is a patient's turn; its
consultations and bills are part of it. Since the rules draw their random numbers by hashing, which
plain Python does slowly, a third run plays back recorded draws at the price of a call.

Memory is the peak of what patients take: their objects or rows (and the rows kept in reserve),
their accounts, and whatever a month needs besides, over twelve months.
"""

import argparse
import json
import pickle
import tempfile
import time
import tracemalloc
from array import array
from dataclasses import replace
from pathlib import Path
from unittest import mock

import mesa
import numpy as np

from abm import RareCareModel
from abm.engine.schedule import Schedule
from agents.core import random_numbers
from agents.core.jit import INTERPRETED
from agents.state import State
from benchmarks.measuring import PhaseClock, in_own_process, patients_part, rows_in_memory, table
from benchmarks.plain_mesa import differences, hand_over, objects_of, plain_clock, plain_month

TIMES_FASTER, SHARE_OF_MEMORY = 100, 0.25
"""What the project asks for."""
OF_PATIENTS = ("patients", "due", "accounts", "event_log")
"""Parts of the state that grow with the number of patients."""
YEAR = 12
START, END = "start.pickle", "end.pickle"
"""The state in January 2019, and after the months lived."""


def live(schedule: Schedule, months: int, phases: PhaseClock) -> float:
    """Live some months and return the CPU seconds, without handing arguments over."""
    start = time.process_time()
    with phases:
        for month in range(months):
            schedule.live_month(month)
    return time.process_time() - start - phases.overhead


def turns(schedule: Schedule) -> int:
    """Return the turns taken by patients so far."""
    return int(schedule.state.counters["actions"][0])


def result(schedule: Schedule, events: int, seconds: float, phases: PhaseClock) -> dict:
    """Return what a worker measured."""
    return {"patients": len(schedule.state.patients), "events": turns(schedule) - events,
            "seconds": seconds, "phases": dict(phases.seconds)}  # fmt: skip


def build(options: argparse.Namespace, folder: Path) -> dict:
    """Build the world, compiled, and hand January 2019 over."""
    model = RareCareModel(policy=options.policy, scale=options.scale, years=options.years,
                          rng=options.seed, follow=0.0)  # fmt: skip
    kept = rows_in_memory(model.state.patients)
    (folder / START).write_bytes(pickle.dumps((model.schedule, kept)))
    return {}


def compiled(options: argparse.Namespace, folder: Path) -> dict:
    """Live the months as the model does, a few times over."""
    start, _ = pickle.loads((folder / START).read_bytes())
    runs = []
    for attempt in range(options.repeats + 1):
        schedule, phases = start.copy(), PhaseClock()
        seconds = live(schedule, 12 * options.years, phases)
        if attempt:  # the first loads or compiles the phases
            runs.append(result(schedule, turns(start), seconds, phases))
    (folder / END).write_bytes(pickle.dumps(schedule.state))
    return {"runs": runs}


def plain(options: argparse.Namespace, folder: Path) -> dict:
    """Live the months with plain objects."""
    start, _ = pickle.loads((folder / START).read_bytes())
    end = pickle.loads((folder / END).read_bytes())
    return _live_plainly(start, end, 12 * options.years)


def playback(options: argparse.Namespace, folder: Path) -> dict:
    """Live the months with plain objects, recording all draws; then again, playing them back."""
    tape, bits = array("q"), random_numbers.bits

    def recording(*key):
        tape.append(bits(*key))
        return tape[-1]

    with mock.patch.object(random_numbers, "bits", recording):
        plain(options, folder)
    played = iter(tape)

    def playing(*key):
        return next(played)

    with mock.patch.object(random_numbers, "bits", playing):
        return plain(options, folder)


def _live_plainly(start: Schedule, end: State, months: int) -> dict:
    """Live the months with plain objects and compare with how they ended."""
    schedule, phases = plain_clock(start, mesa.Model(rng=start.seed)), PhaseClock(hand_over)
    with plain_month():
        seconds = live(schedule, months, phases)
    measured = result(schedule, turns(start), seconds, phases)
    return {**measured, "differences": differences(schedule.state, end)}


def memory(options: argparse.Namespace, folder: Path) -> dict:
    """Return the peak memory per patient of twelve months, in bytes."""
    start, kept = pickle.loads((folder / START).read_bytes())
    months = min(YEAR, 12 * options.years)
    if not INTERPRETED:
        live(start.copy(), months, PhaseClock())
    patients = len(start.state.patients)
    peak = _plain_peak(start, months) if INTERPRETED else _compiled_peak(start, kept, months)
    return {"bytes": peak / patients}


def _compiled_peak(start: Schedule, kept: int, months: int) -> int:
    """Return the peak memory of rows over some months."""
    tracemalloc.start()
    parts = {}
    for name in OF_PATIENTS:
        rows = getattr(start.state, name)
        room = np.zeros(kept if name in ("patients", "due") else len(rows), rows.dtype)
        parts[name] = room[: len(rows)]
        parts[name][:] = rows
    schedule = replace(start, state=start.state._replace(**parts))
    del parts
    live(schedule, months, PhaseClock())
    return tracemalloc.get_traced_memory()[1]


def _plain_peak(start: Schedule, months: int) -> int:
    """Return the peak memory of plain objects over some months."""
    model = mesa.Model(rng=start.seed)
    nobody = {name: getattr(start.state, name)[:0] for name in OF_PATIENTS}
    schedule = plain_clock(replace(start, state=start.state._replace(**nobody)), model)
    tracemalloc.start()
    schedule.state = schedule.state._replace(
        **{name: objects_of(name, getattr(start.state, name), model) for name in OF_PATIENTS}
    )
    with plain_month():
        live(schedule, months, PhaseClock(hand_over))
    return tracemalloc.get_traced_memory()[1]


def middle(runs: list[dict]) -> dict:
    """Return the median of the compiled runs, with the range of them all."""
    runs = sorted(runs, key=lambda run: run["seconds"])
    return {**runs[len(runs) // 2], "range": [runs[0]["seconds"], runs[-1]["seconds"]]}


def report(fast: dict, plainly: list[dict], bytes_fast: float, bytes_slow: float) -> str:
    """Return the comparison in words and tables."""
    columns = [fast, *plainly]
    different = sorted({field for run in plainly for field in run["differences"]})
    return "\n\n".join([
        f"{fast['patients']:,} patients, {fast['events']:,} patient-events, seed for seed:",
        "identical patients, funds and hospitals, to the last bit" if not different
        else "DIFFERENT: " + ", ".join(different),
        _times(columns), _by_phase(columns),
        f"Peak memory per patient: compiled {bytes_fast:,.0f} bytes, plain Mesa "
        f"{bytes_slow:,.0f} bytes: {bytes_fast / bytes_slow:.3f} of it "
        f"(target: at most {SHARE_OF_MEMORY})",
    ])  # fmt: skip


def _times(columns: list[dict]) -> str:
    """Return the time per event of each way, and how many times slower plain objects are."""
    names = ["compiled", "plain Mesa objects", "the same, draws played back"]
    rows = []
    for name, run in zip(names, columns, strict=False):
        row = [name]
        for seconds in (_whole, _own):
            each, fastest = (seconds(r) / r["events"] for r in (run, columns[0]))
            row += [f"{seconds(run):.3f}", f"{1e6 * each:.3f}", f"{each / fastest:.0f}"]
        rows.append(row)
    own = ["patients' phases: CPU s", "µs per event", "times slower"]
    times = table(["", "all: CPU s", "µs per event", "times slower", *own], rows)
    lowest, highest = columns[0]["range"]
    compiled_runs = f"the compiled runs took {lowest:.3f} to {highest:.3f} s"
    return f"{times}\n(target: {TIMES_FASTER} times; {compiled_runs})"


def _whole(run: dict) -> float:
    """Return the CPU seconds of a run."""
    return run["seconds"]


def _own(run: dict) -> float:
    """Return the CPU seconds of a run's phases that grow with the number of patients."""
    return patients_part(run["phases"])


def _by_phase(columns: list[dict]) -> str:
    """Return where the time goes: by phase, and the plain Python of the month between them."""
    phases = sorted(columns[1]["phases"], key=lambda name: -columns[1]["phases"][name])
    rows = []
    for name in phases:
        rows.append([name, *(_cell(run["phases"].get(name, 0.0), run) for run in columns)])
    between = [run["seconds"] - sum(run["phases"].values()) for run in columns]
    rows.append(["between the phases", *map(_cell, between, columns)])
    header = ["CPU s (share) by phase", "compiled", "plain Mesa", "played back"]
    return table(header[: 1 + len(columns)], rows)


def _cell(seconds: float, run: dict) -> str:
    """Return seconds and their share of a run."""
    return f"{seconds:.3f} ({seconds / run['seconds']:4.0%})"


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--scale", type=float, default=0.01, help="simulated patients per real one")
    parser.add_argument("--years", type=int, default=15, help="years lived")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--policy", default="as-happened")
    parser.add_argument(
        "--repeats",
        type=int,
        default=3,
        help="compiled runs before, between and after; the median counts",
    )
    parser.add_argument("--no-playback", dest="playback", action="store_false",
                        help="leave out the run with recorded draws")  # fmt: skip
    parser.add_argument("--worker", choices=WORKERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


WORKERS = {f.__name__: f for f in (build, compiled, plain, playback, memory)}


def compare(asked: argparse.Namespace, folder: str) -> str:
    """Do all the work in processes of their own; compiled runs come before, between and after."""
    params = [f"--{name}={getattr(asked, name)}"
             for name in ("scale", "years", "seed", "policy", "repeats")]  # fmt: skip

    def work(worker: str, interpreted: bool = False) -> dict:
        return in_own_process("benchmarks.against_mesa",
                              [*params, f"--folder={folder}", f"--worker={worker}"],
                              NUMBA_DISABLE_JIT=str(int(interpreted)))  # fmt: skip

    work("build")
    runs, plainly = work("compiled")["runs"], []
    for worker in ("plain", "playback") if asked.playback else ("plain",):
        plainly.append(work(worker, interpreted=True))
        runs += work("compiled")["runs"]
    peaks = [work("memory", interpreted)["bytes"] for interpreted in (False, True)]
    return report(middle(runs), plainly, *peaks)


def main() -> None:
    """Compare, and print."""
    asked = options()
    if asked.worker:
        print(json.dumps(WORKERS[asked.worker](asked, asked.folder)))
        return
    with tempfile.TemporaryDirectory() as folder:
        print(compare(asked, folder))


if __name__ == "__main__":
    main()
