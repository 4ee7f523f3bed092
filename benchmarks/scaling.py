"""How time and memory grow with the number of patients, up to the whole country.

Run from the project's root: ``python -m benchmarks.scaling``; ``--help`` tells how to choose rows.

Each row is a process of its own on one core: it builds the model (twenty contended years of
burn-in among other things), lives fifteen years and ends. CPU time is user and system time, memory
the most that the process ever held, interpreter and libraries included. The exponent is that of
growth from the row above it: 1 where twice the patients cost twice as much.
"""

import argparse
import json
import math
import resource
import sys
import tempfile
import time

from benchmarks.measuring import PhaseClock, in_own_process, table

SCALES = (0.01, 0.1, 1.0)
SMALLEST = 0.002
TARGETS = {
    "start": "20 s for the first start, with nothing compiled; 1 s for later ones",
    "rows": "50 s on one core for everyone with a detailed disease (scale 1); with the pooled "
    "diseases 15 microseconds and 225 bytes for each patient, or 5 minutes and 4.5 GB for 20 "
    "million",
}
"""What the project asks for."""


def measure(scale: float, pooled: bool, years: int) -> dict:
    """Build a model and live its years.

    Args:
        scale: Simulated patients per real one.
        pooled: Whether undetailed rare diseases are simulated too.
        years: Length of the scenario.

    Returns:
        What was simulated, and the time and memory that each part took.
    """
    from abm import RareCareModel  # the imports are timed

    building, living = PhaseClock(), PhaseClock()
    imported = _now()
    with building:
        model = RareCareModel(scale=scale, years=years, pooled=pooled, rng=0)
    built, turns, held = _now(), int(model.state.counters["actions"][0]), _most_held()
    with living:
        model.run()
    return {
        "row": f"{scale:g}{' pooled' if pooled else ''}",
        "patients": len(model.state.patients),
        "turns": int(model.state.counters["actions"][0]) - turns,
        "importing": imported,
        "building": _since(imported, built),
        "living": _since(built, _now()),
        "building_phases": dict(building.seconds),
        "living_phases": dict(living.seconds),
        "gigabytes": [held, _most_held()],
    }


def _now() -> dict[str, float]:
    """Return the CPU seconds of this process so far, and the time of day."""
    return {"cpu": time.process_time(), "wall": time.perf_counter()}


def _since(start: dict[str, float], end: dict[str, float]) -> dict[str, float]:
    """Return the CPU and wall seconds between two moments."""
    return {schedule: end[schedule] - start[schedule] for schedule in start}


def _most_held() -> float:
    """Return the most memory that this process ever held, gigabytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def row(scale: float, pooled: bool, years: int, **environment: str) -> dict:
    """Measure a row in a process of its own."""
    options = [f"--worker={scale}", f"--years={years}", *(["--with-pooled"] if pooled else [])]
    return in_own_process("benchmarks.scaling", options, **environment)


def start() -> dict:
    """Build a small model, live a year, and build it once more now that everything is loaded."""
    from abm import RareCareModel

    moments = [_now()]
    model = RareCareModel(scale=SMALLEST, years=1, rng=0)
    moments.append(_now())
    model.run()
    moments.append(_now())
    RareCareModel(scale=SMALLEST, years=1, rng=0)
    moments.append(_now())
    names = ("building", "a year", "building again")
    return dict(zip(names, map(_since, moments, moments[1:]), strict=True))


def starts() -> str:
    """Time a first and a later start."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for name in ("first", "later"):
            began, cpu = time.perf_counter(), _cpu_of_children()
            parts = in_own_process("benchmarks.scaling", ["--start"], RARECARE_CACHE=folder)
            whole, cpu = time.perf_counter() - began, _cpu_of_children() - cpu
            wall = [parts[part]["wall"] for part in ("building", "a year", "building again")]
            whole -= wall[2]
            cpu -= parts["building again"]["cpu"]
            imports = whole - wall[0] - wall[1]
            lines.append([name, *(f"{s:.2f}" for s in (cpu, whole, imports, *wall))])
    header = ["start", "CPU s", "wall s", "of which imports", "building", "a year",
              "(building again)"]  # fmt: skip
    return f"{table(header, lines)}\n(target: {TARGETS['start']})"


