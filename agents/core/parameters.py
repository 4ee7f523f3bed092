"""The parameters of a world: declared here once, so that a rule can say ``params.discount_rate``.

A declaration gives name, unit, meaning and what the value can be at all. The value itself, its
plausible range, tag and source stand in the world's `parameters.csv`, which must have exactly these
names (`abm.world.parameters`).
"""

import math
from typing import Any, TypeVar

from agents.core.limits import COUNTED, ROWS, TRIED
from agents.core.record import Field, Record, real

T = TypeVar("T")
MOST_MONTHS = 600
"""Months of the longest spell: drawn up to 37 times its mean, it must end before month 32,000."""
DEAREST = 1_000_000
"""Yuan of the dearest visit, test or trip: a thousand of them must fit a household's account."""


class Parameter(Field[T]):
    """A parameter of the world, one number.

    Attributes:
        whole: Whether it is a whole number, stored as such.
        low: The smallest number that it can be.
        high: The largest.
        above: It is strictly above this one.
    """

    def __init__(self, kind: str, unit: str, label: str, low: float, high: float, above: float):
        super().__init__(kind, unit, label)
        self.whole = kind == "i4"
        self.low, self.high, self.above = low, high, above


def number(
    unit: str,
    label: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    above: float = -math.inf,
) -> Parameter[float]:
    """Declare a real number."""
    return Parameter("f8", unit, label, low, high, above)


def whole(unit: str, label: str, *, low: int, high: int) -> Parameter[int]:
    """Declare a whole number."""
    return Parameter("i4", unit, label, low, high, -math.inf)


def amount(unit: str, label: str) -> Parameter[float]:
    """Declare a number that is not negative."""
    return number(unit, label, low=0)


def positive(unit: str, label: str) -> Parameter[float]:
    """Declare a number above 0."""
    return number(unit, label, above=0)


def share(label: str) -> Parameter[float]:
    """Declare a share from 0 to 1."""
    return number("0-1", label, low=0, high=1)


def probability(label: str) -> Parameter[float]:
    """Declare a probability."""
    return number("probability", label, low=0, high=1)


def ratio(label: str) -> Parameter[float]:
    """Declare a ratio of two quantities that are not negative."""
    return number("ratio", label, low=0)


def price(label: str) -> Parameter[float]:
    """Declare what a household is billed at a visit, yuan."""
    return number("yuan", label, low=0, high=DEAREST)


def logit(label: str) -> Parameter[float]:
    """Declare a skill or a difficulty: the logarithm of odds."""
    return number("logit", label, low=-100, high=100)


def months(label: str) -> Parameter[int]:
    """Declare a time in whole months."""
    return whole("month", label, low=1, high=MOST_MONTHS)


