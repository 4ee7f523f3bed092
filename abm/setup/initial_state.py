"""Building a world's state: everything before the first month."""

import math
from dataclasses import dataclass

import numpy as np

from abm.errors import UserError
from abm.measures.financial_protection import BASE_LINE, DAYS, LEAST_LINE, societal_line_at
from abm.setup import assessment, epidemiology, referral_network, risk_pools
from abm.world import World
from abm.world.parameters import check_values
from agents.codes import FromHome, Fund, Rank, Role, Scheme, Tier
from agents.core.limits import WAITS
from agents.core.parameters import Parameters
from agents.core.record import Rows
from agents.records.charity import CharityRow
from agents.records.disease import DiseaseRow
from agents.records.drug import DrugRow
from agents.records.events import CountersRow, EventRow
from agents.records.hospital import EdgeRow, HospitalRow
from agents.records.insurance import AccountRow, FundRow, LayerRow, RefundRow
from agents.records.levers import LeversRow
from agents.records.patient import PatientRow
from agents.records.places import CityRow, ProvinceRow
from agents.state import State


@dataclass(frozen=True)
class Setup:
    """What does not change while a model runs, shared by all its branches.

    Attributes:
        world: The tables.
        scale: Simulated patients per real one.
        people: The general population: income cuts, insured by city, scheme and quintile.
        pools: All pools of funds.
        paths: All referral paths.
        slots: Each hospital's slots before any policy, at the run's scale, per month.
        heads: Insured by kind of fund and city, simulated persons.
    """

    world: World
    scale: float
    people: risk_pools.People
    pools: risk_pools.Pools
    paths: referral_network.Paths
    slots: np.ndarray
    heads: np.ndarray

    def births_per_insured(self, month: int) -> float:
        """Return the live births of a month's calendar year, in the country, per insured."""
        births = self.world.births.set_index("year")["births"].sort_index()
        insured = self.people.insured[:, [Scheme.EMPLOYEE, Scheme.RESIDENT]].sum()
        return float(np.interp(self.world.year_of(month), births.index, births) / insured)


def empty_state() -> State:
    """Return a state of arrays without rows."""
    return State(
        patients=PatientRow.array(0), due=np.zeros(0, np.int16), cities=CityRow.array(0),
        provinces=ProvinceRow.array(0), hospitals=HospitalRow.array(0),
        diseases=DiseaseRow.array(0), drugs=DrugRow.array(0), funds=FundRow.array(0),
        layers=LayerRow.array(0), accounts=AccountRow.array(0), refunds=RefundRow.array(0),
        charities=CharityRow.array(0),
        levers=LeversRow.array(0), params=Parameters.array(0), event_log=EventRow.array(0),
        km=np.zeros((0, 0)), edges=EdgeRow.array(0), counters=CountersRow.array(0),
        own_way=np.zeros((0, 0), np.int32), from_home=np.zeros((0, 0, 0), np.int32),
        waited=np.zeros((0, 0, 0), np.int32), taken_up=np.zeros((0, 0)),
    )  # fmt: skip


def build(world: World, scale: float, seed: int, pooled: bool) -> tuple[State, Setup]:
    """Build the state of a world without patients.

    Args:
        world: The tables.
        scale: Simulated patients per real one.
        seed: The key of all draws.
        pooled: Whether undetailed rare diseases load the hospitals too; without them the slots are
            the share that patients with detailed diseases take up.
    """
    people = risk_pools.general_population(world)
    params = _parameters(world, people)
    hospitals = referral_network.hospital_rows(world, seed)
    km = referral_network.distances(world)
    paths = referral_network.referral_paths(hospitals, km, world.parameters)
    referral_network.wire(hospitals, paths)
    slots = hospitals["slots"] * scale * _share_of_slots(world, hospitals, pooled)
    pools = risk_pools.all_pools(world, people, seed)
    heads = risk_pools.city_heads(world, people, scale)
    places = _cities(world, people, hospitals)
    places["centre"] = referral_network.nearest_centres(hospitals, km, places["province"])
    places["heads"] = heads.T
    basic = [Fund.BASIC_EMPLOYEE, Fund.BASIC_RESIDENT]
    insured = people.insured[:, [Scheme.EMPLOYEE, Scheme.RESIDENT]]
    params["simulated"] = heads[basic].sum() / insured.sum()
    places["fund"] = risk_pools.city_funds(len(places), pools)
    counters = CountersRow.array(1)
    counters["centres"] = referral_network.centres_by_specialty(hospitals).ravel()
    diseases, drugs = epidemiology.disease_rows(world), epidemiology.drug_rows(world)
    epidemiology.link_drugs(diseases, drugs)
    epidemiology.find_typical_weights(world, diseases, drugs, params)
    assessment.assess_drugs(world, diseases, drugs, params)
    state = empty_state()._replace(
        cities=places,
        provinces=_provinces(world, hospitals, km),
        hospitals=hospitals,
        diseases=diseases,
        drugs=drugs,
        funds=risk_pools.fund_rows(world, pools, heads),
        charities=_charities(world, scale),
        levers=LeversRow.array(2),
        params=params,
        km=km,
        edges=paths.rows(),
        counters=counters,
        own_way=np.zeros((len(hospitals), len(hospitals)), np.int32),
        from_home=np.zeros((len(FromHome), len(world.provinces), len(hospitals)), np.int32),
        waited=np.zeros((len(world.provinces), len(Tier), WAITS), np.int32),
        taken_up=np.zeros((len(places), len(drugs))),
    )
    return state, Setup(world, scale, people, pools, paths, slots, heads)


