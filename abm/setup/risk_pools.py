"""Income of households, and the funds of every pool, at the scenario's start."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from abm.world import World
from agents.codes import Fund, PoolLevel
from agents.core.state import State
from agents.insurer import FundRow


@dataclass(frozen=True)
class People:
    """The general population by city, residence and income.

    Attributes:
        cuts: Income per head that divides the quintiles, yuan a year, shape (4,).
        medians: ln of median income per head by city, urban and rural, shape (cities, 2).
        insured: Persons by city, scheme (employee, resident) and quintile, shape (cities, 2, 5).
        median_household: Median household income, yuan a year.
    """

    cuts: np.ndarray
    medians: np.ndarray
    insured: np.ndarray
    median_household: float


def general_population(world: World) -> People:
    """Work out incomes and insurance of the general population.

    Income per head is lognormal within each city and residence; urban and rural means stand in the
    given ratio and average to the city's. Employee cover rises with income, 0.4 to 1.6 times the
    mean from the poorest to the richest fifth.
    """
    params, cities = world.parameters, world.cities
    persons = cities["population"].to_numpy(float)
    urban = cities["urban_share"].to_numpy()
    ratio = params["urban_rural_income_ratio"]
    mean = cities["income_per_head"].to_numpy() * params["income_deflator_to_start"]
    rural_mean = mean / (urban * ratio + 1.0 - urban)
    sd = np.array([params["income_sd_urban"], params["income_sd_rural"]])
    means = np.column_stack([rural_mean * ratio, rural_mean])
    medians = np.log(means) - 0.5 * sd**2
    weight = np.column_stack([persons * urban, persons * (1.0 - urban)])

    def below(income: float) -> np.ndarray:
        return ndtr((np.log(income) - medians) / sd)

    total = weight.sum()
    cuts = np.array([_quantile(lambda x: (weight * below(x)).sum() / total, q)
                     for q in (0.2, 0.4, 0.6, 0.8)])  # fmt: skip
    edges = np.stack([np.zeros_like(medians), *[below(c) for c in cuts], np.ones_like(medians)])
    in_quintile = np.diff(edges, axis=0).transpose(1, 2, 0) * weight[:, :, None]
    share = np.array([params["employee_share_urban"], params["employee_share_rural"]])
    share = share[:, None] * (0.4 + 0.3 * np.arange(5))
    employees = (in_quintile * share).sum(axis=1)
    covered = in_quintile.sum(axis=1) * (1.0 - params["uninsured_share"])
    median = _quantile(lambda x: (weight * below(x)).sum() / total, 0.5)
    insured = np.stack([employees, covered - employees], axis=1)
    return People(cuts, medians, insured, median * params["household_size_mean"])


def _quantile(share_below: Callable[[float], float], q: float) -> float:
    """Return the income below which a share q of the population lies."""
    return float(np.exp(brentq(lambda x: share_below(np.exp(x)) - q, 4.0, 16.0)))


@dataclass(frozen=True)
class Pools:
    """All pools: for each kind of fund one per city, province, the nation and the zone.

    Attributes:
        names: Name of each pool.
        kind: Kind of fund, shape (F,).
        level: Level of pooling, as `agents.codes.PoolLevel`, shape (F,).
        place: Row of the city or province, 0 for the nation and the zone, shape (F,).
    """

    names: list[str]
    kind: np.ndarray
    level: np.ndarray
    place: np.ndarray


def all_pools(world: World) -> Pools:
    """List every pool that a policy may use."""
    cities, provinces = list(world.cities["city"]), list(world.provinces["province"])
    one = [(c, PoolLevel.CITY, i) for i, c in enumerate(cities)]
    one += [(p, PoolLevel.PROVINCE, i) for i, p in enumerate(provinces)]
    one += [(level.label, level, 0) for level in (PoolLevel.NATION, PoolLevel.ZONE)]
    names, level, place = zip(*one, strict=True)
    kinds = len(Fund)
    return Pools(list(names) * kinds, np.repeat(np.arange(kinds), len(one)),
                 np.tile(level, kinds), np.tile(place, kinds))  # fmt: skip


def city_heads(world: World, people: People, scale: float) -> np.ndarray:
    """Return the insured by kind of fund and city, simulated persons, shape (kinds, cities).

    Critical illness insurance and medical assistance cover residents and employees alike (the
    employees' supplement is a layer of the same fund); commercial cover is a share of them.
    """
    lived_in = world.lived_in
    employees, residents = people.insured.sum(axis=2).T * scale * lived_in
    everyone = employees + residents
    enrolled = everyone * world.parameters["commercial_enrolment"]
    return np.stack([employees, residents, everyone, everyone, everyone, enrolled])


def fund_rows(world: World, pools: Pools, heads: np.ndarray) -> np.ndarray:
    """Return the funds' records; only city pools hold people and money at first."""
    rows = FundRow.array(len(pools.names))
    rows["kind"] = pools.kind
    at_city = pools.level == PoolLevel.CITY
    rows["heads"][at_city] = heads[pools.kind[at_city], pools.place[at_city]]
    income = world.cities["income_per_head"].to_numpy()
    national = np.average(income, weights=world.cities["population"])
    rows["relative"] = 1.0
    rows["relative"][at_city] = (income / national)[pools.place[at_city]]
    open_balances(rows, world.parameters)
    rows["share"] = 1.0
    return rows


def city_funds(cities: int, pools: Pools) -> np.ndarray:
    """Return the row of each city's own fund of each kind, shape (cities, kinds)."""
    per_kind = len(pools.names) // len(Fund)
    rows = np.arange(cities)[:, None] + np.arange(len(Fund)) * per_kind
    return rows.astype(np.int32)


def open_funds(state: State, world: World, pools: Pools, heads: np.ndarray) -> None:
    """Give every city its own funds, with the balances published for the end of 2018."""
    state.cities["fund"] = city_funds(len(state.cities), pools)
    state.funds[:] = fund_rows(world, pools, heads)


def open_balances(rows: np.ndarray, params: dict[str, float]) -> None:
    """Set every fund's balance to the published accumulated balances at the end of 2018."""
    each = np.zeros(len(Fund))
    each[Fund.BASIC_EMPLOYEE] = params["employee_balance_per_head"]
    each[Fund.BASIC_RESIDENT] = params["resident_balance_per_head"]
    each[Fund.CRITICAL_ILLNESS] = params["critical_illness_income_per_head"]
    each[Fund.MEDICAL_ASSISTANCE] = params["assistance_income_per_head"]
    each[Fund.COMMERCIAL] = params["commercial_premium"]
    relative = np.where(rows["kind"] == Fund.BASIC_EMPLOYEE, rows["relative"], 1.0)
    rows["balance"] = each[rows["kind"]] * rows["heads"] * relative
