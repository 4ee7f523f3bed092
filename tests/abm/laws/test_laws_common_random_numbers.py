"""Common random numbers: the same person meets the same random numbers under every policy.

Whatever differs between two runs of one seed is the policy's doing: a policy against itself differs
by nothing at all, nor does the order of rows, the process or the length of the scenario matter.
"""

import os
import subprocess
import sys
from functools import cache

import numpy as np
import pandas as pd
import pytest

from abm import RareCareModel, load_policy, load_world
from agents.records.patient import PatientRow
from tests.support.same import assert_same, checksum, digests

pytestmark = pytest.mark.slow

SMALL = {"scale": 0.004, "years": 5, "rng": 3}
BORN_WITH = (
    *("identity", "birth", "onset", "natural", "city", "insured", "disease", "sex", "rural"),
    *("income", "quintile", "household", "scheme", "poor"),
)
LATE = "2021-07"
"""From when the policies below differ."""


def built(policy="as-happened", **arguments):
    return RareCareModel(policy=policy, **{**SMALL, **arguments})


@cache
def at_the_start(policy):
    """Return a model at the start, to branch from; do not change it."""
    return built(policy)


@cache
def lived(policy="as-happened"):
    """Return the tables and a checksum of a model built with a policy that has run."""
    model = built(policy).run()
    return model.outcomes(), checksum(model.state)


def later(tmp_path, settings):
    """Return a policy that is as it happened up to a month, with other settings from then on."""
    path = tmp_path / "later.toml"
    lines = "\n".join(f"{name} = {value}" for name, value in settings.items())
    path.write_text(
        'name = "later"\ntitle = "Later"\nextends = "as-happened"\n[[changes]]\n'
        f'from = "{LATE}"\nsource = "assumption: a test"\n[changes.set]\n{lines}\n'
    )
    return load_policy(path)


# ---- a policy against itself ------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["as-happened", "special-zone", "national-pooling"])
def test_a_policy_against_itself_differs_by_nothing(policy):
    first, second = built(policy).run(), built(policy).run()
    assert_same(first.outcomes(), second.outcomes())
    assert checksum(first.state) == checksum(second.state)


def test_another_seed_is_another_world():
    assert checksum(built(rng=3).state) != checksum(built(rng=4).state)


@pytest.mark.parametrize("hash_seed", ["1", "77"])
def test_the_process_does_not_matter(hash_seed):
    script = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from tests.support.same import checksum\n"
        "from tests.abm.laws.test_laws_common_random_numbers import built\n"
        "print(checksum(built('special-zone').run().state))"
    )
    found = subprocess.run(
        [sys.executable, "-c", script, *sys.path], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert found.stdout.strip() == lived("special-zone")[1]


# ---- some provinces only ----------------------------------------------------------------------


def test_the_people_of_some_provinces_are_those_of_the_whole_country():
    """All of them and nobody else fall ill there; they are insured at home if not in one of them.

    Their search before the scenario may differ: nobody from elsewhere waits in line with them.
    """
    provinces = ["Jiangsu", "Tibet"]
    country, alone = at_the_start("as-happened"), built(provinces=provinces)
    names = country.world.provinces["province"]
    wanted = np.flatnonzero(names.isin(provinces))
    within, people = {}, {}
    for model in (country, alone):
        rows, cities = model.state.patients, model.state.cities
        rows = rows[np.isin(cities["province"][rows["city"]], wanted)]
        within[model] = {int(row["identity"]): row for row in rows}
        people[model] = {i for i, row in within[model].items() if row["onset"] >= 0}
    assert len(alone.state.patients) == len(within[alone])
    assert people[country] == people[alone]
    assert len(people[alone]) > 50
    both = within[country].keys() & within[alone].keys()
    assert len(both) > 0.95 * len(within[alone])
    home = country.state.cities["province"]
    for i in both:
        there, here = within[country][i], within[alone][i]
        for field in BORN_WITH:
            if field != "insured":
                assert there[field] == here[field], (i, field)
        elsewhere = home[there["insured"]] not in wanted
        assert here["insured"] == (here["city"] if elsewhere else there["insured"])


# ---- branches ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "policy"),
    [
        ("as-happened", "as-happened"),
        ("as-happened", "special-zone"),
        ("as-happened", "national-pooling"),
        ("as-happened", "no-network"),
        ("uniform-national", "as-happened"),
        ("national-pooling", "zhejiang"),
    ],
)
def test_a_branch_at_the_start_is_a_model_built_with_the_policy(start, policy):
    branch = at_the_start(start).branch(policy).run()
    assert_same(branch.outcomes(), lived(policy)[0])


def test_a_later_branch_is_a_model_built_with_a_policy_that_differs_later(tmp_path):
    policy = later(tmp_path, {"network.slots": 1.5, "testing.genetic_covered": 1.0,
                              "registry.reporting": '"mandatory"'})  # fmt: skip
    trunk = built()
    while trunk.steps < 28:
        trunk.step()
    branch = trunk.branch(policy)
    assert_same(branch.run().outcomes(), built(policy).run().outcomes())


