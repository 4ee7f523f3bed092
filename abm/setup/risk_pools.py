"""Income of households, and the funds of every pool, at the scenario's start."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from abm.world import World
from agents.codes import Fund, PoolLevel, Scheme
from agents.core.jit import kernel
from agents.core.parameters import DECLARED
from agents.core.random_numbers import Decision, normal
from agents.core.record import Rows
from agents.records.insurance import FundRow
from agents.state import State


@dataclass(frozen=True)
class Terms:
    """Whom a kind of fund insures, and what it ordinarily receives and spends.

    An amount is the name of a parameter, or the amount itself.

    Attributes:
        schemes: The schemes whose members it insures.
        covered: Share of them at the start, 0-1. Commercial cover is sold from then on.
        general: Whether it belongs to all of them, so that what it spends on rare diseases is
            taken from its other patients. The special fund's money is booked where it is levied.
        balance: Balance per insured at the end of 2018, as published, yuan.
        balance_years: The same where none is published, years of the ordinary income.
        income: Ordinary income per insured at the start, yuan a year.
        fiscal_share: Part of it that is fiscal money, 0-1; the rest are premiums.
        grows: Whether it grows as incomes do.
        in_advance: Whether a year's income comes in January, not month by month.
        elasticity: Elasticity of income per head on local income.
        retired: Share of the insured who are old and pay nothing; empty where all pay alike.
        differs: Whether spending and reserves differ from pool to pool by age and other reasons.
        other: Spending on all other patients per insured at the start, yuan a year.
        other_share: Spending on all other patients as a part of the ordinary income, 0-1.
    """

    schemes: tuple[Scheme, ...] = (Scheme.EMPLOYEE, Scheme.RESIDENT)
    covered: str | float = 1.0
    general: bool = False
    balance: str | float = 0.0
    balance_years: str | float = 0.0
    income: str | float = 0.0
    fiscal_share: str | float = 0.0
    grows: bool = True
    in_advance: bool = False
    elasticity: str | float = 0.0
    retired: str = ""
    differs: bool = False
    other: str | float = 0.0
    other_share: str | float = 0.0


DIFFERENCES = ("income", "spending", "reserve")
"""In what cities' pools differ."""
TINY = 1e-9
"""Stands below where nobody lives in the countryside, or in town."""
TERMS = {
    Fund.BASIC_EMPLOYEE: Terms(
        schemes=(Scheme.EMPLOYEE,), general=True, balance="employee_balance_per_head",
        income="employee_income_per_head", other="employee_other_per_head",
        elasticity=1.0, retired="retired_share", differs=True,
    ),
    Fund.BASIC_RESIDENT: Terms(
        schemes=(Scheme.RESIDENT,), general=True, balance="resident_balance_per_head",
        income="resident_income_per_head", fiscal_share="resident_fiscal_share",
        other="resident_other_per_head", elasticity="pool_income_elasticity", differs=True,
    ),
    Fund.CRITICAL_ILLNESS: Terms(
        general=True, balance_years="other_balance_years",
        income="critical_illness_income_per_head", other_share="critical_illness_other_share",
        elasticity="pool_income_elasticity", differs=True,
    ),
    Fund.MEDICAL_ASSISTANCE: Terms(
        general=True, balance_years="other_balance_years", income="assistance_income_per_head",
        fiscal_share=1.0, other_share="assistance_other_share",
        elasticity="pool_income_elasticity", differs=True,
    ),
    Fund.SPECIAL_FUND: Terms(),
    Fund.COMMERCIAL: Terms(
        covered=0.0, income="commercial_premium", grows=False, in_advance=True,
        other_share="commercial_other_share",
    ),
}  # fmt: skip
"""The terms of each kind of fund; a special fund lives on its own sources only. The employees'
supplement to critical illness insurance is a layer of the same fund."""
if lacking := ", ".join(f"Fund.{kind.name}" for kind in Fund if kind not in TERMS):
    raise TypeError(f"TERMS: expected what each kind of fund lives on, got nothing of {lacking}")


def amount(params: dict[str, float], term: str | float) -> float:
    """Return an amount of the terms: a parameter's value, or the number itself."""
    return params[term] if isinstance(term, str) else term


