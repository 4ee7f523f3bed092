"""The insured and their funds: numbers and balances as published, and how they move."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from abm import RareCareModel
from abm.policy import load_policy
from abm.setup import risk_pools
from abm.setup.risk_pools import TERMS, amount
from agents.codes import Fund, PoolLevel, Scheme
from agents.core.record import NEVER
from tests.support.hamlet import params, patients
from tests.support.plain import agents as plain

pytestmark = pytest.mark.slow

YEAR_2018, YEAR_2023 = -1, 59
"""The last Decembers of 2018 and 2023, months from January 2019."""
BASIC = (Fund.BASIC_EMPLOYEE, Fund.BASIC_RESIDENT)


@pytest.fixture(scope="module")
def people(world):
    return risk_pools.general_population(world)


@pytest.fixture(scope="module")
def start():
    return RareCareModel(scale=0.01, years=6, rng=5)


@pytest.fixture(scope="module")
def end(start):
    return start.branch(start.policy).run()


def insured(state, kind, scale):
    return state.cities["heads"][:, kind].sum() / scale


def test_the_insured_of_2018_are_as_published(people):
    by_scheme = people.insured.sum(axis=(0, 2)) / 1e6
    assert by_scheme[Scheme.EMPLOYEE] == pytest.approx(317, rel=0.002)
    assert by_scheme.sum() == pytest.approx(1334, rel=0.002)


def test_incomes_of_the_fifths_average_to_those_of_cities_and_lie_between_their_bounds(
    world, people
):
    persons = people.insured.sum(axis=1)
    mean = (persons * people.incomes).sum(axis=1) / persons.sum(axis=1)
    table = world.cities["income_per_head"] * world.parameters["income_deflator_to_start"]
    assert mean == pytest.approx(table.to_numpy(), rel=1e-9)
    assert (people.incomes[:, 1:] >= people.cuts).all()
    assert (people.incomes[:, :-1] <= people.cuts).all()


def test_the_insured_of_2023_are_as_published(end):
    assert insured(end.state, Fund.BASIC_EMPLOYEE, end.scale) == pytest.approx(371e6, rel=0.002)
    assert insured(end.state, Fund.BASIC_RESIDENT, end.scale) == pytest.approx(963e6, rel=0.002)


def test_pools_insure_whom_their_cities_count(end):
    for kind in BASIC:
        own = end.state.cities["heads"][:, kind]
        fund = end.state.cities["fund"][:, kind]
        per_fund = np.bincount(fund, own, minlength=len(end.state.funds))
        assert end.state.funds["heads"][np.unique(fund)] == pytest.approx(per_fund[np.unique(fund)])


def test_the_pooled_balance_of_2018_is_as_published(world, people):
    pools = risk_pools.all_pools(world, people, 1)
    funds = risk_pools.fund_rows(world, pools, risk_pools.city_heads(world, people, 1.0))
    balance = funds["balance"][np.isin(funds["kind"], BASIC)].sum()
    assert balance == pytest.approx(1615.6e9, rel=0.002)


def test_income_and_spending_per_head_average_to_the_parameters(world, people):
    """However the pools differ: the nation's total is heads times the amount per head."""
    pools = risk_pools.all_pools(world, people, 1)
    funds = risk_pools.fund_rows(world, pools, risk_pools.city_heads(world, people, 1.0))
    for kind in (k for k in Fund if amount(world.parameters, TERMS[k].income) > 0.0):
        rows = funds[(funds["kind"] == kind) & (pools.level == PoolLevel.CITY)]
        for fund in rows:
            plain.insurer.set_ordinary_income(fund, 1.0, 1.0)
        income = amount(world.parameters, TERMS[kind].income)
        other = amount(world.parameters, TERMS[kind].other)
        other += income * amount(world.parameters, TERMS[kind].other_share)
        heads = rows["heads"].sum()
        assert rows["yearly"].sum() == pytest.approx(income * heads)
        assert rows["other"].sum() == pytest.approx(other * heads)


def city_funds(world, people, seed, kind):
    """Return the cities' funds of a kind with a first year's income, and spending over it."""
    pools = risk_pools.all_pools(world, people, seed)
    funds = risk_pools.fund_rows(world, pools, risk_pools.city_heads(world, people, 1.0))
    rows = funds[(funds["kind"] == kind) & (pools.level == PoolLevel.CITY)].copy()
    for fund in rows:
        plain.insurer.set_ordinary_income(fund, 1.0, 1.0)
    return rows, rows["other"] / rows["yearly"].sum(axis=1)


