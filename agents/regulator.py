"""Regulator: the rules in force, the reimbursement list, assessment and negotiation."""

from agents.codes import Catalogue, ResponseClass
from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.core.record import Record, RecordAgent, index, real, small
from agents.manufacturer import lowest_acceptable


class LeversRow(Record):
    """The levers that rules look at: row 0 for the country, row 1 inside the special zone."""

    remote = real("0-1", "share of the mentor's lead closed by remote consultation")
    mentoring = real("1/year", "share of the mentor's lead passed on")
    training_skill = real("logit/year", "skill gained by training")
    training_willingness = real("0-1", "added willingness to refer")
    slots = real("1", "factor on consultation slots")
    genetic_covered = real("0-1", "share of genetic tests that is paid for")
    compliance = real("0-1", "share reported where reporting is a duty")
    voluntary_share = real("0-1", "share reported where it is voluntary")
    claims_screening = real("1/year", "share of the long-undiagnosed found in claims data")
    patient_cohort = real("0-1", "added share registered by patient organisations")
    threshold = real("yuan/QALY", "most paid per QALY, by response class", len(ResponseClass))
    price_ceiling = real("yuan/year", "highest price listed, 0 for none")
    volume_guarantee = real("0-1", "guaranteed volume")
    dual_channel = real("0-1", "designated pharmacies")
    per_head_levy = real("yuan/person/year", "levy for the special fund")
    surplus_share = real("1/year", "share of accumulated balances given to the special fund")
    maternity_levy = real("yuan/employee/year", "maternity-insurance levy for the special fund")
    fiscal = real("yuan/person/year", "fiscal money for the special fund")
    fund_donations = real("yuan/year", "donations to the special fund, nationwide")
    away_referred = real("0-1", "cut for care away from the insured place, referred")
    away_unreferred = real("0-1", "the same, not referred")
    means_test = real("0-1", "share of income above which grants are given")
    grant_cap = real("yuan/year", "most granted to one patient")
    donations = real("1", "factor on foundations' donations")
    patient_organisations = real("1", "factor on patient organisations' reach")
    months_to_listing = index("month", "from approval to listing, at the least")
    launch_forward = index("month", "launch brought forward")
    reporting = small("", "who must report")
    listing = small("", "how drugs come onto the list")
    newborn_panel = small("", "0 none, 1 in place, 2 all that is possible")
    catalogue = small("", "lists of rare diseases in force: 0, 1, 2, or 3 for all diseases")
    network_list = small("", "list of network hospitals in force: 0 none, else its number")
    referral = small("", "0 free, 1 the network refers up and back, 2 and sees only the referred")
    mentoring_reaches_counties = small("0/1", "mentoring and remote consultation reach counties")
    donation_programmes = small("0/1", "manufacturers' donation programmes are allowed")
    outsiders = small("", "who else enjoys the zone's benefits: 0 none, 2 those treated in it")


class Regulator(RecordAgent, record=LeversRow):
    """The regulator as a Mesa agent: its row holds the rules outside the zone."""


@rule
def in_catalogue(disease, levers):
    """Return whether a disease counts as rare under the lists in force."""
    return levers.catalogue == Catalogue.ALL or 0 < disease.catalogue <= levers.catalogue


@rule
def assess(drug, disease, levers):
    """Return the highest price the list will bear, yuan a year.

    The health gain per year of treatment times the threshold of the response class; a price
    ceiling may lie below it.
    """
    bearable = drug.qaly_gain * levers.threshold[disease.response]
    if levers.price_ceiling > 0.0:
        bearable = min(bearable, levers.price_ceiling)
    return bearable


@rule
def negotiate(drug, disease, params: Parameters, levers, month):
    """One yearly round for a drug that is not listed; true if it comes onto the list.

    The offer is the assessed price, at most the list price; the manufacturer accepts at or above
    the lowest acceptable price. The price agreed lies between the two.
    """
    if drug.listed or month < drug.approved - levers.launch_forward + levers.months_to_listing:
        return False
    offer = min(assess(drug, disease, levers), drug.list_price)
    floor = lowest_acceptable(drug, params, levers)
    if offer < floor:
        return False
    position = params.bargaining_position
    enlist(drug, position * offer + (1.0 - position) * floor, month)
    return True


@rule
def enlist(drug, price, month):
    """Put a drug on the list at a price."""
    drug.listed = 1
    drug.listed_month = month
    drug.price = price


@rule
def follow_record(drug, month):
    """List a drug in the month in which it was listed in fact; true if this is that month."""
    if drug.listed or month < drug.record_listed:
        return False
    enlist(drug, drug.record_price, drug.record_listed)
    return True
