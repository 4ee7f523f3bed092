"""The parameters of a world: declared here once, so that a rule can say ``params.discount_rate``.

A declaration gives name, unit, meaning and what the value can be at all. The value itself, its
plausible range, tag and source stand in the world's `parameters.csv`, which must have exactly these
names (`abm.world.parameters`).
"""

import math
from typing import Generic, TypeVar, overload

from agents.core.record import Field, Record, real

T = TypeVar("T", float, int)


class Parameter(Field, Generic[T]):
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

    @overload
    def __get__(self, row: None, owner: type | None = None) -> "Parameter[T]": ...

    @overload
    def __get__(self, row: Record, owner: type | None = None) -> T: ...

    def __get__(self, row, owner=None):
        return super().__get__(row, owner)


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


def share(label: str) -> Parameter[float]:
    """Declare a share from 0 to 1."""
    return number("0-1", label, low=0, high=1)


def probability(label: str) -> Parameter[float]:
    """Declare a probability."""
    return number("probability", label, low=0, high=1)


def ratio(label: str) -> Parameter[float]:
    """Declare a ratio of two quantities that are not negative."""
    return number("ratio", label, low=0)


def logit(label: str) -> Parameter[float]:
    """Declare a skill or a difficulty: the logarithm of odds."""
    return number("logit", label)