@pytest.mark.parametrize(
    "kind", [*BASIC, Fund.CRITICAL_ILLNESS, Fund.MEDICAL_ASSISTANCE], ids=lambda kind: kind.label
)
def test_some_pools_spend_more_than_their_income_and_most_do_not(world, people, kind):
    """In 2013 32 % of employees' pools did (as reported); the poorest reserves are theirs."""
    rows, spent = city_funds(world, people, 3, kind)
    assert 0.2 < (spent > 1.0).mean() < 0.4
    years = rows["balance"] / rows["yearly"].sum(axis=1)
    assert np.median(years[spent > 1.0]) < 0.75 * np.median(years[spent < 0.9])


def test_old_places_have_dearer_pools_and_rich_ones_more_income(world, people):
    rows, spent = city_funds(world, people, 3, Fund.BASIC_EMPLOYEE)
    old, income = world.cities["old_share"], world.cities["income_per_head"]
    assert np.corrcoef(old, spent)[0, 1] > 0.3
    assert np.corrcoef(income, rows["yearly"].sum(axis=1) / rows["heads"])[0, 1] > 0.9


def test_pools_of_a_world_without_ages_differ_by_the_other_reasons_alone(world, people):
    cities = world.cities.assign(old_share=np.nan)
    ageless = replace(world, cities=cities)
    values = {**world.parameters, "pool_spending_sd": 0.0, "pool_spending_elasticity": 1.0}
    for one in (ageless, replace(ageless, parameters=values)):
        _, spent = city_funds(one, people, 3, Fund.BASIC_EMPLOYEE)
        assert (spent.std() > 0.02) == (one is ageless)


@pytest.mark.parametrize("level", ["province", "nation"])
def test_a_pool_takes_in_and_spends_what_its_cities_would(start, level):
    payers = ("basic", "critical_illness", "medical_assistance")
    totals = []
    for chosen in ("city", level):
        settings = {f"financing.pooling.{payer}": chosen for payer in payers}
        model = start.branch(load_policy("uniform-national", settings))
        used = model.state.funds[model.state.funds["used"] == 1]
        for fund in used:
            plain.insurer.set_ordinary_income(fund, 1.0, 1.0)
        flows = (used["balance"], used["yearly"].sum(axis=1), used["other"])
        totals.append([np.bincount(used["kind"], amounts, len(Fund)) for amounts in flows])
    assert np.array(totals[0]) == pytest.approx(np.array(totals[1]))
    assert (np.array(totals[0])[:, list(BASIC)] > 0.0).all()


def test_the_share_of_employees_averages_to_the_given_one_by_residence(world):
    """Whatever the gradient by income, which town and countryside have unlike parts of."""
    for gradient in (0.0, 0.3, 0.5):
        values = {**world.parameters, "employee_share_gradient": gradient}
        other = replace(world, parameters=values)
        found = risk_pools.general_population(other).insured[:, Scheme.EMPLOYEE].sum()
        persons = world.cities["population"].to_numpy(float)
        urban = persons * world.cities["urban_share"]
        expected = urban.sum() * values["employee_share_urban"]
        expected += (persons - urban).sum() * values["employee_share_rural"]
        assert found == pytest.approx(expected)


def test_four_adult_patients_in_ten_are_employees_and_no_children(start):
    rows = start.state.patients
    ill = rows[(rows["onset"] < 0) & (rows["died"] == NEVER)]
    adult = -ill["birth"] >= 18 * 12
    employee = ill["scheme"] == Scheme.EMPLOYEE
    assert employee[adult].mean() == pytest.approx(0.404, abs=0.02)
    assert not employee[~adult].any()
    young = adult & (ill["onset"] - ill["birth"] < 15 * 12)
    assert employee[young].mean() == pytest.approx(0.404, abs=0.04)


def test_who_comes_of_age_can_become_an_employee_where_he_lives(end, start):
    before, after = start.state.patients, end.state.patients
    alive = after["died"] == NEVER
    joined = alive & (before["scheme"] == Scheme.RESIDENT) & (after["scheme"] == Scheme.EMPLOYEE)
    age = end.steps - after["birth"]
    assert joined.sum() > 100
    assert (age[joined] >= 18 * 12).all()
    assert (after["insured"] == after["city"])[joined].all()
    # of those who came of age after the start nearly four in ten, or more, as employees rise
    grown = alive & (-before["birth"] < 18 * 12) & (age >= 19 * 12)
    assert 0.35 < (after["scheme"][grown] == Scheme.EMPLOYEE).mean() < 0.55
    unchanged = alive & ~joined
    assert (before["scheme"] == after["scheme"])[unchanged].all()


@pytest.mark.parametrize(
    ("month", "risen"), [(-180, 1.0), (YEAR_2018, 1.0), (0, 1.034), (YEAR_2023, 1.17), (180, 1.17)]
)
def test_employees_rise_in_a_straight_line(month, risen):
    terms = params(employee_rise=0.17, employee_rise_years=5.0)[0]
    assert plain.household.employees_risen(terms, month) == pytest.approx(risen)