@dataclass(frozen=True)
class People:
    """The general population by city, residence and income.

    Attributes:
        cuts: Income per head that divides the quintiles, yuan a year, shape (4,).
        medians: ln of median income per head by city, urban and rural, shape (cities, 2).
        insured: Persons by city, scheme (0 without insurance) and quintile, shape (cities, 3, 5).
        incomes: Mean income per head by city and quintile, yuan a year, shape (cities, 5); 0 where
            nobody has such an income.
        median_household: Median household income, yuan a year.
        employees: Share insured as employees in the middle fifth, urban and rural, shape (2,).
        median: Median income per head, yuan a year.
    """

    cuts: np.ndarray
    medians: np.ndarray
    insured: np.ndarray
    incomes: np.ndarray
    median_household: float
    employees: np.ndarray
    median: float


def general_population(world: World) -> People:
    """Work out incomes and insurance of the general population.

    Income per head is lognormal within each city and residence; urban and rural means average to
    the city's, and those of the country stand in the given ratio. Employee cover rises with income
    by the same step from each fifth to the next, and averages to the given share among urban and
    among rural residents.
    """
    params, cities = world.parameters, world.cities
    persons = cities["population"].to_numpy(float)
    urban = cities["urban_share"].to_numpy()
    mean = cities["income_per_head"].to_numpy() * params["income_deflator_to_start"]
    ratio = _ratio_within(persons, urban, mean, params["urban_rural_income_ratio"])
    rural_mean = mean / (urban * ratio + 1.0 - urban)
    sd = np.array([params["income_sd_urban"], params["income_sd_rural"]])
    means = np.column_stack([rural_mean * ratio, rural_mean])
    medians = np.log(means) - 0.5 * sd**2
    weight = np.column_stack([persons * urban, persons * (1.0 - urban)])

    def below(income: float) -> np.ndarray:
        return ndtr((np.log(income) - medians) / sd)

    def income_below(income: float) -> np.ndarray:
        return ndtr((np.log(income) - medians) / sd - sd)

    total = weight.sum()
    cuts = np.array([_quantile(lambda x: (weight * below(x)).sum() / total, q)
                     for q in (0.2, 0.4, 0.6, 0.8)])  # fmt: skip
    edges = np.stack([np.zeros_like(medians), *[below(c) for c in cuts], np.ones_like(medians)])
    in_quintile = np.diff(edges, axis=0).transpose(1, 2, 0) * weight[:, :, None]
    edges = np.stack([np.zeros_like(medians), *[income_below(c) for c in cuts],
                      np.ones_like(medians)])  # fmt: skip
    theirs = np.diff(edges, axis=0).transpose(1, 2, 0) * (weight * means)[:, :, None]
    incomes = theirs.sum(axis=1) / np.maximum(in_quintile.sum(axis=1), TINY)
    share = np.array([params["employee_share_urban"], params["employee_share_rural"]])
    gradient = params["employee_share_gradient"]
    steps = 1.0 - 2.0 * gradient + gradient * np.arange(5)
    by_residence = in_quintile.sum(axis=0)
    middle = share * by_residence.sum(axis=1) / np.maximum(by_residence @ steps, TINY)
    covered = in_quintile.sum(axis=1) * (1.0 - params["uninsured_share"])
    employees = np.minimum((in_quintile * middle[:, None] * steps).sum(axis=1), covered)
    median = _quantile(lambda x: (weight * below(x)).sum() / total, 0.5)
    insured = np.zeros((len(cities), len(Scheme), 5))
    insured[:, Scheme.EMPLOYEE], insured[:, Scheme.RESIDENT] = employees, covered - employees
    median_household = median * params["household_size_mean"]
    return People(cuts, medians, insured, incomes, median_household, middle, median)