def test_a_branch_in_the_month_of_the_change_is_the_same(tmp_path):
    policy = later(tmp_path, {"network.slots": 1.5})
    trunk = built()
    while trunk.steps < 30:
        trunk.step()
    assert_same(trunk.branch(policy).run().outcomes(), built(policy).run().outcomes())


def test_a_branch_leaves_its_trunk_alone():
    trunk = built()
    for _ in range(7):
        trunk.step()
    before = checksum(trunk.state)
    branch = trunk.branch("special-zone").run()
    assert checksum(trunk.state) == before
    assert branch.horizon == branch.steps
    assert_same(trunk.run().outcomes(), lived()[0])


def test_a_branch_back_has_the_rules_of_its_trunk():
    """There and back again; but merged pools cannot be divided as they were, so they stay."""
    trunk = built()
    for _ in range(5):
        trunk.step()
    away = {"network.slots": 3.0, "network.remote": 0.9, "access.dual_channel": 0.9,
            "benefits.basic-resident.active": False, "zone.sectoral": True}  # fmt: skip
    here, back = trunk.state, trunk.branch("as-happened", away).branch("as-happened").state
    for rows in ("levers", "layers", "funds", "edges"):
        assert digests(here)[rows] == digests(back)[rows], rows
    for name in ("slots", "willing", "network"):
        assert (here.hospitals[name] == back.hospitals[name]).all(), name
    for name in ("zone", "layers", "zone_layers", "fund", "reach", "benefit_factor"):
        assert (here.cities[name] == back.cities[name]).all(), name


# ---- rows, horizon, event log, undetailed diseases ----------------------------------------------


def test_the_order_of_rows_does_not_matter():
    """Turn everybody's rows round in the middle of a run; sums of money may round differently."""
    straight, turned = built("special-zone"), built("special-zone")
    for _ in range(14):
        straight.step()
        turned.step()
    state, schedule = turned.state, turned.schedule
    n = len(state.patients)
    order = np.random.default_rng(1).permutation(n)
    place = np.empty(n, np.int32)
    place[order] = np.arange(n)
    state.patients[:], state.due[:] = state.patients[order], state.due[order]
    opened = int(state.counters["accounts"][0])
    state.accounts["patient"][:opened] = place[state.accounts["patient"][:opened]]
    schedule.queue[:] = place[schedule.queue]
    schedule.unfunded[:] = place[schedule.unfunded]
    these, those = straight.run().outcomes(), turned.run().outcomes()
    those["patients"] = those["patients"].sort_values("patient", ignore_index=True)
    these["patients"] = these["patients"].sort_values("patient", ignore_index=True)
    for name in these:
        pd.testing.assert_frame_equal(these[name], those[name], rtol=1e-9, obj=name)


def test_a_longer_horizon_has_the_same_people_and_the_same_first_years():
    short, long = built(years=3).run(), built(years=8)
    while long.steps < short.steps:
        long.step()
    n = len(short.state.patients)
    assert len(long.state.patients) > n
    for name in BORN_WITH:
        assert (short.state.patients[name] == long.state.patients[name][:n]).all(), name
    assert_same(short.outcomes(), long.outcomes())


@pytest.mark.parametrize("follow", [0.0, 1.0])
def test_keeping_diaries_changes_nothing(follow):
    assert_same(built(follow=follow).run().outcomes(), lived()[0])


def test_undetailed_diseases_move_no_detailed_patient_to_another_life():
    alone, crowd = built(scale=0.002).state, built(scale=0.002, pooled=True).state
    known = alone.patients[np.argsort(alone.patients["identity"])]
    among = crowd.patients[crowd.diseases["pooled"][crowd.patients["disease"]] == 0]
    assert len(crowd.patients) > 3 * len(known)
    # Who is alive in 2019 can depend on the wait for a doctor, so compare those in both.
    _, mine, theirs = np.intersect1d(known["identity"], among["identity"], return_indices=True)
    assert len(mine) > 0.98 * len(known)
    for name in BORN_WITH:
        assert (known[name][mine] == among[name][theirs]).all(), name


def test_the_burn_in_moves_nobody_to_another_life():
    long, short = (built(burn_in=years).state.patients for years in (15, 5))
    _, mine, theirs = np.intersect1d(long["identity"], short["identity"], return_indices=True)
    assert len(mine) > 0.95 * len(long)
    for name in BORN_WITH:
        assert (long[name][mine] == short[name][theirs]).all(), name
    assert isinstance(long[0], PatientRow)


# ---- what a policy does not touch -------------------------------------------------------------

