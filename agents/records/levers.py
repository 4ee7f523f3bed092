"""The rules in force."""

from agents.codes import (
    Catalogue,
    Givers,
    InstitutionForm,
    LevyRule,
    ListingRule,
    Movers,
    NewbornPanel,
    Outsiders,
    PremiumRule,
    Referral,
    Reporting,
    ResponseClass,
    Settlement,
)
from agents.core.record import Record, code, index, month, real, small


class LeversRow(Record):
    """The levers that rules look at: row 0 for the country, row 1 inside the special zone."""

    remote = real("0-1", "share of the mentor's lead closed by remote consultation")
    mentoring = real("1/year", "share of the mentor's lead passed on")
    training_skill = real("logit/year", "skill gained by training")
    training_willingness = real("0-1", "added willingness to refer")
    referral_payment = real("yuan", "paid to a hospital for each patient whom it refers")
    informed = real("0-1", "share of solved cases of which the referrer hears")
    slots = real("1", "factor on consultation slots")
    genetic_covered = real("0-1", "share of genetic tests that is paid for")
    compliance = real("0-1", "share reported where reporting is a duty")
    voluntary_share = real("0-1", "share reported where it is voluntary")
    research = real("0-1", "share entered in the research registry where a hospital takes part")
    claims_screening = real("1/year", "share of the long-undiagnosed found in claims data")
    patient_cohort = real("1/year", "share of members whom patient organisations register")
    threshold = real("yuan/QALY", "most paid per QALY, by response class", len(ResponseClass))
    prevalence_threshold = real("1/100,000", "highest prevalence of a rare disease")
    least_severity = real("0-1", "least part of healthy life that a disease in the catalogue takes")
    least_burden = real("yuan/year", "least cost of a year with a disease in the catalogue")
    price_ceiling = real("yuan/year", "highest price listed, 0 for none")
    volume_guarantee = real("0-1", "guaranteed volume")
    budget_impact_most = real("yuan/year", "most that a listed drug may cost, nationwide")
    incentives = real("0-1", "tax and research incentives for development")
    exclusivity_years = real("year", "from launch until a competitor may enter")
    shortages = real("0-1", "share of months without delivery, by drug and province")
    dual_channel = real("0-1", "designated pharmacies")
    per_head_levy = real("yuan/person/year", "levy for the special fund")
    surplus_share = real("1/year", "share of accumulated balances given to the special fund")
    surplus_most = real("yuan/year", "most drawn from accumulated balances, nationwide")
    maternity_levy = real("yuan/employee/year", "maternity-insurance levy for the special fund")
    fiscal = real("yuan/person/year", "fiscal money for the special fund")
    fund_donations = real("yuan/year", "donations to the special fund, nationwide")
    away_referred = real("0-1", "cut for care away from the insured place, referred")
    away_unreferred = real("0-1", "the same, not referred")
    premium_rise_most = real("1/year", "most by which premiums rise where a pool was short")
    programmes_from_basic = real("0-1", "share of programmes paid by basic insurance")
    means_test = real("0-1", "share of income above which grants are given")
    voice = real("0-1", "how far patient organisations are heard when drugs are assessed")
    grant_cap = real("yuan/year", "most granted to one patient")
    donations = real("1", "factor on foundations' donations")
    patient_organisations = real("1", "factor on patient organisations' reach")
    guidance = real("0-1", "share of those reached by organisations who are told where to go")
    members_added = index("hospitals", "further members of the network in each province")
    months_to_listing = index("month", "from approval to listing, at the least")
    renewal_years = index("year", "from an agreement to its renewal, 0 for never")
    launch_forward = index("month", "launch brought forward")
    launch_since = month("since when launches are brought forward as they are now")
    funding_floor = real("yuan/person/year", "least income of a special fund, by law")
    lapse = real("1/year", "share of years in which a scheme's notice comes late")
    decision_deadline = index("month", "within which a listing is decided by law, 0 for none")
    form = code(InstitutionForm, "what carries the security")
    appeal = small("0/1", "a right of appeal by law")
    treatable_only = small("0/1", "the catalogue by rule holds treatable diseases only")
    review_months_saved = index("month", "saved by accelerated review")
    ahead_of_approval = index("month", "use ahead of national approval, 0 outside the zone")
    reporting = code(Reporting, "who must report")
    listing = code(ListingRule, "how drugs come onto the list")
    newborn_panel = code(NewbornPanel, "diseases screened at birth")
    catalogue = code(Catalogue, "lists of rare diseases in force")
    network_list = small("", "list of network hospitals in force: 0 none, else its number")
    referral = code(Referral, "what the network refers and whom it sees")
    mentoring_reaches_counties = small("0/1", "mentoring and remote consultation reach counties")
    surplus_from = code(Givers, "which pools give of their surplus")
    levies = code(LevyRule, "how levies and fiscal money answer to idle money")
    premiums = code(PremiumRule, "whether premiums rise where a pool was short")
    settlement = code(Settlement, "whether payers settle at once, or wait for each other")
    donation_programmes = small("0/1", "manufacturers' donation programmes are allowed")
    outsiders = code(Outsiders, "how others can use the zone")
    movers = code(Movers, "who can move the registration into the zone")
    waiting_months = index("month", "from moving the registration to the zone's benefits")
    prior_review = small("0/1", "payers review a treatment before it begins")
    stop_without_response = small("0/1", "payers stop paying for a treatment without response")
    audit = small("0/1", "bills are audited")