def _ratio_within(
    persons: np.ndarray, urban: np.ndarray, mean: np.ndarray, national: float
) -> float:
    """Return the ratio of urban to rural mean income within cities that gives the national one.

    Richer cities are more urban, so that it is the smaller of the two. Where residence alone tells
    the cities apart it is as near as it may be (`agents.core.parameters`).
    """

    def missed(ln_ratio: float) -> float:
        ratio = np.exp(ln_ratio)
        rural = mean / (urban * ratio + 1.0 - urban)
        in_town = np.average(rural * ratio, weights=persons * urban)
        return np.log(in_town / np.average(rural, weights=persons * (1.0 - urban)) / national)

    bounds = DECLARED["urban_rural_income_ratio"]
    low, high = np.log(bounds.low), np.log(bounds.high)
    if not 0.0 < urban @ persons < persons.sum():
        return national
    if missed(low) >= 0.0 or missed(high) <= 0.0:
        return bounds.low if missed(low) >= 0.0 else bounds.high
    return float(np.exp(brentq(missed, low, high)))


def _quantile(share_below: Callable[[float], float], q: float) -> float:
    """Return the income below which a share q of the population lies."""
    low, high = 4.0, 16.0  # 55 and nine million yuan a year; few countries lie outside
    while share_below(np.exp(low)) > q:
        low -= 4.0
    while share_below(np.exp(high)) < q:
        high += 4.0
    return float(np.exp(brentq(lambda x: share_below(np.exp(x)) - q, low, high)))


@dataclass(frozen=True)
class Pools:
    """All pools: for each kind of fund one per city, province, the nation and the zone.

    Attributes:
        names: Name of each pool.
        kind: Kind of fund, shape (F,).
        level: Level of pooling, as `agents.codes.PoolLevel`, shape (F,).
        place: Row of the city or province, 0 for the nation and the zone, shape (F,).
        income: Income per head over the mean of all whom that kind of fund insures; 1 but for
            cities, shape (F,).
        spending: The same for spending on all other patients, shape (F,).
        reserve: The same for the balance per head at the start, shape (F,).
    """

    names: list[str]
    kind: np.ndarray
    level: np.ndarray
    place: np.ndarray
    income: np.ndarray
    spending: np.ndarray
    reserve: np.ndarray


def all_pools(world: World, people: People, seed: int) -> Pools:
    """List every pool that a policy may use; the seed draws what makes them differ."""
    cities, provinces = list(world.cities["city"]), list(world.provinces["province"])
    one = [(c, PoolLevel.CITY, i) for i, c in enumerate(cities)]
    one += [(p, PoolLevel.PROVINCE, i) for i, p in enumerate(provinces)]
    one += [(level.label, level, 0) for level in (PoolLevel.NATION, PoolLevel.ZONE)]
    names, level, place = zip(*one, strict=True)
    kinds = len(Fund)
    differ = np.ones((len(DIFFERENCES), kinds, len(one)))
    for kind in Fund:
        differ[:, kind, : len(cities)] = _differences(world, people, kind, seed)
    income, spending, reserve = differ.reshape(len(DIFFERENCES), -1)
    return Pools(list(names) * kinds, np.repeat(np.arange(kinds), len(one)), np.tile(level, kinds),
                 np.tile(place, kinds), income, spending, reserve)  # fmt: skip


@kernel
def _draw_reasons(drawn: np.ndarray, kind: int, seed: int) -> None:
    """Draw other reasons for which cities' pools of a kind differ, standard normal.

    In spending, the first row of `drawn`, and in the reserve at the start, the second.
    """
    for c in range(drawn.shape[1]):
        drawn[0, c] = normal(seed, c, Decision.POOL_SPENDING, kind)
        drawn[1, c] = normal(seed, c, Decision.POOL_RESERVE, kind)


def _differences(world: World, people: People, kind: Fund, seed: int) -> np.ndarray:
    """Return by how much the cities' pools of a kind differ, each over the mean of the insured.

    Income per head follows local income, and falls with the share of retired employees, who pay
    nothing. Spending per head follows what would be taken in from people of one age, rises with the
    share of the old, and differs for other reasons. The reserve, in years of income, is the smaller
    the more of the income is spent.

    Returns:
        `DIFFERENCES` per head, shape (3, cities).
    """
    terms, params = TERMS[kind], world.parameters
    members = people.insured[:, list(terms.schemes)].sum(axis=(1, 2))
    local = _over_mean(world.cities["income_per_head"].to_numpy(float), members)
    funding = local ** amount(params, terms.elasticity)
    old = _old_share(world, terms)
    paying = np.maximum(1.0 - old, TINY) if terms.retired else np.ones_like(old)
    income = _over_mean(funding * paying, members)
    if not terms.differs:
        return np.array([income, income, income])
    draws = np.zeros((2, len(members)))
    _draw_reasons(draws, int(kind), seed)
    spending = funding ** params["pool_spending_elasticity"]
    spending *= 1.0 + (params["old_spending_ratio"] - 1.0) * old
    spending = _over_mean(spending * np.exp(params["pool_spending_sd"] * draws[0]), members)
    years = (spending / income) ** -params["pool_reserve_elasticity"]
    years *= np.exp(params["pool_reserve_sd"] * draws[1])
    return np.array([income, spending, _over_mean(income * years, members)])