def test_nobody_ceases_to_be_an_employee():
    terms = params(employee_urban=0.3, employee_rural=0.05)[0]
    for identity in range(300):
        patient = patients(1)[0]
        patient.identity, patient.birth, patient.quintile = identity, -200, 3
        seen = [plain.household.scheme_at(patient, terms, month, 7) for month in range(0, 180, 12)]
        changes = [(a, b) for a, b in pairwise(seen) if a != b]
        assert changes in ([], [(Scheme.RESIDENT, Scheme.EMPLOYEE)])
        assert seen[0] != Scheme.EMPLOYEE  # not yet 18


def test_urban_over_rural_income_of_the_country_is_the_published_ratio(world, people):
    """51,821 over 21,691 yuan a head, although richer cities are more urban."""
    sd = [world.parameters["income_sd_urban"], world.parameters["income_sd_rural"]]
    means = np.exp(people.medians + 0.5 * np.square(sd))
    persons = world.cities["population"].to_numpy(float)
    urban = world.cities["urban_share"].to_numpy()
    in_town = np.average(means[:, 0], weights=persons * urban)
    in_the_country = np.average(means[:, 1], weights=persons * (1.0 - urban))
    assert in_town / in_the_country == pytest.approx(51_821 / 21_691, rel=0.001)
    by_city = urban * means[:, 0] + (1.0 - urban) * means[:, 1]
    assert by_city == pytest.approx(world.cities["income_per_head"].to_numpy())


@pytest.mark.parametrize(("share", "expected"), [(0.0, 2.39), (1.0, 2.39)])
def test_a_country_without_town_or_countryside_keeps_the_ratio(world, share, expected):
    persons = world.cities["population"].to_numpy(float)
    urban = np.full(len(persons), share)
    assert risk_pools._ratio_within(persons, urban, np.ones(len(persons)), 2.39) == expected


def test_cities_that_are_all_town_or_all_countryside_leave_nothing_to_choose():
    persons, urban, mean = np.ones(2), np.array([0.0, 1.0]), np.array([1.0, 2.0])
    assert risk_pools._ratio_within(persons, urban, mean, 5.0) == 20.0
    assert risk_pools._ratio_within(persons, urban, mean, 1.5) == 0.05


@pytest.mark.parametrize(
    ("month", "index"),
    [
        (48, 1.0), (48 + 120, 1.02**10), (59, 1.0), (36, 1 / 1.05), (47, 1 / 1.05), (0, 1.05**-4),
        (-1, 1.05**-4 / 1.1), (-120, 1.05**-4 * 1.1**-10), (-121, 1.05**-4 * 1.1**-10),
    ],
)  # fmt: skip
def test_incomes_of_the_years_before_and_after_the_tables(month, index):
    terms = params(
        income_growth=0.05, income_growth_before=0.1, income_growth_years=10, income_year=4.0,
        income_growth_after=0.02,
    )[0]  # fmt: skip
    assert plain.household.income_index(terms, month) == pytest.approx(index)


@pytest.mark.parametrize("month", [-24, 0, 11, 12, 48, 60, 179])
def test_funding_grows_as_incomes_do_and_other_spending_a_little_faster(month):
    """All in the prices of the tables: funding over incomes stays what it was at the start."""
    terms = params(
        income_growth=0.05, income_growth_after=0.02, income_year=4.0,
        other_spending_over_income=0.01,
    )[0]  # fmt: skip
    year = max(0, month // 12)
    incomes = plain.household.income_index(terms, 12 * year)
    funding = plain.household.funding_index(terms, month)
    assert funding / incomes == pytest.approx(1.05**4)
    assert plain.household.others_index(terms, month) == pytest.approx(funding * 1.01**year)


@pytest.mark.parametrize(("month", "index"), [(-25, 1.1**-1), (-24, 1.0), (0, 1.02**2)])
def test_incomes_of_tables_from_before_the_start(month, index):
    terms = params(income_growth=0.05, income_growth_before=0.1, income_year=-2.0,
                   income_growth_after=0.02)[0]  # fmt: skip
    assert plain.household.income_index(terms, month) == pytest.approx(index)


def test_everyones_income_follows_the_years(start, end):
    """And what is measured by incomes with them: subsistence, local and median income."""
    growth = 1.048**5  # from 2018, in which the scenario's start leaves them, to 2023
    growth *= (1.08 / 1.048) ** 1  # the last year before the start grew at the earlier rate
    before, after = start.state, end.state
    assert after.params["income_index"][0] == pytest.approx(1.03)  # of the year after 2023
    growth *= 1.03
    for name in ("income", "subsistence"):
        assert after.cities[name] == pytest.approx(before.cities[name] * growth)
    incomes = after.patients["income"], before.patients["income"]
    assert incomes[0] == pytest.approx(incomes[1] * growth, abs=10)
    assert after.cities["income"] / 1.03 == pytest.approx(start.world.cities["income_per_head"])
