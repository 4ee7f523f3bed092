"""What a batch costs beside its runs: overhead, two processes, memory, resuming.

Run from the project's root: ``python -m benchmarks.batches``; ``--help`` tells how to make it
smaller. The runs are of the invented island, a year long, a fifth of a second each.

Everything is told as a ratio to something measured in the same call, as seconds depend on the
machine and on what else it does: a batch beside the same runs in a plain loop, two processes of a
batch beside two plain loops at once, memory beside what it was after the first runs, resuming
beside reading the files and nothing else. CPU time is user and system time.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from benchmarks.measuring import ROOT, in_own_process, table

POLICIES = ("uniform", "zone")
SCALE, YEARS = 0.005, 1
TARGETS = {
    "overhead": "below 5 % at a second a run",
    "two": "two workers at least 1.8 times as fast as one",
    "memory": "flat over 2,000 runs",
    "resume": "a finished batch of 1,000 runs in less than 5 s",
}
"""What the project asks for."""


class Here(Executor):
    """Does the work in this process, which is never replaced."""

    def submit(self, work: Callable, /, *arguments: Any, **options: Any) -> Future:
        """Do it at once."""
        future: Future = Future()
        future.set_result(work(*arguments, **options))
        return future


def design(seeds: int, first: int = 1) -> Any:
    """Return a comparison of two policies on the island."""
    from experiments.design import make_design

    return make_design(POLICIES, world="island", scale=SCALE, years=YEARS, runs=seeds, seed=first)


def plain(seeds: int, first: int) -> dict:
    """Live and measure the runs of some seeds in a loop, nothing kept; one seed is lived before."""
    from experiments.running.branches import measured_branches

    asked = design(seeds, first)
    dict(measured_branches(asked.setting, asked.policies, first))
    began, used = time.perf_counter(), time.process_time()
    for seed in asked.seeds:
        dict(measured_branches(asked.setting_of(seed), asked.policies, seed))
    return {"wall": time.perf_counter() - began, "cpu": time.process_time() - used}


def batch(seeds: int, workers: int) -> dict:
    """Run a batch on own processes; give the CPU time of all of them."""
    from experiments.running.runner import run_batch

    asked = design(seeds)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        run_batch(asked.policies, asked.run_settings, folder, workers=workers)
        wall = time.perf_counter() - began
    used = [resource.getrusage(who)
            for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]  # fmt: skip
    return {"wall": wall, "cpu": sum(one.ru_utime + one.ru_stime for one in used)}


def memory(seeds: int) -> dict:
    """Run a batch in this process, which is never replaced; give the most it has held so far."""
    from experiments.running.runner import run_batch

    asked, held = design(seeds), dict[int, float]()
    marks = {round(seeds * len(POLICIES) * part) for part in (0.1, 0.25, 0.5, 0.75, 1.0)}

    def look(done: int, _total: int, _words: str) -> None:
        if done in marks:
            held[done] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3

    with tempfile.TemporaryDirectory() as folder:
        run_batch(asked.policies, asked.run_settings, folder, executor=Here(), progress=look)
    return {"held": held}


def resume(seeds: int) -> dict:
    """Make a finished batch, go on with it in a process of its own, and read its files alone."""
    from experiments.running.run_cache import read_run_table
    from experiments.running.runner import run_batch

    asked = design(seeds)
    with tempfile.TemporaryDirectory() as folder:
        runs = Path(folder) / "runs"
        runs.mkdir()
        run_batch(asked.policies, asked.run_settings, runs, executor=Here())
        began, used = time.perf_counter(), time.process_time()
        for file in runs.iterdir():
            read_run_table(file)
        reading = {"wall": time.perf_counter() - began, "cpu": time.process_time() - used}
        words = ["compare", *POLICIES, "--world", "island", "--scale", str(SCALE), "--years",
                 str(YEARS), "--runs", str(seeds), "--out", folder]  # fmt: skip
        return {"reading": reading, "command": _timed(["-m", "experiments", *words]),
                "start": _timed(["-m", "experiments", "--version"])}  # fmt: skip


def _timed(words: list[str]) -> dict:
    """Return the time of a Python process."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": time.perf_counter() - began, "cpu": cpu}


def of(what: str, *numbers: int) -> dict:
    """Measure something in a process of its own."""
    return in_own_process("benchmarks.batches", ["--worker", what, *map(str, numbers)])


