"""Compiling on two cores: a second process compiles half of the month meanwhile.

The first time after a change of the sources everything has to be compiled. While this process
compiles what fills the world with people and what happens once a year, another compiles the phases
of every month, and leaves them in the common folder.
"""

import os
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import numba
import numpy as np

from abm.engine import phases
from abm.setup.initial_state import empty_state
from agents.core.jit import FOLDER
from agents.records.bill import BillRow
from agents.state import State

MARK = "phases-compiled"
CLAIM = "phases-being-compiled"
PATIENCE = 120
"""Seconds after which this process goes on by itself."""


@cache
def start() -> subprocess.Popen | None:
    """Start the second process where nothing is compiled yet; return it, or None.

    There is one at most: models that are built, or refused, while it is at work share it, and other
    processes go on by themselves.
    """
    if FOLDER is None or (Path(FOLDER) / MARK).exists() or (os.cpu_count() or 1) < 2:
        return None
    if not _claimed(Path(FOLDER) / CLAIM):
        return None
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", "from abm.engine.precompile import compile_month; compile_month()"],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _claimed(claim: Path) -> bool:
    """Return whether this process may compile ahead; a claim left by a killed one lapses."""
    try:
        if claim.exists() and time.time() - claim.stat().st_mtime > PATIENCE:
            claim.unlink()
        claim.touch(exist_ok=False)
    except OSError:
        return False
    return True


def wait(process: subprocess.Popen | None, state: State) -> None:
    """Compile the other half here, then wait until the second process is done.

    Whatever it left undone is compiled when it is first called.
    """
    if process is None:
        return
    _compile(state, _phases_of_the_year())
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()


def compile_month() -> None:
    """Compile, in the second process, the phases of every month."""
    _compile(empty_state(), _phases_of_the_month())
    if FOLDER is not None:
        (Path(FOLDER) / MARK).touch()
        (Path(FOLDER) / CLAIM).unlink(missing_ok=True)


NUMBER, ROWS, LINE = 0, np.zeros(0, np.int32), np.zeros(0, np.int64)
"""Stand for the arguments of a phase: a month, a seed; rows of patients; an order."""
BEFORE, PAIRS = "a state", np.zeros((0, 0), np.bool_)
"""Stand for another state; for which pairs are alike."""


def _phases_of_the_month() -> tuple:
    """Return the phases that the second process compiles, with arguments of the right types."""
    bills = BillRow.array(0)
    return (
        (phases.settle_bills, bills, LINE, NUMBER, NUMBER),
        (phases.quote_bills, bills, NUMBER),
        (phases.line_of_unfunded, ROWS, np.zeros(0)),
        (phases.call_back, ROWS, NUMBER),
        (phases.give_grants, bills, LINE, NUMBER),
        (phases.weigh_funds, bills, NUMBER),
        (phases.learn_from_cases, 0.5, NUMBER),
        (phases.set_income, bills, NUMBER, NUMBER),
        (phases.receive_income,),
        (phases.raise_incomes, NUMBER, NUMBER),
        (phases.renew_insurance, NUMBER, NUMBER),
        (phases.close_books,),
        (phases.report_known, NUMBER, NUMBER),
        (phases.stock_up, NUMBER, NUMBER),
        (phases.update_list, NUMBER),
        (phases.open_the_year, np.zeros(0), 0.5, NUMBER),
        (phases.close_households_year, NUMBER, NUMBER),
        (phases.take_up, NUMBER),
        (phases.pay_programmes,),
        (phases.restock, BEFORE, NUMBER, NUMBER),
        (phases.retry_treatment, BEFORE, PAIRS, bills, NUMBER, NUMBER),
        (phases.pay_other_patients,),
    )


def _phases_of_the_year() -> tuple:
    """Return the phases that this process compiles meanwhile."""
    return (
        (phases.wake, NUMBER, NUMBER, ROWS, ROWS),
        (phases.see_patients, ROWS, LINE, NUMBER, NUMBER),
        (phases.turns, ROWS, NUMBER, LINE),
    )


def _compile(state: State, chosen: tuple) -> None:
    """Compile phases for a world's state without living a month."""
    for phase, *arguments in chosen:
        given = (state if one is BEFORE else one for one in arguments)
        phase.compile(tuple(numba.typeof(value) for value in (state, *given)))