class Parameters(Record):
    """One row: every parameter of the world."""

    # seeking care
    first_consultation_hazard = positive(
        "per month",
        "hazard of the first consultation, adult of median income at the hospital's door",
    )
    way_halving_first_consultation = positive(
        "km", "way to the nearest hospital at which the first consultation's hazard is half"
    )
    county_way_ratio = ratio("the countryside's way to the county's town over that to the city's")
    urban_way_ratio = ratio("a way within town over the same from the countryside")
    gap_between_attempts = positive(
        "month", "mean time to seek again after a failed consultation, before modifiers"
    )
    gap_longer_per_dismissal = amount("per dismissal", "lengthening of the gap by each dismissal")
    dismissals_lengthening_gap = whole(
        "dismissals", "dismissals beyond which the gap grows no longer", low=0, high=COUNTED
    )
    dismissals_before_rest = whole(
        "dismissals",
        "dismissals after which a patient may rest from the search",
        low=1,
        high=COUNTED,
    )
    give_up_probability = probability(
        "probability of resting from the search after enough dismissals"
    )
    rest_from_search = months("how long a rest from the search lasts")
    rethink_after = months("a plan to seek care later than this is thought over again then")
    seeking_sd_between_patients = amount(
        "ln", "standard deviation of eagerness to seek care between patients"
    )
    seeking_income_elasticity = number("elasticity", "elasticity of seeking on household income")
    seeking_income_floor = positive(
        "ratio", "household income over the median below which eagerness falls no further"
    )
    seeking_severity_slope = number(
        "per unit of severity", "rise of eagerness with severity above the reference", low=0, high=2
    )
    severity_reference = number(
        "0-1",
        "severity at which eagerness and difficulty are as the other parameters say",
        low=0,
        high=0.5,
    )
    child_age_limit = number(
        "year", "age at the first symptoms below which a patient counts as a child", low=0, high=120
    )
    child_seeking_ratio = positive("ratio", "eagerness for a child over an adult's")
    informed_seeking_ratio = positive(
        "ratio", "eagerness of those reached by a patient organisation over the others'"
    )
    quiet_alarming = amount("month", "mean time for which alarming first symptoms pass for nothing")
    quiet_persistent = amount("month", "the same of persistent first symptoms")
    quiet_intermittent = amount("month", "the same of symptoms that come and go")
    quiet_mild = amount("month", "the same of mild symptoms")
    quiet_sd = number(
        "ln", "standard deviation of that time between the patients of a disease", low=0, high=3
    )
    quiet_seeking_ratio = positive("ratio", "eagerness while symptoms pass for nothing much")
    alarming_seeking_ratio = positive(
        "ratio",
        "with alarming symptoms over persistent ones: eagerness, taste for skill before failures, "
        "and how soon one comes back or gives up a useless treatment",
    )
    intermittent_seeking_ratio = positive("ratio", "the same with symptoms that come and go")
    mild_seeking_ratio = positive("ratio", "the same with mild symptoms")
    organisation_reach = probability(
        "a patient organisation reaches a patient who decides about care; times urban share"
    )
    # choosing a hospital
    taste_for_skill_first = amount(
        "utility per logit", "taste for skill at the first visit; first contact is local"
    )
    taste_for_skill_per_failure = amount(
        "utility per logit per failure",
        "added taste for skill after each failed visit: help is sought stepwise upward",
    )
    child_added_taste_for_skill = amount("utility per logit", "added taste for skill for a child")
    trip_cost_disutility = amount(
        "utility per month of household income",
        "disutility of the trip's cost over monthly household income",
    )
    trip_income_offset = positive(
        "yuan per month", "added to household income where the trip's cost is weighed against it"
    )
    step_disutility = amount(
        "utility per rank", "disutility of a hospital for each rank above the last one tried"
    )
    leaving_province_disutility = amount(
        "utility", "fixed disutility of leaving the province (lower reimbursement)"
    )
    congestion_disutility = amount(
        "utility per month of waiting", "disutility of the expected wait"
    )
    first_lead_share = probability(
        "where a province has several leads, probability that the first is the one considered"
    )
    severity_bands = whole(
        "bands",
        "bands of severity; in a worse one the hospitals that failed are tried again",
        low=1,
        high=200,
    )
    hospitals_avoided = whole(
        "hospitals",
        "hospitals that failed, the latest, which are not tried again until something has changed",
        low=1,
        high=TRIED,
    )
    noticeable_skill_gain = amount(
        "logit",
        "gain of skill, over all specialties, after which those whom it failed try it again",
    )
    referral_acceptance = probability("probability that a referral is followed")
    fixed_trip_cost = number(
        "yuan per trip",
        "fixed cost of a trip out of the home city: lodging, lost wages, escort",
        low=0,
        high=DEAREST,
    )
    day_trip_cost = number(
        "yuan per trip", "fixed cost of a trip to the seat of the home city", low=0, high=DEAREST
    )
    cost_per_km = number("yuan per km and person", "fare and local costs one way", low=0, high=10)
    trip_persons = number("persons", "persons who travel on a trip, there and back", low=0, high=3)
    detour_ratio = number("ratio", "way over the great circle", low=1, high=3)
    # the collaboration network
    paths_to_tertiary = whole(
        "paths",
        "most paths from a county hospital to tertiary hospitals of its city",
        low=0,
        high=100,
    )
    paths_to_city_members = whole(
        "paths",
        "most paths from a county hospital to network hospitals of its city",
        low=0,
        high=100,
    )
    paths_to_near_members = whole(
        "paths",
        "paths from a tertiary hospital or member to the province's nearest network hospitals",
        low=0,
        high=100,
    )
    paths_to_centres = whole(
        "paths", "paths from a provincial lead to the nearest centres elsewhere", low=0, high=100
    )
    paths_to_near_leads = whole(
        "paths", "paths from a provincial lead to the nearest other leads", low=0, high=100
    )
    # payers who wait for each other
    refund_months = whole(
        "month", "from a bill to its refund where the order of payers is unclear", low=1, high=60
    )
    # moving into a special zone
    moving_cost = price("moving a household's registration: rent, a permit, lost work")
    moving_years = positive("year", "over which a household divides that cost")
    moving_willing = share("households that would move for a drug at all, of a year")
    # supervision
    prior_review_months = whole(
        "month", "from a first prescription to the payers' decision", low=0, high=60
    )
    review_price = price("reviewing a patient's treatment, before it begins or for its response")
    least_benefit = share(
        "least slowing of the disease by treatment for which payers that review it pay"
    )
    response_judged_after = whole(
        "month", "on treatment until payers judge the response", low=1, high=120
    )
    waste_share = share("part of a drug bill that buys no health")
    audit_finds = share("part of it that an audit finds and cuts")
    audit_price = price("auditing a bill")
    # law and institution
    appeal_months = months("an appeal is decided after")
    appeal_success = probability("that an appeal against a refusal succeeds")
    notice_delay = whole(
        "month", "months by which an annual notice that is not in time comes late", low=1, high=11
    )
    # examination
    skill_county = logit("diagnostic skill of a county hospital")
    skill_tertiary = logit("skill of a tertiary hospital outside the network")
    skill_member = logit("skill of a network member")
    skill_provincial_lead = logit("skill of a provincial lead")
    skill_national_centre = logit("skill of the first of the nationally known centres")
    skill_loss_per_centre_rank = amount(
        "logit", "skill lost from one nationally known centre to the next"
    )
    specialty_fit_sd = amount(
        "logit", "standard deviation of own strengths by specialty, leads and centres"
    )
    specialty_fit_sd_below_lead = amount(
        "logit", "standard deviation of own strengths by specialty, tertiary hospitals and members"
    )
    skill_ceiling = logit("skill that learning approaches")
    taught_ceiling_county = logit("skill beyond which a county hospital cannot be taught")
    taught_ceiling_tertiary = logit("skill beyond which a tertiary hospital cannot be taught")
    taught_ceiling_member = logit("skill beyond which a network member cannot be taught")
    mentoring_cases = positive(
        "cases", "cases of a specialty that, shared with the mentor, pass on 63 % of the lead"
    )
    case_mix_prior = positive(
        "consultations", "consultations of a hospital beside which the country's specialties count"
    )
    mentoring_slots_per_case = amount("slots", "mentor's slots that sharing a case takes")
    mentoring_slots_most = share("most of its slots that a mentor gives to its pupils")
    mentoring_case_price = price("sharing a case with the mentor")
    training_price = amount(
        "yuan per logit", "training one hospital so that its skills rise by a logit"
    )
    remote_price = price("consultation with the mentor's full remote help, beside the visit")
    slot_price = price("a slot added by policy, beside the fees of those seen in it")
    registration_price = price("entry of a patient in the registry")
    difficulty_level = logit("difficulty of a disease with the reference delay")
    difficulty_reference_delay = positive("year", "the reference delay, from onset to diagnosis")
    difficulty_slope_on_delay = number(
        "logit per ln year",
        "difficulty on the logarithm of the published median delay over the reference delay",
    )
    patient_difficulty_sd = amount(
        "logit", "standard deviation of how atypical a case is; constant over a patient's visits"
    )
    quiet_recognisability_loss = amount(
        "logit", "added difficulty while symptoms pass for nothing much"
    )
    recognisability_per_severity = amount(
        "logit per unit of severity", "difficulty lost with severity above the reference"
    )
    wrong_label_adult = probability("a failed consultation ends in a wrong label, adult")
    wrong_label_child = probability("a failed consultation ends in a wrong label, child")
    wrong_treatment_spell = number(
        "month", "mean time on a wrong treatment", low=0, high=MOST_MONTHS
    )
    wrong_treatment_spell_sd = number(
        "ln", "standard deviation of the time on a wrong treatment", low=0, high=2
    )
    label_right_share = probability(
        "a wrong label is right about another illness, and no misdiagnosis"
    )
    return_probability = number(
        "probability",
        "a patient whom a consultation has not helped comes back to the hospital, if that costs "
        "nothing",
        low=0,
        high=0.95,
    )
    return_gap = amount("month", "mean time until a patient comes back")
    watch_probability = probability(
        "a failed consultation without label or referral ends in watching, not dismissal"
    )
    watch_period = months("time until a watched patient seeks again")
    referral_probability = probability(
        "a failed consultation or wrong treatment ends in a referral, before the network, in the "
        "mean of all hospitals"
    )
    willingness_sd = amount(
        "logit", "standard deviation of hospitals' own willingness to refer, within a rank"
    )
    willingness_per_rank = logit("willingness to refer gained with each rank above the lowest")
    kept_patient_income = amount(
        "yuan", "what a hospital earns from a patient whom it keeps in an empty slot"
    )
    usual_load = share("part of its slots used at which a hospital's own willingness holds")
    willingness_per_yuan = amount(
        "logit per yuan", "willingness to refer gained with what a referral earns the hospital"
    )
    willingness_returned = amount(
        "logit", "willingness gained where all cases solved on a referral come back for follow-up"
    )
    willingness_informed = amount(
        "logit", "willingness gained where a hospital hears of all cases solved on its referral"
    )
    network_referral_duty = probability(
        "share of the remaining cases referred where two-way referral is a duty"
    )
    learning_per_case = amount(
        "per case", "rate at which confirmed cases close the gap to the skill ceiling"
    )
    consultation_price = price("price of a consultation with its tests")
    outpatient_rate = share("share of a consultation that basic insurance pays")
    genetic_test_price = price("price of a test of all genes")
    targeted_test_price = price("price of a test of the disease's own gene")
    test_without_result = probability(
        "a failed consultation with a genetic test at hand has one that finds nothing"
    )
    test_purse_share = share(
        "share of monthly income and savings that a household spends on a test"
    )
    assay_at_county = number(
        "ratio",
        "diagnosis with the tests of a county hospital over one with a special assay",
        low=0,
        high=1,
    )
    diagnosis_without_test = number(
        "ratio", "cases diagnosed without a genetic test over those with it", low=0, high=1
    )
    test_spread_years = amount("year", "from a test's first use until all hospitals have it")
    reanalysis_gain = number(
        "per year",
        "of the cases that a genetic test has not settled, how many it settles a year later",
        low=0,
        high=1,
    )
    reanalysis_from = number(
        "year", "from a genetic test's first use until its yield is as published", low=0, high=100
    )
    reanalysis_years = number(
        "year", "for how long unsolved genetic tests are read again with success", low=0, high=100
    )
    newborn_screening_sensitivity = probability("a screened newborn with the disease is found")
    newborn_panel_price = price("tests of a newborn for all that could be screened, beyond today's")
    newborn_false_positives = number(
        "per newborn", "newborns found by the wider panel who have no disease", low=0, high=1
    )
    newborn_recall_price = price("recall and tests of a newborn found who has no disease")
    presymptomatic_gain = share(
        "share of what is missing to a full effect gained by treatment before the first symptoms"
    )
    claims_screening_visits = whole(
        "visits", "consultations from which a search of claims notices a patient", low=0, high=1000
    )
    claims_screening_labels = whole(
        "labels", "wrong labels from which it notices one", low=0, high=COUNTED
    )
    claims_screening_spending = amount(
        "yuan", "spending on consultations and care from which it notices one"
    )
    claims_screening_hint = amount(
        "logit", "difficulty lost at the visit to which it sends, with the suspicion in hand"
    )
    claims_screening_price = amount(
        "yuan per insured a year", "cost of a search that finds all who leave such traces"
    )
    claims_screening_after = amount(
        "month", "time since the first symptoms from which a search of claims notices a patient"
    )
    reach_of_diagnosed = amount(
        "factor", "how much more readily diagnosed patients find an organisation, in a year"
    )
    reporting_slots = share("slots that reporting a patient takes where it is a duty")
    research_hospitals = whole(
        "hospitals", "leading hospitals that take part in the research registry", low=0, high=ROWS
    )
    follow_up_reporting = number(
        "per year",
        "yearly probability that a known patient's follow-up is an occasion to report",
        low=0,
        high=1,
    )
    detailed_slots_share = number(
        "0-1",
        "share of consultation slots that patients with detailed diseases take up",
        above=0,
        high=1,
    )
    # health
    hazard_log_ratio = number(
        "ln", "logarithm of the hazard of death at severity 1 over that at 0", low=0, high=10
    )
    effect_high = share("slowing of severity, response class high")
    effect_moderate = share("slowing of severity, response class moderate")
    effect_low = share("slowing of severity, response class low")
    lowest_response = share(
        "own response to treatment: drawn between this share of the effect and all of it"
    )
    early_treatment_until = share(
        "severity up to which a drug works in full that works only if started early"
    )
    late_treatment_loss = amount(
        "per unit of severity",
        "share of the effect of a drug to be started early lost with severity above that",
    )
    late_treatment_effect = share(
        "share of the effect of a drug to be started early that is left however late"
    )
    least_treated_hazard = number(
        "ratio",
        "least hazard of death under treatment over the untreated one at the same severity",
        above=0,
        high=1,
    )
    utility_loss_at_full_severity = share("utility lost at severity 1")
    utility_loss_per_year_of_age = number(
        "per year", "utility lost per year of age above that of full health", low=0, high=0.05
    )
    full_utility_until = number(
        "year", "age of full health: up to it age costs no utility", low=0, high=120
    )
    discount_rate = number("per year", "discount rate of QALYs", low=0, high=1)
    mortality_at_birth = number(
        "per year", "Gompertz level of mortality from other causes", above=0, high=0.1
    )
    mortality_growth_per_year = number(
        "per year", "Gompertz growth of mortality with age", above=0, high=0.2
    )
    # age at the first symptoms
    infancy_onset_below = amount(
        "year", "mean age at onset below which childhood onsets are exponential, not uniform"
    )
    child_onset_mean_cap = number("year", "highest mean age of childhood onsets", above=0, high=18)
    child_onset_spread = share(
        "childhood onsets: half-width of the uniform distribution over its mean"
    )
    adult_onset_mean_floor = number("year", "lowest mean age of adult onsets", low=18)
    adult_onset_sd = amount("year", "standard deviation of the age at adult onset")
    adult_onset_latest = number("year", "latest age at onset", low=18, high=120)
    # patients before the burn-in
    old_drug_treated_share = share(
        "patients taken as treated of a disease with an old and cheap drug, for its onsets"
    )
    old_drug_price_below = amount("yuan per year", "price below which a drug is taken as cheap")
    old_drug_years = whole(
        "years",
        "time from approval to the scenario after which a drug is taken as old",
        low=0,
        high=100,
    )
    # households
    household_size_mean = number("persons", "mean household size", low=1)
    household_size_sd = amount("persons", "standard deviation of household size")
    household_size_max = whole("persons", "largest household", low=2, high=100)
    # within these bounds the quintiles of income can be worked out
    urban_rural_income_ratio = number(
        "ratio", "urban over rural mean disposable income of the country", low=0.05, high=20
    )
    income_sd_urban = number(
        "ln", "standard deviation of ln income within a city, urban", above=0, high=3
    )
    income_sd_rural = number(
        "ln", "standard deviation of ln income within a city, rural", above=0, high=3
    )
    income_deflator_to_start = number(
        "ratio", "incomes used over the tables' incomes", low=0.01, high=100
    )
    income_growth = number(
        "per year", "real growth of incomes from the start to the tables' year", low=-0.5, high=0.5
    )
    income_growth_before = number(
        "per year", "real growth of incomes in the years before the start", low=-0.5, high=0.5
    )
    income_growth_after = number(
        "per year", "real growth of incomes, and of what funds receive, after the tables' year",
        low=-0.5, high=0.5,
    )  # fmt: skip
    income_growth_years = whole(
        "years",
        "years before the start in which incomes grew; before that, no change",
        low=0,
        high=100,
    )
    employee_share_urban = share("employee scheme among urban residents at the start")
    employee_share_rural = share("employee scheme among rural residents at the start")
    employee_share_gradient = number(
        "per quintile",
        "rise of the employee scheme's share from one income quintile to the next",
        low=0,
        high=0.5,
    )
    employee_rise = amount(
        "ratio", "rise of the insured employees' number over that at the start, when it has ended"
    )
    employee_rise_years = positive("year", "time over which it rises, in a straight line")
    employee_from_age = number(
        "year", "age from which one can be insured as an employee", low=0, high=120
    )
    adult_share = number("0-1", "share of residents of that age", above=0, high=1)
    employee_ratio_of_patients = ratio(
        "employee scheme among patients of that age over others of their residence and income"
    )
    uninsured_share = share("share without basic insurance")
    aid_share_poorest = share("share of the poorest fifth that receives low-income aid")
    aid_share_second = share("share of the second fifth that receives low-income aid")
    savings_ratio = amount("years of income", "mean savings over yearly household income")
    savings_sd = amount("ln", "standard deviation of ln savings over income")
    commercial_cities = share(
        "share of cities in which a product of commercial supplementary insurance is ever launched"
    )
    commercial_launch_rate = number(
        "per year",
        "share of those without one in which it is launched each year",
        low=0,
        high=1,
    )
    commercial_enrolment = share("share of the insured who buy it where it is sold")
    commercial_first_year = share("of that, the part who buy it in the first year")
    commercial_odds_diagnosed = number(
        "ratio",
        "odds that somebody diagnosed with a rare disease buys it over those of others",
        above=0,
    )
    commercial_enrolment_gradient = number(
        "per quintile",
        "rise of commercial enrolment from one income quintile to the next",
        low=0,
        high=0.5,
    )
    migrant_share = share("share of residents' scheme members insured in another city")
    subsistence_share = share("subsistence per head over mean disposable income")
    subsistence_local_weight = share("weight of local income in subsistence; the rest is national")
    treatment_income_share = share(
        "share of income above subsistence that a household pays for treatment"
    )
    child_means_ratio = ratio("means for a child's treatment over an adult's")
    saving_rate = share("saved of what a year leaves above subsistence")
    savings_ceiling_years = number("years of income", "ceiling of savings", low=0, high=10)
    supportive_cost_mild = amount(
        "yuan per year", "older and supportive treatment of somebody ill at severity 0"
    )
    supportive_cost_per_severity = amount(
        "yuan per year", "added cost of it from severity 0 to severity 1"
    )
    supportive_share_treated = share("share of that cost which is left under the disease's drug")
    supportive_inpatient_share = share("share of that cost which is for inpatient care")
    inpatient_rate = share("share of inpatient care that basic insurance pays")
    supportive_savings_share = share(
        "share of savings that a household gives for a year of older and supportive treatment"
    )
    food_share = share("share of a median income spent on food, for the capacity to pay")
    food_share_slope = share("fall of that share for each unit of the logarithm of income per head")
    catastrophic_share = share("share of capacity to pay above which spending is catastrophic")
    large_spending_share = share("share of income above which spending is large")
    very_large_spending_share = share("share of income above which spending is very large")
    hardship_share = share("share of income above the poverty line beyond which is hardship")
    yuan_per_dollar = positive(
        "yuan per dollar", "yuan of the incomes' prices that buy what a dollar of 2017 bought"
    )
    carer_income_loss = share("household income lost by carers at severity 1")
    # drugs
    lowest_price_share = share(
        "lowest acceptable price over the list price where no negotiation is on record"
    )
    volume_discount = share("cut of the lowest price for a fully guaranteed volume")
    renewal_free_until = number(
        "ratio", "patients over those expected up to which a price is renewed as it is", low=1
    )
    renewal_step = positive("ratio", "more of them for which the price falls by another step")
    renewal_cut_per_step = number("0-1", "cut of the price by each step", above=0, high=1)
    renewal_cut_most = share("largest cut of the price at a renewal")
    renewal_ends_after = number(
        "year", "years on the list after which a price is renewed no more", low=0, high=100
    )
    review_months = amount("month", "review of a new drug, all of which can be saved")
    incentive_speed = number(
        "month per month", "development gained under the strongest incentives", low=0, high=10
    )
    competitor_probability = probability(
        "a competitor of a drug that is no longer exclusive enters in a year"
    )
    competition_settled_after = amount(
        "year", "years from launch after which prices on record hold the competition there is"
    )
    competitor_price_ratio = number(
        "ratio", "price after a competitor's entry over that before", above=0, high=1
    )
    shortage_months = months("how long it is until a drug's delivery is drawn anew")
    voice_most = ratio("most by which patient organisations raise the threshold, over it")
    voice_half_at = positive("persons", "known patients at which they raise it by half of that")
    rival_discount = share(
        "cut of the lowest price for each drug of the disease that is listed, older ones aside"
    )
    weight_at_birth = positive("kg", "body weight for dosing at birth")
    weight_gain_per_year = amount(
        "kg per year", "growth of body weight for dosing, until the adult's"
    )
    adult_weight = positive("kg", "adult body weight for dosing")
    stock_county = share("ceiling of the probability that a county hospital stocks a listed drug")
    stock_tertiary = share(
        "ceiling of the probability that a tertiary hospital stocks a listed drug"
    )
    stock_member = share("ceiling of the probability that a network member stocks a listed drug")
    stock_lead = share("ceiling of the probability that a lead or centre stocks a listed drug")
    stock_unlisted_ratio = share("ceiling for a drug off the list over one on it")
    stocking_years = positive("year", "mean time to stock a drug after listing")
    dual_channel_reach = share("part of missing stock that designated pharmacies can supply")
    uptake_covered = amount(
        "per month", "rate at which eligible patients' doctors take up a drug that insurance pays"
    )
    uptake_uncovered = amount(
        "per month", "rate at which they take up a drug on the market that no insurance pays"
    )
    switch_share = share(
        "share of those on a drug who change to a better one, or an as good one that costs them "
        "less, when they can have it and each year after"
    )
    months_foreseen = months(
        "months of treatment that a household must be able to pay before it begins"
    )
    unstocked_look_again = months(
        "a patient for whom nobody within reach stocks the drug asks again after"
    )
    new_terms_within = months("those whose terms have changed ask at a visit within")
    unaffordable_look_again = months(
        "a household beyond whose means a bill is looks at it again after"
    )
    quarterly_bill_above = amount(
        "yuan per year", "price above which a drug is billed by quarter, not by year"
    )
    # money
    employee_income_per_head = amount(
        "yuan per year", "income of the employees' pooled fund per insured"
    )
    employee_other_per_head = amount(
        "yuan per year", "spending on all other patients per insured employee"
    )
    employee_balance_per_head = amount(
        "yuan", "accumulated pooled balance per insured employee at the start of the scenario"
    )
    resident_income_per_head = amount("yuan per year", "income of the residents' fund per insured")
    resident_fiscal_share = share("share of the residents' fund's income that is fiscal money")
    resident_other_per_head = amount("yuan per year", "spending on all other residents per insured")
    resident_balance_per_head = amount(
        "yuan", "accumulated balance per insured resident at the start of the scenario"
    )
    critical_illness_income_per_head = amount(
        "yuan per year", "income of critical illness insurance per insured"
    )
    critical_illness_other_share = amount(
        "0-1", "critical illness insurance's spending on all other patients over its income"
    )
    assistance_income_per_head = amount(
        "yuan per year", "income of medical assistance per inhabitant"
    )
    assistance_other_share = amount(
        "0-1", "medical assistance's spending on all other patients over its income"
    )
    commercial_premium = amount("yuan per year", "premium of commercial supplementary insurance")
    commercial_other_share = amount(
        "0-1", "commercial insurance's spending on all other claims over premiums"
    )
    commercial_claims_sd = number(
        "ln", "standard deviation of other claims over premiums between products", low=0, high=2
    )
    commercial_losing_years = whole(
        "years",
        "years on end with claims above premiums after which a product is withdrawn",
        low=1,
        high=COUNTED,
    )
    other_balance_years = amount(
        "years of income",
        "balance of the other insurers at the start of the scenario over a year's income",
    )
    retired_share = number(
        "0-1", "share of insured employees who are retired and pay no premium", low=0, high=0.5
    )
    retired_old_elasticity = number(
        "elasticity",
        "elasticity of the share of retired employees on the share of the old",
        low=0,
        high=2,
    )
    old_spending_ratio = number(
        "ratio", "spending on an old or retired person over that on another", low=0, high=100
    )
    pool_income_elasticity = number(
        "elasticity",
        "elasticity on local income of a pool's income per head, but for employees' pools, which "
        "live on a share of wages",
        low=0,
        high=2,
    )
    pool_spending_elasticity = number(
        "elasticity",
        "elasticity of a pool's spending per head on its income per head before retirement",
        low=0,
        high=2,
    )
    pool_spending_sd = number(
        "ln", "standard deviation of spending between pools for other reasons", low=0, high=1
    )
    pool_reserve_elasticity = number(
        "elasticity",
        "fall of a pool's reserve at the start, in years of its income, with spending over income",
        low=0,
        high=10,
    )
    pool_reserve_sd = number(
        "ln", "standard deviation of reserves between pools for other reasons", low=0, high=2
    )
    other_spending_over_income = number(
        "per year",
        "growth of spending on all other patients per head above that of incomes",
        low=-0.5,
        high=0.5,
    )
    fiscal_income_elasticity = number(
        "elasticity",
        "elasticity on income per head of what people pay of fiscal money",
        low=0,
        high=3,
    )
    fund_plans_ahead = whole(
        "month",
        "months, the present one included, for which a special fund keeps what the patients whom "
        "it carries will need before it carries others",
        low=1,
        high=12,
    )
    cost_per_displaced_qaly = positive(
        "yuan per QALY", "cost per QALY at the margin of the general funds"
    )
    # worked out from the tables, not given
    discount_per_month = real("1/month", "discount rate of a month, continuous")
    median_household_income = real("yuan/year", "median household income")
    median_income = real("yuan/year", "median income per head")
    poverty_least = real("yuan/year", "least societal poverty line per head")
    poverty_base = real("yuan/year", "societal poverty line per head without income")
    income_year = real("year", "year of the tables' incomes, counted from the first")
    income_index = real("ratio", "this year's incomes over the tables'")
    employee_urban = real("0-1", "employee scheme among urban residents of middle income")
    employee_rural = real("0-1", "employee scheme among rural residents of middle income")
    births_per_insured = real("1/year", "live births of the year per insured")
    simulated = real("1", "simulated persons per real one, of the whole country")


DECLARED: dict[str, Parameter[Any]] = {
    name: field for name, field in Parameters.fields.items() if isinstance(field, Parameter)
}
"""What a world must give: every parameter that is not worked out."""
