"""Manufacturer: a drug, its price, the lowest price acceptable, and vials given away."""

import math

from agents.codes import Rank
from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.core.random_numbers import Decision, uniform
from agents.core.record import NEVER, Record, RecordAgent, index, month, real, small


class DrugRow(Record):
    """One drug and its manufacturer."""

    price = real("yuan/year", "price now, for a typical patient")
    list_price = real("yuan/year", "price at launch")
    record_price = real("yuan/year", "price at which it was listed, as it happened")
    negotiated = real("yuan/year", "price agreed in the model's own negotiation")
    donated_share = real("0-1", "share of the list price given as vials")
    treated = real("", "patients treated this year")
    billed = real("yuan", "billed this year")
    qaly_gain = real("QALY/year", "health gain per year of treatment, for the assessment")
    typical_weight = real("kg", "weight of the typical patient")
    approved = month("approved")
    record_listed = month("listed, as it happened")
    listed_month = month("listed in this run")
    donation_from = month("first month of the donation programme")
    donation_until = month("last month of the donation programme")
    disease = index("", "disease")
    listed = small("0/1", "on the national reimbursement list now")
    by_weight = small("0/1", "dosed by body weight")


class Manufacturer(RecordAgent, record=DrugRow):
    """The manufacturer of one drug as a Mesa agent."""

    @property
    def name(self) -> str:
        """The drug's name in the world's table."""
        return self.model.drug_names[self.index]


@rule
def on_market(drug, month, levers):
    """Return whether the drug is sold; incentives can bring the launch forward."""
    return month >= drug.approved - levers.launch_forward


@rule
def lowest_acceptable(drug, params: Parameters, levers):
    """Return the lowest price acceptable, yuan a year.

    What was accepted in fact where that is known, else a share of the list price; less where a
    volume is guaranteed.
    """
    floor = drug.record_price
    if drug.record_listed == NEVER:
        floor = drug.list_price * params.lowest_price_share
    return floor * (1.0 - params.volume_discount * levers.volume_guarantee)


@rule
def donates(drug, month, levers):
    """Return the share of the bill given as vials: only while the drug is not listed."""
    if drug.listed or not levers.donation_programmes:
        return 0.0
    if drug.donation_from <= month <= drug.donation_until:
        return drug.donated_share
    return 0.0


@rule
def weight(age, params: Parameters):
    """Return body weight at an age in years, kg: linear in childhood up to the adult's."""
    return min(params.adult_weight, params.weight_at_birth + params.weight_gain_per_year * age)


@rule
def dose_factor(drug, age, params: Parameters):
    """Return the dose of a patient over the typical patient's."""
    if not drug.by_weight:
        return 1.0
    return weight(age, params) / drug.typical_weight


@rule
def availability(hospital, drug, params: Parameters, levers, month):
    """Return the probability that a hospital stocks a drug.

    Approaches a ceiling that rises with the hospital's rank, with the years since listing (since
    approval, at a lower ceiling, for a drug that is not listed). The dual channel of designated
    pharmacies closes part of what is missing.
    """
    since = drug.listed_month if drug.listed else drug.approved - levers.launch_forward
    years = max(0.0, (month - since) / 12.0)
    if hospital.rank == Rank.COUNTY:
        ceiling = params.stock_county
    elif hospital.rank == Rank.TERTIARY:
        ceiling = params.stock_tertiary
    elif hospital.rank == Rank.MEMBER:
        ceiling = params.stock_member
    else:
        ceiling = params.stock_lead
    if not drug.listed:
        ceiling *= params.stock_unlisted_ratio
    share = ceiling * (1.0 - math.exp(-years / params.stocking_years))
    if drug.listed:
        share += levers.dual_channel * (1.0 - share) * params.dual_channel_reach
    return share


@rule
def supplies(hospital, h, drug, d, params: Parameters, levers, month, seed):
    """Return whether a hospital stocks a drug: one fixed draw against a growing share."""
    draw = uniform(seed, h, Decision.STOCK, d)
    return draw < availability(hospital, drug, params, levers, month)
