"""Patient: what a patient does outside the hospital.

Notices symptoms, seeks care, chooses a hospital, travels, gives up and comes back.
Health is in `agents.disease`, money in `agents.household`.
"""

import math
from typing import Any

from agents.codes import Bearer, Event, Flow, FromHome, Rank, Referral, Stage
from agents.core.jit import rule
from agents.core.limits import COUNTED, LIFETIME, TRIED
from agents.core.parameters import Parameters
from agents.core.random_numbers import Decision, exponential, log_normal, normal, uniform
from agents.core.record import NEVER, RecordAgent, Rows
from agents.events import bear, count_from_home, note, tally
from agents.household import draw_on
from agents.records.disease import DiseaseRow
from agents.records.events import OPTIONS
from agents.records.hospital import HospitalRow
from agents.records.patient import PatientRow
from agents.records.places import CityRow
from agents.state import State

RETURNING = -4
"""Stands in a referral path's place for coming back to the hospital of the last visit."""
INVITED = -2
"""Stands in a referral path's place for an invitation by a search of claims."""
ADVISED = -3
"""Stands in a referral path's place for the advice of a patient organisation where to go."""
AGAIN = 3
"""Stands for a visit to the hospital of the last one, in the event of setting out."""
SUSPECTED = 2
"""Stands for a visit to which a search of claims has sent the patient, with a suspicion."""


class Patient(RecordAgent, record=PatientRow):
    """A live view of one patient, made on demand; it is not registered with the model."""

    def __init__(self, model: Any, rows: Rows[PatientRow], index: int) -> None:
        # Not super().__init__: that would register a million agents.
        self.model, self.pos = model, None
        self._rows, self.index = rows, index
        self.unique_id = int(rows["identity"][index])

    def remove(self) -> None:
        """Refuse: a patient is a row of the state.

        Raises:
            TypeError: Always.
        """
        raise TypeError("a patient is a row of the state and cannot be removed")

    def journey(self) -> str:
        """Tell the patient's story in words, month by month."""
        return self.model.tell(self.index)


@rule
def move(state: State, patient: PatientRow, stage: int) -> None:
    """Change the stage, and the province's stocks with it."""
    here = state.provinces[state.cities[patient.city].province]
    here.stocks[patient.stage] -= 1
    here.stocks[stage] += 1
    patient.stage = stage


@rule
def is_child(patient: PatientRow, params: Parameters) -> bool:
    """Return whether the first symptoms came below the age limit of children."""
    return patient.onset - patient.birth < 12.0 * params.child_age_limit


@rule
def is_child_now(patient: PatientRow, month: int, params: Parameters) -> bool:
    """Return whether the patient is below the age limit of children in a month."""
    return month - patient.birth < 12.0 * params.child_age_limit


@rule
def is_recognisable(
    patient: PatientRow, disease: DiseaseRow, params: Parameters, month: int, seed: int
) -> bool:
    """Return whether the symptoms no longer pass for nothing much.

    At first they are ignored or explained away (the appraisal interval of Walter et al. 2012, *J
    Health Serv Res Policy* 17:110), the longer the milder they are and the more they come and go.
    For how long is log-normal between the patients of a disease.
    """
    return month >= quiet_until(patient, disease, params, seed)


@rule
def quiet_until(patient: PatientRow, disease: DiseaseRow, params: Parameters, seed: int) -> int:
    """Return the month in which the symptoms no longer pass for nothing much."""
    drawn = log_normal(seed, patient.identity, Decision.PRODROME, 0, params.quiet_sd)
    return patient.onset + int(min(math.ceil(disease.quiet * drawn), LIFETIME))