class Parameters(Record):
    """One row: every parameter of the world."""

    # seeking care
    first_consultation_hazard = number(
        "per month",
        "monthly hazard of the first consultation, adult of median income at the hospital door",
        above=0,
    )
    gap_between_attempts = number(
        "month", "mean time to seek again after a failed consultation, before modifiers", above=0
    )
    gap_longer_per_dismissal = number(
        "per dismissal", "lengthening of the gap by each dismissal", low=0
    )
    give_up_probability = probability(
        "probability of resting from the search after so many dismissals"
    )
    seeking_sd_between_patients = number(
        "ln", "standard deviation of eagerness to seek care between patients", low=0
    )
    seeking_income_elasticity = number("elasticity", "elasticity of seeking on household income")
    seeking_severity_slope = number(
        "per unit of severity", "rise of eagerness with severity above the reference", low=0, high=2
    )
    child_seeking_ratio = number("ratio", "eagerness for a child over an adult's", above=0)
    informed_seeking_ratio = number(
        "ratio", "eagerness of those reached by a patient organisation over the others'", above=0
    )
    unripe_period_ratio = ratio("mean unripe period over the published median delay")
    unripe_seeking_ratio = number("ratio", "eagerness while the disease is unripe", above=0)
    organisation_reach = probability(
        "probability that a patient organisation reaches a patient who decides about care, "
        "times the urban share",
    )
    # choosing a hospital
    taste_for_skill_first = number(
        "utility per logit", "taste for skill at the first visit; first contact is local", low=0
    )
    taste_for_skill_per_failure = number(
        "utility per logit per failure",
        "added taste for skill after each failed visit: help is sought stepwise upward",
        low=0,
    )
    child_added_taste_for_skill = number(
        "utility per logit", "added taste for skill for a child", low=0
    )
    trip_cost_disutility = number(
        "utility per month of household income",
        "disutility of the trip's cost over monthly household income",
        low=0,
    )
    child_trip_disutility_ratio = ratio("disutility of the trip's cost for a child over an adult's")
    leaving_province_disutility = number(
        "utility", "fixed disutility of leaving the province (lower reimbursement)", low=0
    )
    congestion_disutility = number(
        "utility per month of waiting", "disutility of the expected wait", low=0
    )
    referral_acceptance = probability("probability that a referral is followed")
    fixed_trip_cost = number(
        "yuan per trip",
        "fixed cost of a trip out of the home city: lodging, lost wages, escort",
        low=0,
    )
    cost_per_km = number("yuan per km and person", "fare and local costs one way", low=0)
    detour_ratio = number("ratio", "way over the great circle", low=1)
    # examination
    skill_county = logit("diagnostic skill of a county hospital")
    skill_tertiary = logit("skill of a tertiary hospital outside the network")
    skill_member = logit("skill of a network member")
    skill_provincial_lead = logit("skill of a provincial lead")
    skill_national_centre = logit("skill of the first of the nationally known centres")
    skill_loss_per_centre_rank = number(
        "logit", "skill lost from one nationally known centre to the next", low=0
    )
    specialty_fit_sd = number(
        "logit", "standard deviation of own strengths by specialty, leads and centres", low=0
    )
    specialty_fit_sd_below_lead = number(
        "logit", "the same for tertiary hospitals and members", low=0
    )
    skill_ceiling = logit("skill that learning approaches")
    difficulty_level = logit("difficulty of a disease with the reference delay")
    difficulty_slope_on_delay = number(
        "logit per ln year",
        "difficulty on the logarithm of the published median delay over the reference delay",
    )
    patient_difficulty_sd = number(
        "logit",
        "standard deviation of how atypical a case is; constant over a patient's visits",
        low=0,
    )
    unripe_recognisability_loss = number(
        "logit", "added difficulty while the disease is unripe", low=0
    )
    recognisability_per_severity = number(
        "logit per unit of severity", "difficulty lost with severity above the reference", low=0
    )
    wrong_label_adult = probability("a failed consultation ends in a wrong label, adult")
    wrong_label_child = probability("the same, child")
    wrong_treatment_spell = number("month", "mean time on a wrong treatment", low=0)
    watch_probability = probability(
        "a failed consultation without label or referral ends in watching, not dismissal"
    )
    watch_period = whole("month", "time until a watched patient seeks again", low=1, high=1200)
    referral_probability = probability(
        "a failed consultation, or a wrong treatment that did not help, ends in a referral, "
        "before the network",
    )
    network_referral_duty = probability(
        "share of the remaining cases referred where two-way referral is a duty"
    )
    learning_per_case = number(
        "per case", "rate at which confirmed cases close the gap to the skill ceiling", low=0
    )
    consultation_price = number("yuan", "price of a consultation with its tests", low=0)
    outpatient_rate = share("share of a consultation that basic insurance pays")
    genetic_test_price = number("yuan", "price of a genetic test", low=0)
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
        "ratio", "diagnosis without a genetic test over one with it", low=0, high=1
    )
    newborn_screening_sensitivity = probability("a screened newborn with the disease is found")
    claims_screening_visits = whole(
        "visits", "consultations from which a search of claims notices a patient", low=0, high=1000
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
        "ln", "logarithm of the hazard of death at severity 1 over that at 0", low=0
    )
    effect_high = share("slowing of severity, response class high")
    effect_moderate = share("slowing of severity, response class moderate")
    effect_low = share("slowing of severity, response class low")
    utility_loss_at_full_severity = share("utility lost at severity 1")
    utility_loss_per_year_of_age = number(
        "per year", "utility lost per year of age above that of full health", low=0, high=0.05
    )
    discount_rate = number("per year", "discount rate of QALYs", low=0, high=1)
    mortality_at_birth = number(
        "per year", "Gompertz level of mortality from other causes", above=0
    )
    mortality_growth_per_year = number("per year", "Gompertz growth of mortality with age", above=0)
    # households
    household_size_mean = number("persons", "mean household size", low=1)
    urban_rural_income_ratio = number("ratio", "urban over rural mean disposable income", above=0)
    income_sd_urban = number("ln", "standard deviation of ln income within a city, urban", above=0)
    income_sd_rural = number("ln", "standard deviation of ln income within a city, rural", above=0)
    income_deflator_to_start = number("ratio", "incomes used over the incomes of 2023", above=0)
    employee_share_urban = share("employee scheme among urban residents of middle income")
    employee_share_rural = share("employee scheme among rural residents of middle income")
    uninsured_share = share("share without basic insurance")
    aid_share_poorest = share("share of the poorest fifth that receives low-income aid")
    aid_share_second = share("share of the second fifth that receives low-income aid")
    savings_ratio = number("years of income", "mean savings over yearly household income", low=0)
    savings_sd = number("ln", "standard deviation of ln savings over income", low=0)
    commercial_enrolment = share("share with commercial supplementary insurance")
    migrant_share = share("share of residents' scheme members insured in another city")
    subsistence_share = share("subsistence per head over mean disposable income")
    treatment_income_share = share(
        "share of income above subsistence that a household pays for treatment"
    )
    child_means_ratio = ratio("means for a child's treatment over an adult's")
    saving_rate = share("saved of what is left above subsistence")
    savings_ceiling_years = number("years of income", "ceiling of savings", low=0)
    catastrophic_share = share("share of capacity to pay above which spending is catastrophic")
    carer_income_loss = share("household income lost by carers at severity 1")
    # drugs
    lowest_price_share = share(
        "lowest acceptable price over the list price where no negotiation is on record"
    )
    volume_discount = share("cut of the lowest price for a fully guaranteed volume")
    adult_weight = number("kg", "adult body weight for dosing", above=0)
    qaly_gain_high = number(
        "QALY per year", "assessed health gain per year of treatment, response class high", low=0
    )
    qaly_gain_moderate = number("QALY per year", "the same, moderate", low=0)
    qaly_gain_low = number("QALY per year", "the same, low", low=0)
    stock_county = share("ceiling of the probability that a county hospital stocks a listed drug")
    stock_tertiary = share("the same, tertiary hospital")
    stock_member = share("the same, network member")
    stock_lead = share("the same, leads and centres")
    stock_unlisted_ratio = share("ceiling for a drug off the list over one on it")
    stocking_years = number("year", "mean time to stock a drug after listing", above=0)
    dual_channel_reach = share("part of missing stock that designated pharmacies can supply")
    quarterly_bill_above = number(
        "yuan per year", "price above which a drug is billed by quarter, not by year", low=0
    )
    # money
    employee_income_per_head = number(
        "yuan per year", "income of the employees' pooled fund per insured", low=0
    )
    employee_other_per_head = number(
        "yuan per year", "spending on all other patients per insured employee", low=0
    )
    employee_balance_per_head = number(
        "yuan", "accumulated pooled balance per insured employee at the end of 2018", low=0
    )
    resident_income_per_head = number(
        "yuan per year", "income of the residents' fund per insured", low=0
    )
    resident_fiscal_share = share("share of it that is fiscal money")
    resident_other_per_head = number(
        "yuan per year", "spending on all other residents per insured", low=0
    )
    resident_balance_per_head = number(
        "yuan", "accumulated balance per insured resident at the end of 2018", low=0
    )
    critical_illness_income_per_head = number(
        "yuan per year", "income of critical illness insurance per insured", low=0
    )
    critical_illness_other_share = number(
        "0-1", "its spending on all other patients over its income", low=0
    )
    assistance_income_per_head = number(
        "yuan per year", "income of medical assistance per inhabitant", low=0
    )
    assistance_other_share = number(
        "0-1", "its spending on all other patients over its income", low=0
    )
    commercial_premium = number(
        "yuan per year", "premium of commercial supplementary insurance", low=0
    )
    commercial_other_share = number("0-1", "its spending on all other claims over premiums", low=0)
    fund_growth = number("per year", "growth of the funds' income per head", above=-1)
    other_spending_growth = number(
        "per year", "growth of spending on all other patients per head", above=-1
    )
    national_grants_budget = number(
        "yuan per year", "grants of the national foundation a year", low=0
    )
    shanghai_grants_budget = number(
        "yuan per year", "grants of Shanghai's own foundation a year", low=0
    )
    forecast_share_listed = share(
        "share of a listed drug's price that the special fund expects to pay"
    )
    forecast_share_unlisted = share(
        "share of an unlisted drug's price that the special fund expects to pay"
    )
    cost_per_displaced_qaly = number(
        "yuan per QALY", "cost per QALY at the margin of the general funds", above=0
    )
    # worked out from the tables, not given
    median_household_income = real("yuan/year", "median household income")


DECLARED: dict[str, Parameter] = {
    name: field for name, field in Parameters.fields.items() if isinstance(field, Parameter)
}
"""What a world must give: every parameter that is not worked out."""
