"""A hand-made world of one city, small enough to work out by hand what must come of it.

One province with one city of one pool, one disease with one drug on the market and in stock, and as
many patients, hospitals, benefit layers and foundations as a test asks for. A test then sets what
matters to it in the arrays.
"""

from functools import cache

import numpy as np

from abm.engine.schedule import Schedule
from abm.world import load_world
from agents.codes import DrugFilter, FromHome, Fund, Payer, Scheme, Stage, Tier
from agents.core import bitset
from agents.core.limits import DISEASES, DRUGS, LAYERS, WAITS
from agents.core.parameters import Parameters
from agents.core.record import LONG_AGO, NEVER
from agents.records.charity import CharityRow
from agents.records.disease import DiseaseRow
from agents.records.drug import DrugRow
from agents.records.events import CountersRow, EventRow
from agents.records.hospital import EdgeRow, HospitalRow
from agents.records.insurance import BRACKETS, AccountRow, FundRow, LayerRow, RefundRow
from agents.records.levers import LeversRow
from agents.records.patient import PatientRow
from agents.records.places import CityRow, ProvinceRow
from agents.state import State

NO_LIMIT = 1e18
EVERYONE = bitset.of(Scheme, len(Scheme))
EVERY_CLASS = bitset.of(range(4), 4)
RICH = 100_000_000
NOTHING_ELSE = {"supportive_cost_mild": 0.0, "supportive_cost_per_severity": 0.0}
"""Illness costs nothing but its drug, where a test does not ask for more."""
CLEAR = 50.0
"""A skill with which every case is recognised."""


def layer(payer=Payer.BASIC, brackets=((NO_LIMIT, 0.5),), **fields):
    """Return a benefit layer that pays for everyone; brackets are pairs of (up to, rate)."""
    row = LayerRow.array(1)[0]
    ends = [end for end, _ in brackets]
    row.up_to[:] = ends + [ends[-1]] * (BRACKETS - len(ends))
    row.rate[:] = [rate for _, rate in brackets] + [0.0] * (BRACKETS - len(ends))
    row.poor_deductible = 1.0
    row.payer_cap = row.patient_cap = row.cost_below = NO_LIMIT
    row.cost_above = -1.0
    row.diseases = bitset.of([0], DISEASES)
    row.schemes, row.responses = EVERYONE, EVERY_CLASS
    row.payer, row.drug_filter = payer, DrugFilter.ANY
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def disease(**fields):
    """Return a disease without hazards that has the hamlet's drug."""
    row = DiseaseRow.array(1)[0]
    row.hazard, row.steep, row.treated_ratio, row.delay = 1e-9, 3.0, 1.0, 12.0
    row.seeking, row.known, row.test_since = 1.0, LONG_AGO, LONG_AGO
    row.test_yield, row.without_test = 1.0, 0.21
    row.severity_start, row.prevalence, row.catalogue = 0.2, 1.0, 1
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def drug(price=100_000.0, **fields):
    """Return a drug that is sold and on the list at a yearly price."""
    row = DrugRow.array(1)[0]
    row.price = row.list_price = row.record_price = price
    row.typical_weight, row.eligible_share, row.listed = 60.0, 1.0, 1
    row.approved, row.listed_month = -120, -60
    row.next_drug = -1
    row.record_listed, row.donation_from, row.donation_until = NEVER, NEVER, NEVER
    row.refused = NEVER
    row.agreed = NEVER
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def bare_levers(**fields):
    """Return the levers of a country with a list, without limits of prevalence and budget."""
    row = LeversRow.array(1)[0]
    row.prevalence_threshold = row.budget_impact_most = np.inf
    row.threshold[:] = 200_000.0, 140_000.0, 70_000.0, 0.0
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def unlisted(**fields):
    """Return a drug off the list that was approved in month 0 and gains half a QALY a year."""
    return drug(**{"price": 100_000.0, "listed": 0, "listed_month": NEVER, "approved": 0,
                   "qaly_gain": 0.5, **fields})  # fmt: skip


def patients(n):
    """Return rich, diagnosed, untreated adults of the residents' scheme, alike but for a number."""
    rows = PatientRow.array(n)
    rows["identity"] = np.arange(n)
    rows["income"] = rows["savings"] = RICH
    rows["household"], rows["scheme"], rows["quintile"] = 3, Scheme.RESIDENT, 3
    rows["birth"], rows["onset"], rows["updated"] = -480, -24, 0
    rows["life"], rows["natural"], rows["severity"] = 1e9, NEVER - 1, 0.2
    rows["stage"], rows["diagnosed"], rows["first_visit"] = Stage.DIAGNOSED, -12, -20
    rows["account"] = rows["referral"] = rows["hospital"] = rows["diagnosed_at"] = -1
    rows["sent_by"] = -1
    rows["tried"] = rows["moving"] = -1
    for name in ("registered", "researched", "reported", "treated", "interrupted", "reviewed",
                 "moved", "died", "since", "due"):  # fmt: skip
        rows[name] = NEVER
    return rows


@cache
def _chinas():
    """Return China's parameters."""
    return load_world().parameters


def params(**values):
    """Return China's parameters with some replaced; nothing but the drug costs money."""
    row, known = Parameters.array(1), _chinas()
    for name in Parameters.fields:
        row[name] = values.pop(name, NOTHING_ELSE.get(name, known.get(name, 1.0)))
    assert not values, f"no such parameters: {sorted(values)}"
    row["discount_per_month"] = np.log(1.0 + row["discount_rate"]) / 12.0
    return row