def _parameters(world: World, people: risk_pools.People) -> Rows[Parameters]:
    """Return the parameters as the one row that rules read.

    Raises:
        UserError: If one has been set, since the world was read, to what it cannot be.
    """
    check_values(world.parameters)
    row = Parameters.array(1)
    for name, value in world.parameters.items():
        row[name] = value
    row["discount_per_month"] = math.log(1.0 + world.parameters["discount_rate"]) / 12.0
    row["median_household_income"] = people.median_household
    row["median_income"] = people.median
    dollar_a_day = world.parameters["yuan_per_dollar"] * DAYS
    row["poverty_least"] = LEAST_LINE * dollar_a_day
    row["poverty_base"] = BASE_LINE * dollar_a_day
    row["income_index"] = 1.0
    row["income_year"] = world.about.price_year - world.first_year
    row["employee_urban"], row["employee_rural"] = people.employees
    return row


def _share_of_slots(world: World, hospitals: np.ndarray, pooled: bool) -> np.ndarray:
    """Return the share of each hospital's slots that the simulated patients compete for.

    Without the pooled diseases it is the detailed diseases' share. Where only some provinces are
    inhabited, hospitals keep slots in proportion to the people whom they serve: their own
    province's below the leads, the whole country's for leads and centres.
    """
    share = 1.0 if pooled else world.parameters["detailed_slots_share"]
    population = world.cities["population"].to_numpy(float)
    lived_in = world.lived_in
    province = world.cities["province"].to_numpy()
    own = {p: lived_in[province == p].mean() for p in np.unique(province)}
    local = np.array([own[p] for p in world.hospitals["province"]])
    national = population[lived_in].sum() / population.sum()
    return share * np.where(
        hospitals["rank"] >= Rank.LEAD, np.where(local > 0, local, national), local
    )


def _cities(world: World, people: risk_pools.People, hospitals: np.ndarray) -> Rows[CityRow]:
    """Return the cities' records."""
    table, params = world.cities, world.parameters
    rows = CityRow.array(len(table))
    persons = table["population"].to_numpy(float)
    rows["inhabited"] = world.lived_in
    rows["upto"] = np.cumsum(persons) / persons.sum()
    rows["upto"][np.flatnonzero(persons)[-1] :] = 1.0
    rows["urban"] = table["urban_share"]
    rows["income_urban"], rows["income_rural"] = people.medians.T
    rows["radius"] = table["radius_km"]
    rows["income"] = table["income_per_head"] * params["income_deflator_to_start"]
    national = np.average(rows["income"], weights=table["population"])
    local = params["subsistence_local_weight"]
    mean = (1.0 - local) * national + local * rows["income"]
    rows["subsistence"] = params["subsistence_share"] * mean
    rows["poverty_line"] = societal_line_at(people.median, params["yuan_per_dollar"])
    rows["reach"] = params["organisation_reach"] * table["urban_share"]
    rows["benefit_factor"] = 1.0
    province_of = {p: i for i, p in enumerate(world.provinces["province"])}
    rows["province"] = [province_of[p] for p in table["province"]]
    for c in range(len(rows)):
        here = np.flatnonzero(hospitals["city"] == c)
        rows["county"][c] = here[hospitals["rank"][here] == Rank.COUNTY][0]
        own = here[hospitals["rank"][here] == Rank.TERTIARY]
        _list_hospitals(rows[c].tertiary, own, f"city {table['city'].iloc[c]}")
        rows["tertiaries"][c] = len(own)
    return rows


def _list_hospitals(room: np.ndarray, hospitals: np.ndarray, where: str) -> None:
    """Write a list of hospitals into a record.

    Raises:
        UserError: If there are more than the record has room for.
    """
    if len(hospitals) > len(room):
        raise UserError(
            f"hospitals.csv, {where}: {len(hospitals)} hospitals of one kind, expected at most "
            f"{len(room)}"
        )
    room[:] = -1
    room[: len(hospitals)] = hospitals


def _provinces(world: World, hospitals: np.ndarray, km: np.ndarray) -> Rows[ProvinceRow]:
    """Return the provinces' records."""
    rows = ProvinceRow.array(len(world.provinces))
    leads = np.flatnonzero(hospitals["role"] == Role.LEAD)
    for p, row in enumerate(rows):
        here = np.flatnonzero(hospitals["province"] == p)
        own = here[hospitals["role"][here] == Role.LEAD]
        where = f"province {world.provinces['province'].iloc[p]}"
        row.lead, row.others = own[0], len(own) - 1
        _list_hospitals(row.other_leads, own[1:], where)
        mine = here[
            (hospitals["role"][here] == Role.MEMBER) & (hospitals["rank"][here] >= Rank.MEMBER)
        ]
        _list_hospitals(row.member, mine, where)
        row.members = len(mine)
        away = km[hospitals["city"][row.lead], hospitals["city"][leads]]
        others = leads[np.argsort(away, kind="stable")]
        nearest = others[hospitals["province"][others] != p][:2]
        row.neighbours[:] = -1
        row.neighbours[: len(nearest)] = nearest
    return rows


def _charities(world: World, scale: float) -> Rows[CharityRow]:
    """Return the foundations' records, one row per row of `charities.csv`."""
    table = world.charities
    rows = CharityRow.array(len(table))
    rows["budget"] = table["budget"] * scale
    for field, known in (("province", world.provinces["province"]), ("city", world.cities["city"])):
        place = {name: i for i, name in enumerate(known)}
        rows[field] = [place.get(name, -1) for name in table[field]]
    return rows
