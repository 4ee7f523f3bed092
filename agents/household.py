"""Household: its insurance, what treatment may cost it, and what spending does to it."""

import math

from agents.codes import Scheme, Stage
from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.core.random_numbers import Decision, normal, uniform
from agents.records.patient import PatientRow
from agents.records.places import CityRow


@rule
def income_index(params: Parameters, month: int) -> float:
    """Return the incomes of a month's year over those of the tables, in the tables' prices.

    They grow at one rate in some years before the start, at another from then on to the tables'
    year, and at a third after it; earlier years are as the first of those.
    """
    year = month // 12
    ahead = max(0.0, params.income_year - max(0, year))
    before = max(0.0, min(0.0, params.income_year) - year)
    before = min(before, 1.0 * params.income_growth_years)
    growth = max(0.0, year - params.income_year) * math.log(1.0 + params.income_growth_after)
    growth -= ahead * math.log(1.0 + params.income_growth)
    return math.exp(growth - before * math.log(1.0 + params.income_growth_before))


@rule
def funding_index(params: Parameters, month: int) -> float:
    """Return the funding per insured of a month's year over that of the first year.

    Premiums are shares of incomes and grow with them; until the start as at the start.
    """
    return income_index(params, max(0, month)) / income_index(params, 0)


@rule
def others_index(params: Parameters, month: int) -> float:
    """Return the spending on other patients per insured over that of the first year.

    It grows a little faster than incomes.
    """
    faster = max(0, month // 12) * math.log(1.0 + params.other_spending_over_income)
    return funding_index(params, month) * math.exp(faster)


@rule
def income_per_head(patient: PatientRow, city: CityRow, params: Parameters, seed: int) -> float:
    """Return the household's income per head in the tables' year, yuan.

    Lognormal within city and residence; one draw for life.
    """
    drawn = normal(seed, patient.identity, Decision.INCOME, 0)
    if patient.rural:
        return math.exp(city.income_rural + params.income_sd_rural * drawn)
    return math.exp(city.income_urban + params.income_sd_urban * drawn)


@rule
def healthy_savings(patient: PatientRow, params: Parameters, seed: int) -> float:
    """Return what the household has saved, or would have, without the illness, yuan.

    Savings over income are lognormal; one draw for life.
    """
    spread = params.savings_sd * normal(seed, patient.identity, Decision.SAVINGS, 0)
    ratio = params.savings_ratio * math.exp(spread - 0.5 * params.savings_sd * params.savings_sd)
    return patient.income * ratio


@rule
def follow_incomes(
    patient: PatientRow, city: CityRow, dearer: float, params: Parameters, seed: int
) -> None:
    """Set the household's income of the year; savings too, up to the first symptoms.

    Both fit the record's whole yuan. `dearer` is by how much premiums of basic insurance have risen
    for each member, yuan a year.
    """
    each = income_per_head(patient, city, params, seed)
    income = each * patient.household * params.income_index - patient.household * dearer
    patient.income = int(max(0.0, min(2e8, income)))
    if patient.stage == Stage.WELL:
        patient.savings = int(min(4e8, healthy_savings(patient, params, seed)))


@rule
def employees_risen(params: Parameters, month: int) -> float:
    """Return the employees insured at the end of a month's year over those at the start."""
    passed = (month // 12 + 1.0) / params.employee_rise_years
    return 1.0 + params.employee_rise * max(0.0, min(1.0, passed))


@rule
def scheme_at(patient: PatientRow, params: Parameters, month: int, seed: int) -> int:
    """Return the scheme that insures a patient in a month.

    Adults are employees the more likely the richer their fifth, whatever the age at which they fell
    ill, and the likelier the more employees there are. One draw decides for life, so that nobody
    who is an employee ceases to be one.
    """
    draw = uniform(seed, patient.identity, Decision.SCHEME, 0)
    if draw < params.uninsured_share:
        return Scheme.NONE
    if month - patient.birth < 12.0 * params.employee_from_age:
        return Scheme.RESIDENT
    gradient = params.employee_share_gradient
    share = params.employee_rural if patient.rural else params.employee_urban
    share *= 1.0 - 2.0 * gradient + gradient * (patient.quintile - 1)
    share *= employees_risen(params, month) * params.employee_ratio_of_patients / params.adult_share
    return Scheme.EMPLOYEE if draw < params.uninsured_share + share else Scheme.RESIDENT


@rule
def has_moved(patient: PatientRow, month: int) -> bool:
    """Return whether a patient has moved the registration into a special zone."""
    return patient.moved <= month and patient.moving < 0


@rule
def renew_cover(patient: PatientRow, params: Parameters, month: int, seed: int) -> None:
    """Join the employees' scheme in January, if one has come to be an employee.

    Where one lives, but for those who have moved their registration: they have work there.
    """
    if (
        patient.scheme == Scheme.RESIDENT
        and scheme_at(patient, params, month, seed) == Scheme.EMPLOYEE
    ):
        patient.scheme = Scheme.EMPLOYEE
        if not has_moved(patient, month):
            patient.insured = patient.city


@rule
def disposable(patient: PatientRow, city: CityRow) -> float:
    """Return the household's yearly income above subsistence, yuan."""
    return max(0.0, patient.income - patient.household * city.subsistence)


@rule
def means(
    patient: PatientRow, city: CityRow, months: float, params: Parameters, child: bool
) -> float:
    """Return what the household can pay for some months of treatment, yuan.

    A share of the income above subsistence plus savings; a family pools more for a child.

    `months` are those of the bill; `child` says whether the patient is one.
    """
    own = params.treatment_income_share * disposable(patient, city) * months / 12.0
    own += patient.savings
    return own * params.child_means_ratio if child else own


@rule
def draw_on(patient: PatientRow, city: CityRow, amount: float, months: float) -> None:
    """Pay for care or a trip out of current income, then of savings.

    Drugs, consultations, tests and trips draw on the same savings. What is beyond income and
    savings is borrowed or given; no debt is kept.

    Args:
        patient: The patient.
        city: Where the patient lives.
        amount: What is to be paid, yuan.
        months: Whose income above subsistence pays first.
    """
    current = disposable(patient, city) * months / 12.0
    if amount > current:
        patient.savings = max(0, patient.savings - int(amount - current))


@rule
def savings_ceiling(patient: PatientRow, params: Parameters, seed: int) -> float:
    """Return up to how much a household saves, yuan: what it would have without the illness.

    At most some years of income.
    """
    most = params.savings_ceiling_years * patient.income
    return min(most, healthy_savings(patient, params, seed))


@rule
def save_up(patient: PatientRow, left: float, most: float, params: Parameters) -> None:
    """Rebuild savings out of a part of what is `left` of income above subsistence, yuan.

    Up to `most` (`savings_ceiling`), yuan; what is above that stays.
    """
    saved = min(most, patient.savings + params.saving_rate * left)
    patient.savings = max(patient.savings, int(saved))


@rule
def pay(patient: PatientRow, city: CityRow, amount: float, months: float) -> None:
    """Pay a bill of `amount`, yuan, for some `months` of treatment."""
    draw_on(patient, city, amount, months)
    patient.spent += int(amount)


@rule
def food_spending(patient: PatientRow, params: Parameters) -> float:
    """Return what the household spends on food in a year, yuan.

    The share of income falls with the logarithm of income per head (Engel's law in the form of
    Working 1943, J Am Stat Assoc 38:43).
    """
    each = max(1.0, patient.income / patient.household)
    share = params.food_share - params.food_share_slope * math.log(each / params.median_income)
    return min(1.0, max(0.0, share)) * patient.income


@rule
def capacity_to_pay(patient: PatientRow, city: CityRow, params: Parameters) -> float:
    """Return the household's yearly capacity to pay, yuan (Xu et al. 2003, Lancet 362:111).

    Its income less subsistence, or less what it spends on food if that is less: who cannot afford
    subsistence has some left all the same.
    """
    food = food_spending(patient, params)
    return patient.income - min(food, patient.household * city.subsistence)


@rule
def discretionary(patient: PatientRow, city: CityRow) -> float:
    """Return the household's yearly income above the societal poverty line, yuan."""
    return max(0.0, patient.income - patient.household * city.poverty_line)


@rule
def lost_income(patient: PatientRow, severity: float, months: float, params: Parameters) -> float:
    """Return the income that carers lose in some `months` at a `severity` (0-1), yuan."""
    return params.carer_income_loss * severity * patient.income * months / 12.0


@rule
def close_year(
    patient: PatientRow, city: CityRow, severity: float, months: float, params: Parameters
) -> None:
    """Judge what the year's care has cost the household, by several definitions side by side.

    What payers have refunded this year is taken off, at most all of it.

    Paid for care, without trips and lost income, as the definitions have it: catastrophic, more
    than a share of capacity to pay (Xu et al. 2003, Lancet 362:111); impoverishing, pushed below
    subsistence only because of it; large and very large, more than a lower and a higher share of
    income (Wagstaff & van Doorslaer 2003, Health Economics 12:921; SDG 3.8.2 of 2015); hardship,
    more than a share of the discretionary budget, and of it all of that or more (SDG 3.8.2 of
    2025). A measure of its own: care, trips and the income that carers lose, whether or not
    anything was paid, above the same share of capacity to pay.

    Args:
        patient: The patient.
        city: Where the patient lives.
        severity: Mean severity of the disease in the year.
        months: Months of the year lived with it.
        params: The parameters.
    """
    patient.observed_years += 1
    paid = 1.0 * max(0, patient.spent - patient.refunded)
    above, budget = disposable(patient, city), discretionary(patient, city)
    capacity = capacity_to_pay(patient, city, params)
    if paid > params.catastrophic_share * capacity:
        patient.catastrophic_years += 1
    if 0.0 < above < paid:
        patient.impoverished_years += 1
    if paid > params.large_spending_share * patient.income:
        patient.large_years += 1
    if paid > params.very_large_spending_share * patient.income:
        patient.very_large_years += 1
    if paid > params.hardship_share * budget:
        patient.hardship_years += 1
    if paid > budget:
        patient.beyond_means_years += 1
    burden = paid + patient.trips + lost_income(patient, severity, months, params)
    if burden > params.catastrophic_share * capacity:
        patient.burdened_years += 1
    patient.spent = 0
    patient.refunded = 0
    patient.trips = 0