@rule
def eagerness(
    patient: PatientRow,
    disease: DiseaseRow,
    params: Parameters,
    month: int,
    quiet: int,
    seed: int,
) -> float:
    """Return by how much sooner than the median adult this patient seeks care.

    Rises with severity, income, information, and how alarming the disease's symptoms are, for
    children, and differs between persons; falls while symptoms pass for nothing much, which they do
    until the month `quiet` (`quiet_until`).
    """
    drawn = normal(seed, patient.identity, Decision.EAGERNESS, 0)
    factor = disease.seeking * math.exp(params.seeking_sd_between_patients * drawn)
    relative = patient.income / params.median_household_income
    relative = max(relative, params.seeking_income_floor)
    factor *= math.exp(params.seeking_income_elasticity * math.log(relative))
    more = patient.severity - params.severity_reference
    factor *= 1.0 + params.seeking_severity_slope * more
    if is_child(patient, params):
        factor *= params.child_seeking_ratio
    if patient.informed:
        factor *= params.informed_seeking_ratio
    if month < quiet:
        factor *= params.quiet_seeking_ratio
    return factor


@rule
def plan(
    state: State,
    patient: PatientRow,
    disease: DiseaseRow,
    params: Parameters,
    month: int,
    seed: int,
) -> None:
    """Decide when to seek the next consultation; later than some months, to think again then.

    The first follows a monthly hazard that falls with the way to the county's hospital; later
    ones follow a mean gap that grows with each dismissal, up to a number of them. After some
    dismissals a patient may rest from searching.
    """
    if gives_up(patient, params, seed):
        patient.dismissed = 0
        patient.planned = 0
        patient.due = month + params.rest_from_search
        return
    quiet = quiet_until(patient, disease, params, seed)
    factor = eagerness(patient, disease, params, month, quiet, seed)
    occasion = 1024 * month + patient.visits
    if patient.visits == 0:
        city = state.cities[patient.city]
        away = way_within_city(patient, city, Rank.COUNTY, params)
        hazard = params.first_consultation_hazard / (
            1.0 + away / params.way_halving_first_consultation
        )
    else:
        counted = min(patient.dismissed, params.dismissals_lengthening_gap)
        slower = 1.0 + params.gap_longer_per_dismissal * counted
        hazard = 1.0 / (params.gap_between_attempts * slower)
    wait = exponential(seed, patient.identity, Decision.SEEK, occasion) / (hazard * factor)
    patient.planned = 1 if wait < params.rethink_after else 0
    patient.due = month + (int(wait) if wait < params.rethink_after else params.rethink_after)
    if month < quiet <= patient.due:  # then there is a reason to think again
        patient.planned = 0
        patient.due = quiet


@rule
def reached_by_patient_organisation(
    state: State, patient: PatientRow, month: int, seed: int
) -> None:
    """A patient organisation reaches the patient and encourages another try, or says where."""
    city = state.cities[patient.city]
    if patient.informed:
        return
    if uniform(seed, patient.identity, Decision.HEAR, month) < city.reach:
        patient.informed = 1
        patient.dismissed = 0
        guided = uniform(seed, patient.identity, Decision.GUIDE, 0)
        if patient.referral == -1 and guided < state.levers[city.zone].guidance:
            patient.referral = ADVISED


@rule
def gives_up(patient: PatientRow, params: Parameters, seed: int) -> bool:
    """After some dismissals a patient may stop searching for a while."""
    if patient.dismissed < params.dismissals_before_rest:
        return False
    draw = uniform(seed, patient.identity, Decision.GIVE_UP, patient.visits)
    return draw < params.give_up_probability


@rule
def way_within_city(patient: PatientRow, city: CityRow, rank: int, params: Parameters) -> float:
    """Return the way to a hospital of the home city, one way, km.

    From the countryside the seat is the city's radius away and the county's town a part of that; in
    town all ways are shorter. `rank` is the hospital's (`agents.codes.Rank`).
    """
    way = city.radius * (params.county_way_ratio if rank == Rank.COUNTY else 1.0)
    return way if patient.rural else params.urban_way_ratio * way


@rule
def distance(state: State, patient: PatientRow, hospital: int, params: Parameters) -> float:
    """Return the way from a patient's home to a hospital, one way, km; `hospital` is its row."""
    there = state.hospitals[hospital]
    if there.city == patient.city:
        return way_within_city(patient, state.cities[patient.city], there.rank, params)
    return state.km[patient.city, there.city]