def at_once(seeds: int, loops: int) -> float:
    """Return the seconds that plain loops of some seeds each need at once, the slowest of them."""
    begun = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.batches", "--worker", "plain", str(seeds),
             str(1 + seeds * n)],
            cwd=ROOT, text=True, stdout=subprocess.PIPE, env={**os.environ},
        )
        for n in range(loops)
    ]  # fmt: skip
    return max(json.loads(one.communicate()[0].splitlines()[-1])["wall"] for one in begun)


def told_of_overhead(seeds: int) -> str:
    """Compare batches of few and many seeds with the same runs in a loop.

    What a batch costs once (starting a process) falls out of the difference of the two batches.
    """
    few, many, loop = of("batch", seeds, 1), of("batch", 3 * seeds, 1), of("plain", 2 * seeds, 1)
    runs = 2 * seeds * len(POLICIES)
    each, bare = (many["cpu"] - few["cpu"]) / runs, loop["cpu"] / runs
    return table(
        ["a run, CPU", "s", "beside the loop", "beside a second"],
        [["in a loop", f"{bare:.3f}", "1.00", ""],
         ["in a batch", f"{each:.3f}", f"{each / bare:.2f}", ""],
         ["the batch alone", f"{each - bare:.4f}", "", f"{100 * (each - bare):.1f} %"]],
    )  # fmt: skip


def told_of_two(seeds: int) -> str:
    """Compare two processes with one, in batches and in plain loops."""
    rows = []
    for name, one, two in (
        ("plain loops", at_once(2 * seeds, 1), at_once(seeds, 2)),
        ("batch", *(_slope(seeds, workers) for workers in (1, 2))),
    ):
        rows.append([name, f"{one:.1f}", f"{two:.1f}", f"{one / two:.2f}"])
    ratio = float(rows[1][-1]) / float(rows[0][-1])
    return table([f"{2 * seeds} seeds, s", "one", "two", "times"], rows) + (
        f"\nthe batch gains {ratio:.2f} of what two plain loops gain on this machine now"
    )


def _slope(seeds: int, workers: int) -> float:
    """Return the seconds of a batch, what it costs once left out."""
    return of("batch", 3 * seeds, workers)["wall"] - of("batch", seeds, workers)["wall"]


def told_of_memory(runs: int) -> str:
    """Tell the most memory held after parts of a batch beside that after the first tenth."""
    held = of("memory", runs // len(POLICIES))["held"]
    first = next(iter(held.values()))
    return table(["runs", "most held, MB", "beside the first"],
                 [[f"{int(done):,}", f"{now:.0f}", f"{now / first:.2f}"]
                  for done, now in held.items()])  # fmt: skip


def told_of_resuming(runs: int) -> str:
    """Tell what a command needs for a finished batch beside reading its files."""
    found = of("resume", runs // len(POLICIES))
    base = found["reading"]["cpu"]
    rows = [[name, f"{found[key]['wall']:.2f}", f"{found[key]['cpu']:.2f}",
             f"{found[key]['cpu'] / base:.1f}"]
            for name, key in (("reading each file once", "reading"), ("starting alone", "start"),
                              ("the command", "command"))]  # fmt: skip
    return table([f"{runs:,} finished runs", "wall, s", "CPU, s", "beside reading"], rows)


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--only", nargs="*", choices=TARGETS, default=list(TARGETS),
                        help="what is measured")  # fmt: skip
    parser.add_argument("--seeds", type=int, default=40, help="seeds of the batches that are timed")
    parser.add_argument("--memory-runs", type=int, default=2000, help="runs whose memory is told")
    parser.add_argument("--resumed-runs", type=int, default=1000, help="runs that are resumed")
    parser.add_argument("--worker", nargs="*", help=argparse.SUPPRESS)
    return parser.parse_args()


def sections(asked: argparse.Namespace) -> Iterable[tuple[str, str]]:
    """Yield what is asked for, with what was found, as it comes."""
    of("batch", 1, 1)  # compiles what is not compiled yet
    for what, told in (
        ("overhead", lambda: told_of_overhead(asked.seeds)),
        ("two", lambda: told_of_two(asked.seeds)),
        ("memory", lambda: told_of_memory(asked.memory_runs)),
        ("resume", lambda: told_of_resuming(asked.resumed_runs)),
    ):
        if what in asked.only:
            yield TARGETS[what], told()


def main() -> None:
    """Measure, and print as it comes."""
    asked = options()
    if asked.worker:
        what, *numbers = asked.worker
        work = {"plain": plain, "batch": batch, "memory": memory, "resume": resume}[what]
        print(json.dumps(work(*map(int, numbers))))
        return
    for target, told in sections(asked):
        print(f"\nasked for: {target}\n\n{told}", flush=True)


if __name__ == "__main__":
    main()
