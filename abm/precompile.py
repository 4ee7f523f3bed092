"""Compiling on two cores: a second process compiles half of the phases meanwhile.

The first time after a change of the sources everything has to be compiled. While this process
compiles what fills the world with people, what they do before they ask for treatment and what needs
the same rules, another compiles everything about bills, and leaves it in the common folder.
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
from abm.outputs import paid_ahead
from abm.outputs.patient_columns import health_to_date
from abm.setup.initial_state import empty_state
from agents.core.jit import FOLDER
from agents.records.bill import BillRow
from agents.records.insurance import AccountRow
from agents.records.patient import PatientRow
from agents.state import State

MARK = "phases-compiled"
CLAIM = "phases-being-compiled"
PATIENCE = 120
"""Seconds after which this process goes on by itself."""


def start() -> bool:
    """Return whether another process compiles half of the rules, begun now or earlier.

    There is one at most: models that are built, or refused, while it is at work share it, and so do
    other processes.
    """
    if FOLDER is None or (Path(FOLDER) / MARK).exists() or (os.cpu_count() or 1) < 2:
        return False
    claim = Path(FOLDER) / CLAIM
    if _claimed(claim):
        _second_process()
    return claim.exists()


@cache
def _second_process() -> subprocess.Popen:
    """Start it."""
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", "from abm.precompile import compile_bills; compile_bills()"],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _claimed(claim: Path) -> bool:
    """Return whether this process may compile ahead; a claim left by a killed one lapses."""
    try:
        if _has_lapsed(claim):
            claim.unlink(missing_ok=True)
        claim.touch(exist_ok=False)
    except OSError:
        return False
    return True


def _has_lapsed(claim: Path) -> bool:
    """Return whether nobody is at work any more under a claim."""
    try:
        return time.time() - claim.stat().st_mtime > PATIENCE
    except OSError:
        return True


def wait(begun: bool, state: State) -> None:
    """Compile the other half here, then wait until the second process is done.

    Whatever it left undone is compiled when it is first called.

    Args:
        begun: What `start` has returned.
        state: Any state of a world.
    """
    if not begun:
        return
    _compile(state, _about_people())
    claim, ended = Path(str(FOLDER)) / CLAIM, False
    while not (ended or _has_lapsed(claim)):
        time.sleep(0.05)
        ended = _second_process.cache_info().currsize > 0 and _second_process().poll() is not None


def compile_bills() -> None:
    """Compile, in the second process, everything about bills."""
    try:
        _compile(empty_state(), _about_bills())
        if FOLDER is not None:
            (Path(FOLDER) / MARK).touch()
    finally:
        if FOLDER is not None:
            (Path(FOLDER) / CLAIM).unlink(missing_ok=True)


NUMBER, ROWS, LINE = 0, np.zeros(0, np.int32), np.zeros(0, np.int64)
"""Stand for the arguments of a phase: a month, a seed; rows of patients; an order."""
BEFORE, PAIRS = "a state", np.zeros((0, 0), np.bool_)
"""Stand for another state; for which pairs are alike."""


def _about_bills() -> tuple:
    """Return the phases that the second process compiles, with arguments of the right types."""
    bills = BillRow.array(0)
    return (
        (phases.settle_bills, bills, LINE, NUMBER, NUMBER),
        (phases.quote_bills, bills, NUMBER, NUMBER),
        (phases.line_of_unfunded, ROWS, np.zeros(0)),
        (phases.call_back, ROWS, NUMBER),
        (phases.give_grants, bills, LINE, NUMBER),
        (phases.weigh_funds, bills, NUMBER),
        (phases.learn_from_cases, 0.5, NUMBER),
        (phases.set_income, bills, NUMBER, NUMBER),
        (phases.receive_income, NUMBER),
        (phases.close_households_year, NUMBER, NUMBER),
        (phases.pay_programmes,),
        (phases.open_the_year, np.zeros(0), 0.5, NUMBER),
        (phases.retry_treatment, BEFORE, PAIRS, bills, NUMBER, NUMBER),
        (phases.pay_other_patients,),
        (
            health_to_date,
            NUMBER,
            LINE,
            PatientRow.array(0),
            bills,
            AccountRow.array(0),
            *[np.zeros(0)] * 5,
            np.zeros((0, 0)),
        ),
    )


def _about_people() -> tuple:
    """Return the phases that this process compiles meanwhile."""
    return (
        (phases.find_due, NUMBER, ROWS),
        (phases.wake, ROWS, NUMBER, NUMBER, ROWS, ROWS),
        (phases.see_patients, ROWS, LINE, NUMBER, NUMBER),
        (phases.turns, ROWS, NUMBER, LINE),
        (phases.take_up, NUMBER),
        (phases.report_known, NUMBER, NUMBER),
        (phases.restock, BEFORE, NUMBER, NUMBER),
        (phases.stock_up, NUMBER, NUMBER),
        (phases.close_books,),
        (phases.update_list, NUMBER, NUMBER),
        (phases.renew_notices, NUMBER, NUMBER),
        (phases.review_catalogue, NUMBER),
        (phases.supply_changes, NUMBER),
        (phases.renew_insurance, NUMBER, NUMBER),
        (phases.sell_commercial_cover, NUMBER, NUMBER),
        (phases.answer_shortages, NUMBER),
        (phases.raise_incomes, NUMBER, NUMBER, False),
        (paid_ahead.add_up, NUMBER, np.zeros((0, 0, 0))),
    )


def _compile(state: State, chosen: tuple) -> None:
    """Compile phases for a world's state without living a month."""
    for phase, *arguments in chosen:
        given = (state if one is BEFORE else one for one in arguments)
        phase.compile(tuple(numba.typeof(value) for value in (state, *given)))
