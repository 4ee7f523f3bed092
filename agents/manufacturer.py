"""Manufacturer: a drug, its price, the lowest price acceptable, and vials given away."""

import math

from agents.codes import Rank
from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.core.random_numbers import Decision, exponential, uniform
from agents.core.record import NEVER, RecordAgent
from agents.records.drug import DrugRow
from agents.records.hospital import HospitalRow
from agents.records.levers import LeversRow


class Manufacturer(RecordAgent, record=DrugRow):
    """The manufacturer of one drug as a Mesa agent."""

    @property
    def name(self) -> str:
        """The drug's name in the world's table."""
        return self.model.drug_names[self.index]


@rule
def launch_month(drug: DrugRow, levers: LeversRow) -> int:
    """Return the month from which the drug is sold under some levers.

    That of its approval on record, or earlier; a zone may use it ahead of national approval.
    """
    return drug.approved - drug.early - levers.launch_forward - levers.ahead_of_approval


@rule
def sold_from(drug: DrugRow, levers: LeversRow) -> int:
    """Return the month in which the drug is first sold in fact under some levers.

    What brings launches forward acts from when it came into force: a drug that is on the market by
    then has been sold since its own time, another is sold from then on at the earliest.
    """
    own = drug.approved - drug.early
    return min(own, max(launch_month(drug, levers), levers.launch_since))


@rule
def on_market(drug: DrugRow, month: int, levers: LeversRow) -> bool:
    """Return whether the drug is sold."""
    return month >= launch_month(drug, levers)


@rule
def lowest_acceptable(drug: DrugRow, params: Parameters, levers: LeversRow) -> float:
    """Return the lowest price acceptable, yuan a year.

    What was accepted in fact where that is known, else a share of the list price; less where a
    volume is guaranteed, and beside other drugs of the disease that are listed.
    """
    floor = drug.record_price
    if drug.record_listed == NEVER:
        floor = drug.list_price * params.lowest_price_share
    for _ in range(drug.alternatives):
        floor *= 1.0 - params.rival_discount
    return floor * (1.0 - params.volume_discount * levers.volume_guarantee)


@rule
def patients_expected(drug: DrugRow) -> float:
    """Return the patients expected on a listed drug: those known, at least those treated."""
    return max(drug.known, drug.volume)


@rule
def applies(drug: DrugRow, params: Parameters, levers: LeversRow, month: int) -> bool:
    """Return whether a manufacturer applies for listing: not if it would earn less.

    Listed it may have all patients found, whom it knows better than the registry does, at its
    lowest price; off the list it has those treated last year, at the list price less vials given
    away. Where there is nobody there is nothing to lose.
    """
    off_list = drug.volume * drug.list_price * (1.0 - donates(drug, month, levers))
    listed = max(drug.found, drug.volume) * lowest_acceptable(drug, params, levers)
    return listed >= off_list


@rule
def lowest_at_renewal(drug: DrugRow) -> float:
    """Return the lowest price at which a manufacturer renews an agreement, yuan a year.

    It takes less only for more patients than were expected, and earns no less than was agreed.
    What making the drug costs is left out (assumption: a small part of its price).
    """
    if drug.volume > drug.expected > 0.0:
        return drug.price * drug.expected / drug.volume
    return drug.price


@rule
def donates(drug: DrugRow, month: int, levers: LeversRow) -> float:
    """Return the share of the bill given as vials: only while the drug is not listed."""
    if drug.listed or not levers.donation_programmes:
        return 0.0
    if drug.donation_from <= month <= drug.donation_until:
        return drug.donated_share
    return 0.0


@rule
def weight(age: float, params: Parameters) -> float:
    """Return body weight at an age in years, kg: linear in childhood up to the adult's."""
    return min(params.adult_weight, params.weight_at_birth + params.weight_gain_per_year * age)


@rule
def dose_factor(drug: DrugRow, age: float, params: Parameters) -> float:
    """Return the dose of a patient over that of the patient for whom the price is quoted."""
    if not drug.by_weight:
        return 1.0
    return weight(age, params) / drug.typical_weight


@rule
def availability(
    hospital: HospitalRow, drug: DrugRow, params: Parameters, levers: LeversRow, month: int
) -> float:
    """Return the probability that a hospital stocks a drug.

    Approaches a ceiling that rises with the hospital's rank: a low one from the launch on, and from
    where that has led the full one from the listing on, so that listing never takes a drug out of a
    hospital. The dual channel of designated pharmacies closes part of what is missing.
    """
    launch = sold_from(drug, levers)
    off_list = max(0, (min(month, drug.listed_month) if drug.listed else month) - launch) / 12.0
    if hospital.rank == Rank.COUNTY:
        ceiling = params.stock_county
    elif hospital.rank == Rank.TERTIARY:
        ceiling = params.stock_tertiary
    elif hospital.rank == Rank.MEMBER:
        ceiling = params.stock_member
    else:
        ceiling = params.stock_lead
    share = ceiling * params.stock_unlisted_ratio
    share *= 1.0 - math.exp(-off_list / params.stocking_years)
    if drug.listed:
        listed = max(0, month - drug.listed_month) / 12.0
        share = ceiling - (ceiling - share) * math.exp(-listed / params.stocking_years)
        share += levers.dual_channel * (1.0 - share) * params.dual_channel_reach
    return share


@rule
def taken_up_before(drug: DrugRow, month: int, params: Parameters) -> float:
    """Return how far a drug had been taken up by a month before the burn-in, by its recorded dates.

    As `agents.prescribing.taken_up_this_month` adds it up, where only the list's insurers paid.
    """
    listed = min(month, drug.record_listed)
    uncovered = max(0, listed - drug.approved)
    covered = max(0, month - max(listed, drug.approved))
    return params.uptake_uncovered * uncovered + params.uptake_covered * covered


@rule
def is_eligible(drug: DrugRow, identity: int, seed: int) -> bool:
    """Return whether doctors would choose the drug for a patient: one fixed draw for each drug."""
    return uniform(seed, identity, Decision.ELIGIBLE, drug.number) < drug.eligible_share


@rule
def reluctance(identity: int, seed: int) -> float:
    """Return how far a drug must have been taken up before a patient's doctors prescribe it.

    One fixed draw, exponential of mean 1: doctors who have not begun begin at the rate of uptake.
    """
    return exponential(seed, identity, Decision.UPTAKE, 0)


@rule
def supplies(
    hospital: HospitalRow,
    h: int,
    drug: DrugRow,
    d: int,
    params: Parameters,
    levers: LeversRow,
    month: int,
    seed: int,
) -> bool:
    """Return whether a hospital stocks a drug: one fixed draw against a growing share.

    `h` is the row of the hospital, `d` of the drug: the keys of the draw.
    """
    draw = uniform(seed, h, Decision.STOCK, d)
    return draw < availability(hospital, drug, params, levers, month)