@rule
def trip_cost(state: State, patient: PatientRow, hospital: int, params: Parameters) -> float:
    """Return the cost of a trip for all who travel, there and back, yuan; it rises with incomes.

    A day's outlay within the home city, lodging beyond it, and fares; to one's own county's
    hospital fares alone. `hospital` is its row.
    """
    there = state.hospitals[hospital]
    km = distance(state, patient, hospital, params)
    cost = 2.0 * params.trip_persons * km * params.cost_per_km
    if there.city != patient.city:
        cost += params.fixed_trip_cost
    elif there.rank != Rank.COUNTY:
        cost += params.day_trip_cost
    return cost * params.income_index


@rule
def raised_in_a_month(patient: PatientRow, params: Parameters, month: int) -> float:
    """Return what a household can raise for a trip in a month, yuan; more for a child."""
    raised = patient.income / 12.0 + params.trip_income_offset * params.income_index
    return raised * (params.child_means_ratio if is_child_now(patient, month, params) else 1.0)


@rule
def may_try(patient: PatientRow, hospital: HospitalRow, index: int) -> bool:
    """Return whether a hospital may be tried: not if it failed and nothing has changed since.

    What can change is the patient's severity (in a worse band the list is forgotten) or the
    hospital's skill (it was renewed after the last visit).
    """
    for k in range(TRIED):
        if patient.tried[k] == index:
            return hospital.renewed > patient.since
    return True


@rule
def sees_unreferred(state: State, hospital: HospitalRow) -> bool:
    """Return whether a hospital sees the unreferred: under gatekeeping not leads and centres."""
    levers = state.levers[state.cities[hospital.city].zone]
    return hospital.rank < Rank.LEAD or levers.referral != Referral.GATEKEPT


@rule
def perceived_utility(
    state: State,
    patient: PatientRow,
    disease: DiseaseRow,
    index: int,
    params: Parameters,
    month: int,
) -> float:
    """Return the systematic utility of a hospital to a patient.

    Skill in the specialty times a taste that is the greater at first the more alarming the symptoms
    are, and grows with each failure, minus the cost of the trip relative to what the household can
    raise in a month (a family pools its money for a child), minus congestion, minus a term for each
    rank above the hospital last tried, as who has not been sent there goes up by steps, minus one
    for leaving the province.

    `index` is the row of the hospital; the utility has the unit of a logit.
    """
    hospital = state.hospitals[index]
    taste = params.taste_for_skill_first * disease.seeking
    taste += params.taste_for_skill_per_failure * patient.failures
    if is_child(patient, params):
        taste += params.child_added_taste_for_skill
    raised = raised_in_a_month(patient, params, month)
    cost = trip_cost(state, patient, index, params) / raised
    value = taste * hospital.skill[disease.specialty] - params.trip_cost_disutility * cost
    value -= params.congestion_disutility * hospital.wait
    steps = 1 * hospital.rank  # ranks count from the county hospital, where help is sought first
    if patient.hospital >= 0:
        steps -= state.hospitals[patient.hospital].rank
    value -= params.step_disutility * max(0, steps)
    if hospital.province != state.cities[patient.city].province:
        value -= params.leaving_province_disutility
    return value


@rule
def option(
    state: State, patient: PatientRow, disease: DiseaseRow, k: int, params: Parameters, seed: int
) -> int:
    """Return the k-th hospital of the choice set, or -1.

    The county hospital, one tertiary hospital of the city, three network members of the province, a
    lead of the province and the lead of its nearest neighbour, the two nationally known centres
    that are strongest in the specialty, and the one nearest to home in another province, where the
    others do not name it yet: places in the record, not parameters.

    The place `k` runs from 0 to 9.
    """
    city = state.cities[patient.city]
    province = state.provinces[city.province]
    if k == 0:
        return city.county
    draw = uniform(seed, patient.identity, Decision.OPTION, 16 * patient.visits + k)
    if k == 1:
        if city.tertiaries == 0:
            return -1
        return city.tertiary[int(draw * city.tertiaries)]
    if k <= 4:
        if k - 2 >= province.members:
            return -1
        return province.member[int(draw * province.members)]
    if k == 5:
        first = params.first_lead_share
        if province.others == 0 or draw < first:
            return province.lead
        which = int((draw - first) / (1.0 - first) * province.others)
        return province.other_leads[min(which, province.others - 1)]
    if k == 6:
        return province.neighbours[0]
    strongest = 2 * disease.specialty
    if k <= 8:
        return state.counters[0].centres[strongest + k - 7]
    named = city.centre == province.neighbours[0]
    for n in range(2):
        named = named or city.centre == state.counters[0].centres[strongest + n]
    return -1 if named else city.centre