def _cpu_of_children() -> float:
    """Return the CPU seconds of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def growth(rows: list[dict]) -> str:
    """Return time, memory and their growth from row to row."""
    lines = []
    for above, here in zip([None, *rows], rows, strict=False):
        cpu, patients = _cpu(here), here["patients"]
        lines.append([
            here["row"], f"{patients:,}", f"{here['building']['cpu']:.1f}",
            f"{here['living']['cpu']:.1f}", f"{cpu:.1f}",
            f"{here['building']['wall'] + here['living']['wall']:.1f}",
            f"{1e6 * cpu / patients:.1f}",
            f"{1e6 * here['living']['cpu'] / here['turns']:.2f}",
            _exponent(above, here) if above else "",
            f"{here['gigabytes'][0]:.2f}", f"{here['gigabytes'][1]:.2f}",
        ])  # fmt: skip
    header = ["scale", "patients", "building: CPU s", "living: CPU s", "both: CPU s", "wall s",
              "µs per patient", "µs per event lived", "exponent", "GB to build", "GB"]  # fmt: skip
    return f"{table(header, lines)}\n(target: {TARGETS['rows']})"


def _cpu(measured: dict) -> float:
    """Return the CPU seconds of building and living."""
    return measured["building"]["cpu"] + measured["living"]["cpu"]


def _exponent(above: dict, here: dict) -> str:
    """Return the exponent of the growth of CPU time with the number of patients."""
    patients = math.log(here["patients"] / above["patients"])
    return f"{math.log(_cpu(here) / _cpu(above)) / patients:.2f}" if patients else ""


def by_phase(measured: dict) -> str:
    """Return where the CPU time of a row went."""
    parts = ("building", "living")
    names = sorted(
        {name for part in parts for name in measured[f"{part}_phases"]},
        key=lambda name: -sum(measured[f"{part}_phases"].get(name, 0.0) for part in parts),
    )
    lines = [
        [name, *(f"{measured[f'{part}_phases'].get(name, 0.0):.2f}" for part in parts)]
        for name in names
    ]
    rest = [measured[p]["cpu"] - sum(measured[f"{p}_phases"].values()) for p in parts]
    lines.append(["everything else", *(f"{seconds:.2f}" for seconds in rest)])
    return table([f"scale {measured['row']}: CPU s by phase", "burn-in", "scenario"], lines)


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--scales", type=float, nargs="*", default=SCALES,
                        help="rows with the detailed diseases only")  # fmt: skip
    parser.add_argument("--pooled-scale", type=float, default=1.0,
                        help="the row with the pooled diseases too; 0 leaves it out")  # fmt: skip
    parser.add_argument("--years", type=int, default=15, help="years lived")
    parser.add_argument("--no-starts", dest="starts", action="store_false",
                        help="leave out the times of a first and a later start")  # fmt: skip
    parser.add_argument("--start", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--worker", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--with-pooled", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Measure the rows that are asked for, and print as they come."""
    asked = options()
    if asked.start:
        print(json.dumps(start()))
        return
    if asked.worker:
        print(json.dumps(measure(asked.worker, asked.with_pooled, asked.years)))
        return
    if asked.starts:
        print(starts(), flush=True)
    row(SMALLEST, False, 1)  # compiles what is not compiled yet
    chosen = [(scale, False) for scale in asked.scales]
    chosen += [(asked.pooled_scale, True)] if asked.pooled_scale else []
    rows = []
    for scale, pooled in chosen:
        rows.append(row(scale, pooled, asked.years))
        print(f"\n{by_phase(rows[-1])}", flush=True)
    if rows:
        print(f"\n{growth(rows)}")


if __name__ == "__main__":
    main()
