"""Who is sent where, who goes on their own way, how long they wait there, how far it is used."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from abm.outputs.care_network import OWN_WAY, REFERRED
from agents.codes import Tier
from experiments.measures.declaration import (
    ALL,
    BETWEEN,
    ILL,
    PLACES,
    PROVINCES,
    TIER,
    TIERS,
    WAY,
    Measure,
    Text,
)
from experiments.measures.estimators import Estimates, Estimator, divided, mean
from experiments.measures.indicators import found_at_first, found_by_a_hospital
from experiments.measures.quantiles import waited
from experiments.measures.run_view import Groups, RunTables
from experiments.measures.units import MONTHS, PERSONS_A_YEAR, SHARE, VISITS_A_YEAR

FLOWS = "flows"
OfMoves = Callable[[pd.DataFrame], np.ndarray]
"""Which rows of the table of flows are meant, of shape (n,)."""
WAYS = {
    "referred up": Text("referred up", "向上转诊"),
    "referred across": Text("referred across", "平级转诊"),
    "referred down": Text("handed back down for follow-up", "向下转诊（随访）"),
    "referred invited": Text("invited by a search of claims", "由医保数据筛查邀请"),
    "own_way up": Text("up without a referral", "自行向上就诊"),
    "own_way across": Text("across without a referral", "自行平级就诊"),
    "own_way down": Text("down without a referral", "自行向下就诊"),
}
"""Ways on which patients go on to another hospital: the groups of the kind "way"."""
PLACES_WAYS = (*PLACES, WAY)


def network(years: int) -> Iterator[Measure]:
    """Yield who goes where, how long it takes there, and how far it is used."""
    yield Measure(
        "diagnosed_first_hospital",
        label=Text("Diagnosed at the first hospital that they went to", "在首诊医院确诊的比例"),
        short=Text("Diagnosed at the first hospital", "首诊医院确诊"),
        unit=SHARE, better="higher", by=ILL, estimator=mean(found_at_first, found_by_a_hospital),
    )  # fmt: skip
    yield Measure(
        "bypassed_county",
        label=Text("First visits past the county hospital, of all first visits",
                   "首次就诊越过县级医院的比例"),
        short=Text("First visits past the county", "首诊越过县级"),
        unit=SHARE, better="neither", by=PLACES,
        estimator=_share(lambda flows: _first(flows) & (flows["to_tier"] != Tier.COUNTY.label),
                         _first),
    )  # fmt: skip
    yield Measure(
        "first_away",
        label=Text("First visits outside the home province, of all first visits",
                   "首次就诊在外省的比例"),
        short=Text("First visits in another province", "首诊在外省"),
        unit=SHARE, better="lower", by=PLACES,
        estimator=_share(lambda flows: _first(flows) & _leaves(flows), _first),
    )  # fmt: skip
    yield Measure(
        "moves",
        label=Text("Patients who go on to another hospital", "转往另一家医院的患者人次"),
        short=Text("Moves to another hospital", "换医院人次"),
        unit=PERSONS_A_YEAR, better="neither", by=PLACES_WAYS, estimator=_yearly(_moves),
    )  # fmt: skip
    yield Measure(
        "moves_share",
        label=Text("Ways of patients who go on to another hospital",
                   "转往另一家医院的各种途径比例"),
        short=Text("Ways to another hospital", "换医院的途径"),
        unit=SHARE, better="neither", by=(WAY,), estimator=_share_of_ways,
    )  # fmt: skip
    yield Measure(
        "moves_unreferred",
        label=Text("Without a referral, of patients who go on to another hospital before the "
                   "diagnosis", "确诊前未经转诊而转往另一家医院的比例"),
        short=Text("On their own way", "自行换医院"),
        unit=SHARE, better="neither", by=PLACES, estimator=_share(_own, _searching),
    )  # fmt: skip
    yield Measure(
        "moves_away",
        label=Text("To another province, of patients who go on to another hospital before the "
                   "diagnosis", "确诊前转往外省医院的比例"),
        short=Text("Moves to another province", "转往外省"),
        unit=SHARE, better="neither", by=PLACES,
        estimator=_share(lambda flows: _searching(flows) & _leaves(flows), _searching),
    )  # fmt: skip
    yield Measure(
        "referrals_followed",
        label=Text("Referrals that are followed, up and across", "向上和平级转诊中患者遵从的比例"),
        short=Text("Referrals followed", "转诊遵从"),
        unit=SHARE, better="higher", by=ALL, estimator=_followed,
    )  # fmt: skip
    yield Measure(
        "wait_seen",
        label=Text("Wait for a consultation of those seen", "就诊者的候诊时间"),
        short=Text("Wait of those seen", "就诊者候诊时间"),
        unit=MONTHS, better="lower", by=(*PLACES, TIER), estimator=_mean_wait,
    )  # fmt: skip
    yield Measure(
        "visits",
        label=Text("Consultations", "就诊人次"), short=Text("Consultations", "就诊人次"),
        unit=VISITS_A_YEAR, better="neither", by=(*PLACES, TIER), estimator=_of_tiers("visits"),
    )  # fmt: skip
    yield Measure(
        "slots_used",
        label=Text("Consultations, of those that hospitals have room for", "号源使用率"),
        short=Text("Slots used", "号源使用率"),
        unit=SHARE, better="neither", by=(*PLACES, TIER), estimator=_slots_used,
    )  # fmt: skip
    for kind, label, zh, of in (
        ("referred", "Referred from one place to another", "经转诊从一地到另一地的患者", _sent),
        ("own_way", "Gone from one hospital to another without a referral",
         "未经转诊从一地到另一地的患者", _own),
        ("first", "Gone from home to the first hospital", "从家到首诊医院的患者", _first),
    ):  # fmt: skip
        yield Measure(
            f"flow_{kind}", label=Text(label, zh), short=Text(label, zh),
            unit=PERSONS_A_YEAR, better="neither", by=(PROVINCES, TIERS), table=FLOWS,
            estimator=_between(of),
        )  # fmt: skip


def _first(flows: pd.DataFrame) -> np.ndarray:
    return (flows["way"] == "first").to_numpy()


def _moves(flows: pd.DataFrame) -> np.ndarray:
    return ~_first(flows)


def _searching(flows: pd.DataFrame) -> np.ndarray:
    """Return the moves but for those handed back for follow-up after the diagnosis."""
    return _moves(flows) & ~(_sent(flows) & (flows["way"] == "down").to_numpy())


def _sent(flows: pd.DataFrame) -> np.ndarray:
    return (flows["kind"] == REFERRED).to_numpy()


def _own(flows: pd.DataFrame) -> np.ndarray:
    return _moves(flows) & (flows["kind"] == OWN_WAY).to_numpy()


def _leaves(flows: pd.DataFrame) -> np.ndarray:
    return flows["from_province"].cat.codes.to_numpy() != flows["to_province"].cat.codes.to_numpy()


def _yearly(of: OfMoves) -> Estimator:
    """Return the estimator of patients who move, a year at full scale."""

    def estimate(run: RunTables, by: str) -> Estimates | None:
        groups = _groups(run, by)
        if groups is None:
            return None
        chosen = of(run.tables[FLOWS])
        persons = groups.totals(chosen * run.tables[FLOWS]["persons"].to_numpy())
        return Estimates(groups.names, persons / run.scale / run.years, persons, persons)

    return estimate


def _share(of: OfMoves, among: OfMoves) -> Estimator:
    """Return the estimator of a share of moves."""

    def estimate(run: RunTables, by: str) -> Estimates | None:
        groups = _groups(run, by)
        if groups is None:
            return None
        flows = run.tables[FLOWS]
        part, whole = (groups.totals(which(flows) * flows["persons"].to_numpy())
                       for which in (of, among))  # fmt: skip
        return Estimates(groups.names, divided(part, whole), whole, whole)

    return estimate


def _groups(run: RunTables, by: str) -> Groups | None:
    """Return the groups of the rows of the table of flows, by where the way begins or which it is.

    None where it cannot tell, or there is nothing yet.
    """
    if by != WAY:
        return run.groups_of(FLOWS, by)
    return None if run.tables[FLOWS].empty else run.kept(_of_ways)


def _of_ways(run: RunTables) -> Groups:
    """Return the groups of the rows of the table of flows by way."""
    flows = run.tables[FLOWS]
    kind, way = (flows[name].astype("category").cat for name in ("kind", "way"))
    number = np.array([[list(WAYS).index(f"{k} {w}") if f"{k} {w}" in WAYS else -1
                        for w in way.categories] for k in kind.categories])  # fmt: skip
    return Groups(number[kind.codes, way.codes], WAYS)


def _share_of_ways(run: RunTables, by: str) -> Estimates | None:
    found = _yearly(_moves)(run, by)
    if found is None:
        return None
    everybody = np.full(len(found.values), found.weights.sum())
    return Estimates(found.groups, divided(found.weights, everybody), everybody, everybody)


def _followed(run: RunTables, by: str) -> Estimates | None:
    flows, months = run.tables[FLOWS], run.tables["months"]
    if flows.empty or "referrals" not in months:
        return None
    up = _sent(flows) & flows["way"].isin(("up", "across")).to_numpy()
    followed = np.array([float(flows["persons"].to_numpy()[up].sum())])
    sent = np.array([float(months["referrals"].sum())])
    return Estimates(["all"], divided(followed, sent), sent, sent)


def _mean_wait(run: RunTables, by: str) -> Estimates | None:
    found = waited(run, by)
    if found is None:
        return None
    names, counts = found
    seen = counts.sum(axis=1)
    return Estimates(names, divided(counts @ np.arange(counts.shape[1]), seen), seen, seen)


def _of_tiers(column: str) -> Estimator:
    """Return the estimator of a column of the table of tiers, a year at full scale."""

    def estimate(run: RunTables, by: str) -> Estimates | None:
        groups = run.groups_of("tiers", by)
        if groups is None:
            return None
        sums = groups.totals(run.tables["tiers"][column])
        return Estimates(groups.names, sums / run.scale / run.years, groups.sizes, sums)

    return estimate


def _slots_used(run: RunTables, by: str) -> Estimates | None:
    groups = run.groups_of("tiers", by)
    if groups is None:
        return None
    table = run.tables["tiers"]
    seen, slots = groups.totals(table["visits"]), groups.totals(table["slots"])
    return Estimates(groups.names, divided(seen, slots), slots, seen)


def _between(of: OfMoves) -> Estimator:
    """Return the estimator of patients who go from one place or tier to another, a year."""

    def estimate(run: RunTables, by: str) -> Estimates | None:
        flows = run.tables[FLOWS]
        rows = np.flatnonzero(of(flows))
        if not len(rows):
            return None
        column = "province" if by == PROVINCES else "tier"
        start, to = (flows[f"{end}_{column}"].iloc[rows] for end in ("from", "to"))
        names = [list(one.cat.categories) for one in (start, to)]
        key = start.cat.codes.to_numpy(np.int64) * len(names[1]) + to.cat.codes.to_numpy()
        used, place = np.unique(key, return_inverse=True)
        persons = np.bincount(place, flows["persons"].to_numpy()[rows], len(used))
        groups = [f"{names[0][i]}{BETWEEN}{names[1][j]}"
                  for i, j in zip(*np.divmod(used, len(names[1])), strict=True)]  # fmt: skip
        return Estimates(groups, persons / run.scale / run.years, persons, persons)

    return estimate
