"""Law and institution: what a law binds, and what annual notices leave open.

A law can bind the special fund's money, the time within which a listing is decided, and a right of
appeal. Where there is none, a scheme rests on annual notices, which can come late.
"""

from agents.codes import InstitutionForm
from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.core.random_numbers import Decision, uniform
from agents.core.record import NEVER
from agents.records.levers import LeversRow


@rule
def least_funding(levers: LeversRow) -> float:
    """Return the least that a law binds a special fund to receive, yuan per insured and year."""
    return levers.funding_floor if levers.form == InstitutionForm.LAW else 0.0


@rule
def decided_by(launch: int, levers: LeversRow) -> int:
    """Return the month by which a law wants a drug's listing decided; `NEVER` where none does.

    `launch` is the month from which the drug is sold.
    """
    if levers.form != InstitutionForm.LAW or levers.decision_deadline == 0:
        return NEVER
    return launch + levers.decision_deadline


@rule
def may_appeal(levers: LeversRow) -> bool:
    """Return whether a law gives a right of appeal: who is refused is heard once more."""
    return levers.form == InstitutionForm.LAW and levers.appeal == 1


@rule
def is_upheld(who: int, decision: int, params: Parameters, seed: int) -> bool:
    """Return whether an appeal succeeds: one fixed draw.

    `who` is the number of the patient, or the row of the drug, `decision` the kind of appeal
    (`agents.core.random_numbers.Decision`).
    """
    return uniform(seed, who, decision, 0) < params.appeal_success


@rule
def has_lapsed(province: int, levers: LeversRow, params: Parameters, month: int, seed: int) -> bool:
    """Return whether the notice on which a province's special-fund scheme rests has not come yet.

    It is due each January; in some years it comes `notice_delay` months late. A law needs none.

    Args:
        province: Row of the province, the key of the year's draw.
        levers: The rules in force.
        params: The world's parameters.
        month: This month.
        seed: The key of all draws.
    """
    if levers.form == InstitutionForm.LAW or month % 12 >= params.notice_delay:
        return False
    return uniform(seed, province, Decision.LAPSE, month // 12) < levers.lapse
