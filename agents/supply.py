"""Supply: months in which a drug is not delivered to the hospitals of a province."""

from agents.core.jit import rule
from agents.core.limits import DRUGS
from agents.core.parameters import Parameters
from agents.core.random_numbers import Decision, uniform
from agents.records.drug import DrugRow
from agents.records.hospital import HospitalRow
from agents.records.levers import LeversRow


@rule
def is_short(
    province: int, d: int, params: Parameters, levers: LeversRow, month: int, seed: int
) -> bool:
    """Return whether a drug is not delivered in a province: one draw for every few months.

    `province` and `d`, the drug's row, are the keys of the draw.
    """
    if levers.shortages <= 0.0:
        return False
    spell = month // params.shortage_months
    return uniform(seed, DRUGS * province + d, Decision.SHORTAGE, spell) < levers.shortages


@rule
def end_of_spell(params: Parameters, month: int) -> int:
    """Return the month in which the next draw decides whether a drug is delivered."""
    return (month // params.shortage_months + 1) * params.shortage_months


@rule
def is_delivered(
    hospital: HospitalRow,
    h: int,
    drug: DrugRow,
    d: int,
    params: Parameters,
    levers: LeversRow,
    month: int,
    seed: int,
) -> bool:
    """Return whether a hospital that stocks a drug has it this month.

    In a shortage a listed drug is had from a designated pharmacy where there is one for the
    hospital: one fixed draw against the dual channel. `h` and `d` are rows, the keys of draws.
    """
    if not is_short(hospital.province, d, params, levers, month, seed):
        return True
    reach = levers.dual_channel * params.dual_channel_reach if drug.listed else 0.0
    return uniform(seed, h, Decision.PHARMACY, d) < reach