def build(n=1, *, layers=(), hospitals=1, foundations=(0.0,), a_drug=None, more_drugs=(),
          a_disease=None, paths=(), **parameters):  # fmt: skip
    """Return a state with n patients, and every fund full.

    Args:
        n: Patients, as made by `patients`.
        layers: Benefit layers, all in force here.
        hospitals: Hospitals, each a county hospital with one slot and no skill.
        foundations: Yearly budget of each.
        a_drug: The drug, by default of 100,000 yuan a year; it works as the disease says.
        more_drugs: Further drugs of the disease, from the more effective on, each less than the
            first.
        a_disease: The disease.
        paths: Referral paths up, as (from, to) pairs of hospitals.
        **parameters: Parameters that replace China's.
    """
    cities, provinces = CityRow.array(1), ProvinceRow.array(1)
    cities["upto"], cities["urban"], cities["radius"] = 1.0, 1.0, 0.0
    cities["income"], cities["benefit_factor"] = 40_000.0, 1.0
    cities["layers"] = bitset.of(range(len(layers)), LAYERS)
    cities["stocked"] = provinces["stocked"] = bitset.of(range(1 + len(more_drugs)), DRUGS)
    cities["levied"], cities["centre"] = 1, -1
    cities["heads"], cities["fund"] = 1000.0, np.arange(len(Fund))
    cities["tertiary"] = provinces["member"] = -1
    funds = FundRow.array(len(Fund))
    funds["kind"], funds["used"], funds["share"] = np.arange(len(Fund)), 1, 1.0
    funds["balance"] = funds["opening"] = 1e12
    funds["heads"] = 1000.0
    funds["serves"][Fund.SPECIAL_FUND] = 1
    places = HospitalRow.array(hospitals)
    places["slots"], places["mentor"], places["renewed"] = 1.0, -1, LONG_AGO
    edges = EdgeRow.array(len(paths))
    for e, (start, end) in enumerate(sorted(paths)):
        edges[e].to, edges[e].open = end, 1
        if places[start].edges == 0:
            places[start].first_edge = e
        places[start].edges += 1
    charities = CharityRow.array(len(foundations))
    charities["budget"] = charities["left"] = foundations
    charities["province"] = charities["city"] = -1
    levers = LeversRow.array(2)
    levers["slots"], levers["grant_cap"], levers["catalogue"] = 1.0, NO_LIMIT, 3
    levers["surplus_most"] = levers["prevalence_threshold"] = NO_LIMIT
    levers["budget_impact_most"] = levers["exclusivity_years"] = NO_LIMIT
    its, illness = (a_drug or drug()).copy(), a_disease or disease()
    its.effect, its.response = its.effect or illness.effect, illness.response
    counters = CountersRow.array(1)
    counters["patients"] = n
    people = patients(n)
    drugs = np.array([its, *more_drugs], DrugRow.layout)
    drugs["number"] = np.arange(len(drugs))
    drugs["next_drug"] = [*range(1, len(drugs)), -1]
    return State(
        patients=people, due=people["due"].copy(), cities=cities, provinces=provinces,
        hospitals=places, diseases=np.array([illness], DiseaseRow.layout),
        drugs=drugs, funds=funds,
        layers=np.array(list(layers), LayerRow.layout), accounts=AccountRow.array(n + 1),
        refunds=RefundRow.array(0), charities=charities, levers=levers, params=params(**parameters),
        event_log=EventRow.array(1000), km=np.zeros((1, 1)), edges=edges, counters=counters,
        own_way=np.zeros((hospitals, hospitals), np.int32),
        from_home=np.zeros((len(FromHome), 1, hospitals), np.int32),
        waited=np.zeros((1, len(Tier), WAITS), np.int32),
        taken_up=np.full((1, len(drugs)), 100.0),
    )  # fmt: skip


def schedule(state, seed=0, queue=()):
    """Return the clockwork that moves a state on."""
    return Schedule(state, seed, 1.0, np.array(queue, np.int32))


def treat(state, month=0, rows=None):
    """Bill patients (all by default) in a month; return the state, their stages in it."""
    works = schedule(state)
    rows = np.arange(len(state.patients)) if rows is None else np.asarray(rows)
    works.treat(rows.astype(np.int32), month)
    return works.state


def queueing(n=1, *, skill=0.0, slots=1.0, hospitals=1, since=None, paths=(), a_disease=None,
             **parameters):  # fmt: skip
    """Return a hamlet whose patients, all recognisable and typical, wait at hospital 0."""
    parameters = {"patient_difficulty_sd": 0.0, "return_probability": 0.0, **parameters}
    state = build(n, hospitals=hospitals, paths=paths,
                  a_disease=a_disease or disease(first_drug=-1), **parameters)  # fmt: skip
    state.hospitals["skill"], state.hospitals["slots"] = skill, slots
    people = state.patients
    people["stage"], people["hospital"], people["diagnosed"] = Stage.WAITING, 0, NEVER
    people["first_visit"] = NEVER
    people["since"] = -1 if since is None else since
    return state


def seen(state, month=0, queue=None, seed=0):
    """Let the hospitals see their queues once; return the clockwork."""
    queue = np.arange(len(state.patients)) if queue is None else queue
    works = schedule(state, seed, queue)
    works.examine(month)
    return works