@rule
def choose_hospital(
    state: State,
    patient: PatientRow,
    disease: DiseaseRow,
    params: Parameters,
    month: int,
    seed: int,
) -> int:
    """Choose by multinomial logit over a small set (McFadden 1974), inverting one draw."""
    utility = state.counters[0].utility
    best = -1e300
    for k in range(OPTIONS):
        index = option(state, patient, disease, k, params, seed)
        utility[k] = -1e300
        if index < 0 or not sees_unreferred(state, state.hospitals[index]):
            continue
        if may_try(patient, state.hospitals[index], index):
            utility[k] = perceived_utility(state, patient, disease, index, params, month)
            best = max(best, utility[k])
    if best == -1e300:
        return state.cities[patient.city].county
    total = 0.0
    for k in range(OPTIONS):
        weight = math.exp(max(utility[k] - best, -700.0))
        utility[k] = weight if utility[k] > -1e300 else 0.0
        total += utility[k]
    draw = uniform(seed, patient.identity, Decision.CHOICE, patient.visits) * total
    chosen = -1
    for k in range(OPTIONS):
        if utility[k] > 0.0:
            chosen = k
            draw -= utility[k]
            if draw < 0.0:
                break
    return option(state, patient, disease, chosen, params, seed)


@rule
def accepts_referral(patient: PatientRow, params: Parameters, seed: int) -> bool:
    """A pending referral is followed, or ignored."""
    draw = uniform(seed, patient.identity, Decision.ACCEPT, patient.visits)
    return draw < params.referral_acceptance


@rule
def forget_if_worse(patient: PatientRow, params: Parameters) -> None:
    """A severity in a worse band than at the last failure reopens the hospitals that failed."""
    band = int(patient.severity * params.severity_bands)
    if band > patient.band:
        patient.band = band
        for k in range(TRIED):
            patient.tried[k] = -1


@rule
def remember_failure(patient: PatientRow, params: Parameters) -> None:
    """Put the hospital first on the patient's list of those that failed; forget the oldest."""
    for k in range(params.hospitals_avoided - 1, 0, -1):
        patient.tried[k] = patient.tried[k - 1]
    patient.tried[0] = patient.hospital
    if patient.failures < COUNTED:
        patient.failures += 1


@rule
def is_new(patient: PatientRow, target: int) -> bool:
    """Return whether a hospital is not among those that the patient remembers."""
    for k in range(TRIED):
        if patient.tried[k] == target:
            return False
    return target != patient.hospital


@rule
def worth(state: State, h: int, disease: DiseaseRow, params: Parameters) -> float:
    """Return a hospital's skill in the disease's specialty less the weight of its expected wait.

    `h` is its row; logits.
    """
    hospital = state.hospitals[h]
    return hospital.skill[disease.specialty] - params.congestion_disutility * hospital.wait


@rule
def where_it_can_be_resolved(
    state: State, patient: PatientRow, disease: DiseaseRow, params: Parameters
) -> int:
    """Return where whoever suspects the disease sends a patient: to a centre, or the lead."""
    best = state.provinces[state.cities[patient.city].province].lead
    for k in range(2):
        centre = state.counters[0].centres[2 * disease.specialty + k]
        if centre < 0:  # the world has fewer
            continue
        if worth(state, centre, disease, params) > worth(state, best, disease, params):
            best = centre
    return best