def _old_share(world: World, terms: Terms) -> np.ndarray:
    """Return the share of the old among the insured of each city: residents, or the retired.

    The retired are spread as the old are, less unevenly: the old of the countryside have not been
    employees. A world without figures is of one age throughout.
    """
    given = world.cities["old_share"].to_numpy(float)
    persons = world.cities["population"].to_numpy(float)
    known = ~np.isnan(given)
    mean = np.average(given[known], weights=persons[known]) if known.any() else 0.0
    old = np.where(known, given, mean)
    if not terms.retired:
        return old
    relative = old / mean if mean > 0.0 else np.ones_like(old)
    elasticity = world.parameters["retired_old_elasticity"]
    return np.minimum(1.0, world.parameters[terms.retired] * relative**elasticity)


def _over_mean(values: np.ndarray, persons: np.ndarray) -> np.ndarray:
    """Return values over their mean by persons; 1 where there is nobody."""
    total = persons.sum()
    return values * total / (values @ persons) if total > 0.0 else np.ones_like(values)


def city_heads(world: World, people: People, scale: float) -> np.ndarray:
    """Return the insured by kind of fund and city, simulated persons, shape (kinds, cities)."""
    members = people.insured.sum(axis=2).T * scale * world.lived_in
    heads = np.zeros((len(Fund), members.shape[1]))
    for kind in Fund:
        terms = TERMS[kind]
        insured = sum(members[scheme] for scheme in terms.schemes)
        heads[kind] = insured * amount(world.parameters, terms.covered)
    return heads


def fund_rows(world: World, pools: Pools, heads: np.ndarray) -> Rows[FundRow]:
    """Return the funds' records; only city pools hold people and money at first."""
    rows = FundRow.array(len(pools.names))
    rows["kind"] = pools.kind
    at_city = pools.level == PoolLevel.CITY
    rows["heads"][at_city] = heads[pools.kind[at_city], pools.place[at_city]]
    rows["relative"], rows["spending"] = pools.income, pools.spending
    _set_terms(rows, pools, world.parameters)
    rows["share"] = 1.0
    return rows


def _set_terms(rows: np.ndarray, pools: Pools, params: dict[str, float]) -> None:
    """Set every fund's terms, and its balance to the published one at the end of 2018."""
    for kind in Fund:
        terms, chosen = TERMS[kind], rows["kind"] == kind
        rows["income_per_head"][chosen] = amount(params, terms.income)
        rows["fiscal_share"][chosen] = amount(params, terms.fiscal_share)
        rows["other_per_head"][chosen] = amount(params, terms.other)
        rows["other_share"][chosen] = amount(params, terms.other_share)
        rows["grows"][chosen] = terms.grows
        rows["in_advance"][chosen] = terms.in_advance
        years = amount(params, terms.balance_years)
        balance = amount(params, terms.balance) + years * amount(params, terms.income)
        rows["balance"][chosen] = balance * rows["heads"][chosen] * pools.reserve[chosen]


def city_funds(cities: int, pools: Pools) -> np.ndarray:
    """Return the row of each city's own fund of each kind, shape (cities, kinds)."""
    per_kind = len(pools.names) // len(Fund)
    rows = np.arange(cities)[:, None] + np.arange(len(Fund)) * per_kind
    return rows.astype(np.int32)


def open_funds(state: State, world: World, pools: Pools, heads: np.ndarray) -> None:
    """Give every city its own funds, with the balances published for the end of 2018."""
    state.cities["fund"] = city_funds(len(state.cities), pools)
    state.funds[:] = fund_rows(world, pools, heads)