HERE = "Hainan"
OWN_FUND = {
    f"benefits.own-fund.{name}": value
    for name, value in {
        "payer": "special_fund", "order": 50, "where": [HERE], "diseases": "catalogue",
        "drug": "any", "base": "all_oop", "brackets": [{"up_to": "inf", "rate": 0.9}],
    }.items()
}  # fmt: skip


def touched(policy, world):
    """Return who lives or is insured in the place, in a model that has run."""
    here = world.cities["province"].to_numpy() == HERE
    rows = policy.state.patients
    return here[rows["city"]] | here[rows["insured"]]


@pytest.mark.parametrize(
    "settings",
    [
        {**OWN_FUND, "financing.fiscal": 500.0},
        {"zone.provinces": [HERE], "zone.inside.access.dual_channel": 1.0},
    ],
    ids=["its own special fund", "its own pharmacies"],
)
def test_a_policy_of_one_province_leaves_everybody_elsewhere_alone(settings, world):
    """Foundations are shared by the country, so they are left out."""
    settings = {"charity.donations": 0.0, **settings}
    arguments = {"scale": 0.02, "years": 6, "rng": 2}
    without = RareCareModel(policy="uniform-national", settings={"charity.donations": 0.0},
                            **arguments)  # fmt: skip
    under = without.branch("uniform-national", settings)
    without.run(), under.run()
    inside = touched(without, world)
    same = without.state.patients == under.state.patients
    rows, others = without.state.patients[~inside], under.state.patients[~inside]
    for name in rows.dtype.names:
        if name != "account":  # the number of an account depends on who came first
            assert (rows[name] == others[name]).all(), name
    assert not same[inside].all()
    assert inside.any()
    has = rows["account"] >= 0
    for name in ("paid", "billed"):
        assert (without.state.accounts[name][rows["account"][has]]
                == under.state.accounts[name][others["account"][has]]).all()  # fmt: skip


def differing(one, other):
    """Return which patients differ in anything but the number of their account."""
    rows, others = one.state.patients, other.state.patients
    found = np.zeros(len(rows), bool)
    for name in rows.dtype.names:
        if name != "account":
            unlike = rows[name] != others[name]
            found |= unlike.any(axis=1) if unlike.ndim > 1 else unlike
    return found


def branched_in_some_month(seed, settings_of, months=8, world="china"):
    """Yield a trunk that has run, branches under other settings from months drawn, the month."""
    draw = np.random.default_rng(seed)
    trunk = RareCareModel(policy="uniform-national", settings={"charity.donations": 0.0},
                          scale=0.01, years=4, rng=2, world=world)  # fmt: skip
    branches = []
    for month in sorted(draw.choice(np.arange(1, 44), months, replace=False)):
        while trunk.steps < month:
            trunk.step()
        settings, about = settings_of(draw, trunk.world)
        branch = trunk.branch("uniform-national", {"charity.donations": 0.0, **settings})
        branches.append((branch, about, int(month)))
    trunk.run()
    return [(trunk, branch.run(), about, month) for branch, about, month in branches]


def test_a_fund_of_one_province_from_any_month_leaves_everybody_elsewhere_alone():
    """Only those whose terms have changed ask again: months and provinces are drawn at random."""

    def of_a_province(draw, world):
        name = str(draw.choice(world.provinces["province"]))
        return {**OWN_FUND, "benefits.own-fund.where": [name], "financing.fiscal": 500.0}, name

    changed = 0
    for trunk, branch, name, month in branched_in_some_month(5, of_a_province):
        here = trunk.world.cities["province"].to_numpy() == name
        rows = trunk.state.patients
        inside = here[rows["city"]] | here[rows["insured"]]
        different = differing(trunk, branch)
        assert not (different & ~inside).any(), (name, month)
        changed += different.sum()
    assert changed > 100


def test_who_must_report_patients_changes_nobodys_treatment_in_any_month():
    """Nothing reads the registers here, and reporting takes no time: nobody asks again for it."""

    def of_the_registry(draw, world):
        return {"registry.reporting": str(draw.choice(["voluntary", "mandatory"]))}, ""

    for trunk, branch, _, month in branched_in_some_month(
        6, of_the_registry, months=4, world=load_world().with_parameters({"reporting_slots": 0.0})
    ):
        for name in ("treated", "interrupted", "died", "due", "spent", "qalys", "stage"):
            assert (trunk.state.patients[name] == branch.state.patients[name]).all(), (name, month)
        assert (trunk.state.patients["registered"] != branch.state.patients["registered"]).any()


def test_pooling_alone_is_nobodys_terms():
    """Where no fund runs short, merging pools asks nobody to look again."""
    trunk = built("uniform-national", years=4)
    for _ in range(19):
        trunk.step()
    under = trunk.branch("uniform-national", {"financing.pooling.basic": "nation"}).run()
    books = trunk.run().outcomes()["ledger"]
    assert not books["rationed"][~books["fund"].isin(["commercial", "special_fund"])].any()
    assert not differing(trunk, under).any()