@rule
def follow_advice(
    state: State, patient: PatientRow, disease: DiseaseRow, params: Parameters, chosen: int
) -> int:
    """Return where a patient organisation sends a patient: where the disease can be resolved.

    To the hospital that the patient has `chosen` where the other sees only the referred.
    """
    there = where_it_can_be_resolved(state, patient, disease, params)
    return there if sees_unreferred(state, state.hospitals[there]) else chosen


@rule
def set_out(
    state: State,
    patient: PatientRow,
    disease: DiseaseRow,
    params: Parameters,
    month: int,
    seed: int,
) -> None:
    """Go to a hospital, the one referred to or a chosen one, and join its queue."""
    forget_if_worse(patient, params)
    edge = patient.referral
    back = False
    if edge == RETURNING:
        sent = patient.referred > 0
        back = sent or sees_unreferred(state, state.hospitals[patient.hospital])
        if not back:
            remember_failure(patient, params)
    patient.referral = RETURNING if back else -1
    if not back:
        patient.referred = 0
        patient.sent_by = -1
    if edge == INVITED and accepts_referral(patient, params, seed):
        patient.referred = SUSPECTED
        target = where_it_can_be_resolved(state, patient, disease, params)
        count_from_home(state, patient, target, FromHome.INVITED)
    elif edge >= 0 and accepts_referral(patient, params, seed):
        patient.referred = 1
        patient.sent_by = patient.hospital
        target = state.edges[edge].to
        state.edges[edge].followed += 1
    elif back:
        target = patient.hospital
    else:
        target = choose_hospital(state, patient, disease, params, month, seed)
        if edge == ADVISED and accepts_referral(patient, params, seed):
            target = follow_advice(state, patient, disease, params, target)
        if patient.hospital >= 0:
            state.own_way[patient.hospital, target] += 1
        else:
            count_from_home(state, patient, target, FromHome.FIRST)
    if is_new(patient, target) and patient.hospitals_seen < COUNTED:
        patient.hospitals_seen += 1
    patient.hospital = target
    travel_to(state, patient, target, params)
    patient.since = month
    patient.due = NEVER
    move(state, patient, Stage.WAITING)
    note(state, patient, month, Event.SET_OUT, target, AGAIN if back else patient.referred)


@rule
def travel_to(state: State, patient: PatientRow, target: int, params: Parameters) -> None:
    """Make one trip; its cost is the household's, out of a month's income, then savings.

    `target` is the row of the hospital.
    """
    km = distance(state, patient, target, params)
    cost = int(trip_cost(state, patient, target, params))
    patient.km += int(2.0 * km)
    patient.travel += cost
    patient.trips += cost
    bear(state, patient, Bearer.HOUSEHOLDS, cost)
    draw_on(patient, state.cities[patient.city], cost, 1)


@rule
def resume_search(
    state: State,
    patient: PatientRow,
    disease: DiseaseRow,
    params: Parameters,
    month: int,
    seed: int,
) -> None:
    """Become a seeker again and plan the next consultation."""
    move(state, patient, Stage.SEEKING)
    plan(state, patient, disease, params, month, seed)


@rule
def notice(
    state: State,
    patient: PatientRow,
    disease: DiseaseRow,
    params: Parameters,
    month: int,
    seed: int,
) -> None:
    """Onset: the symptoms begin."""
    patient.updated = month
    note(state, patient, month, Event.ONSET, -1, 0.0)
    tally(state, patient, Flow.ONSETS, 1)
    resume_search(state, patient, disease, params, month, seed)


@rule
def seek(
    state: State,
    patient: PatientRow,
    disease: DiseaseRow,
    params: Parameters,
    month: int,
    seed: int,
) -> bool:
    """Set out if that was the plan, else think again; true if the patient joins a queue."""
    if patient.referral != RETURNING:
        reached_by_patient_organisation(state, patient, month, seed)
    if not patient.planned:
        plan(state, patient, disease, params, month, seed)
    if not patient.planned or patient.due > month:
        return False
    set_out(state, patient, disease, params, month, seed)
    return True
