"""Nothing is lost: no patient, no stage, no date, no yuan, under any shipped policy."""

from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from abm import RareCareModel, policy_names
from agents.codes import INSURERS, UNDIAGNOSED, Fund, Payer, Scheme, Stage
from agents.core.record import NEVER

pytestmark = pytest.mark.slow

SEARCH = set(UNDIAGNOSED)
LEGAL = {
    Stage.WELL: {Stage.WELL, *SEARCH, Stage.DIAGNOSED, Stage.TREATED},
    Stage.SEEKING: {*SEARCH, Stage.DIAGNOSED, Stage.DEAD},
    Stage.WAITING: {*SEARCH, Stage.DIAGNOSED, Stage.DEAD},
    Stage.MISLABELLED: {*SEARCH, Stage.DIAGNOSED, Stage.DEAD},
    Stage.WATCHED: {*SEARCH, Stage.DIAGNOSED, Stage.DEAD},
    Stage.DIAGNOSED: {Stage.DIAGNOSED, Stage.TREATED, Stage.DEAD},
    Stage.TREATED: {Stage.TREATED, Stage.INTERRUPTED, Stage.DEAD},
    Stage.INTERRUPTED: {Stage.INTERRUPTED, Stage.TREATED, Stage.DEAD},
    Stage.DEAD: {Stage.DEAD},
}
"""Where a patient can stand at a month's end, by where he stood at the end of the month before.

Within a month an onset can be followed by setting out, a place in the queue and an examination,
and a newborn found by screening can be treated at once; a diagnosis is treated in the month after
at the earliest, and nobody dies in the month of the first symptoms.
"""
ONCE = ("first_visit", "diagnosed", "registered", "researched", "reported", "treated", "died")
RISING = (
    "visits",
    "failures",
    "misdiagnoses",
    "km",
    "travel",
    "search_billed",
    "care_billed",
    "severity",
    "qalys",
)
POLICIES = policy_names()
MONEY = {"rel": 1e-9, "abs": 1e-3}
FUNDS = {
    payer.flow.label: sorted({payer.fund_of(scheme).label for scheme in Scheme})
    for payer in INSURERS
}
PAID = [f"paid_{payer.label}" for payer in Payer]


@cache
def start():
    """Return a model in January 2019."""
    return RareCareModel(policy="uniform-national", scale=0.004, years=4, rng=5)


@pytest.fixture(scope="module", params=["as-happened", "special-zone", "newborn-screening",
                                        "claims-screening+mandatory-registry"])  # fmt: skip
def months_lived(request):
    """All patients' rows at the start and after every month of four years."""
    model = start().branch(request.param)
    states = [model.state.patients.copy()]
    while model.steps < model.horizon:
        model.step()
        states.append(model.state.patients.copy())
    return states


def test_every_change_of_stage_is_legal(months_lived):
    for month, (before, after) in enumerate(pairwise(months_lived)):
        moves = np.unique(np.stack([before["stage"], after["stage"]]), axis=1).T
        for start, end in moves:
            assert Stage(end) in LEGAL[Stage(start)], (month, Stage(start), Stage(end))


def test_people_are_neither_made_nor_lost(months_lived):
    first = months_lived[0]
    for rows in months_lived:
        for fixed in (
            "identity",
            "birth",
            "onset",
            "city",
            "disease",
            "sex",
            "quintile",
            "household",
        ):
            assert (rows[fixed] == first[fixed]).all()
    assert len(np.unique(first["identity"])) == len(first)


def test_all_incomes_move_together_and_in_january_only(months_lived):
    for month, (before, after) in enumerate(pairwise(months_lived)):
        moved = np.flatnonzero(before["income"] != after["income"])
        if month % 12 or not len(moved):
            assert not len(moved)
            continue
        ratio = after["income"].sum() / before["income"].sum()
        assert after["income"] == pytest.approx(ratio * before["income"], rel=1e-4, abs=2.0)
        assert 1.0 < ratio < 1.1


def test_cover_changes_from_residents_to_employees_where_one_lives_and_in_no_other_way(
    months_lived,
):
    for before, after in pairwise(months_lived):
        changed = before["scheme"] != after["scheme"]
        assert (before["scheme"][changed] == Scheme.RESIDENT).all()
        assert (after["scheme"][changed] == Scheme.EMPLOYEE).all()
        assert (after["insured"] == np.where(changed, after["city"], before["insured"])).all()


def test_what_has_happened_stays(months_lived):
    for before, after in pairwise(months_lived):
        for name in ONCE:
            happened = before[name] != NEVER
            assert (after[name][happened] == before[name][happened]).all(), name
        for name in RISING:
            assert (after[name] >= before[name]).all(), name


def test_a_date_is_the_month_in_which_it_happened(months_lived):
    for month, (before, after) in enumerate(pairwise(months_lived)):
        for name in ONCE:
            new = after[name] != before[name]
            assert (after[name][new] == month).all(), name


def test_dates_and_stages_agree(months_lived):
    for rows in months_lived:
        stage = rows["stage"]
        assert ((stage == Stage.DEAD) == (rows["died"] != NEVER)).all()
        known = rows["diagnosed"] != NEVER
        assert known[np.isin(stage, [Stage.DIAGNOSED, Stage.TREATED, Stage.INTERRUPTED])].all()
        assert not known[np.isin(stage, [Stage.WELL, *UNDIAGNOSED])].any()
        assert (rows["treated"][stage == Stage.TREATED] != NEVER).all()
        assert (rows["treated"][stage == Stage.DIAGNOSED] == NEVER).all()
        assert (rows["visits"][stage == Stage.WELL] == 0).all()


def test_one_thing_comes_before_the_other(months_lived):
    rows = months_lived[-1]

    def ordered(first, then):
        happened = rows[then] != NEVER
        assert (rows[first][happened] <= rows[then][happened]).all(), (first, then)

    for then in ("first_visit", "diagnosed", "treated", "died"):
        ordered("birth", "onset")
        ordered("onset", then)
    ordered("diagnosed", "registered")
    ordered("registered", "researched")
    ordered("registered", "reported")
    ordered("diagnosed", "treated")
    ordered("treated", "interrupted")
    visited = (rows["first_visit"] != NEVER) & (rows["diagnosed"] != NEVER)
    assert (rows["first_visit"][visited] <= rows["diagnosed"][visited]).all()
    for name in (*ONCE[:-1], "interrupted"):
        known = (rows[name] != NEVER) & (rows["died"] != NEVER)
        assert (rows[name][known] <= rows["died"][known]).all(), name


def test_the_living_have_life_left_and_the_dead_none(months_lived):
    rows, now = months_lived[-1], len(months_lived) - 1
    alive = ~np.isin(rows["stage"], [Stage.DEAD, Stage.WELL])
    assert (rows["life"][alive] > 0.0).all()
    assert (rows["natural"][alive] >= now).all()
    dead = rows["stage"] == Stage.DEAD
    assert ((rows["life"][dead] <= 0.0) | (rows["natural"][dead] <= rows["died"][dead])).all()


# ---- every shipped policy ---------------------------------------------------------------------


@pytest.fixture(scope="module", params=POLICIES)
def run(request, ran, tables):
    arguments = {"policy": request.param, "scale": 0.004}
    return ran(**arguments), tables(**arguments)


def test_stocks_are_recounts(run):
    model, found = run
    rows = found["patients"]
    last = found["months"][found["months"]["month"] == model.steps - 1].set_index("province")
    living = rows[rows["stage"] != "dead"]
    names = {
        "alive": living,
        "undiagnosed": living[living["diagnosed"].isna()],
        "waiting": living[living["stage"] == "waiting"],
        "diagnosed": living[living["diagnosed"].notna()],
        "treated": living[living["stage"] == "treated"],
        "interrupted": living[living["stage"] == "interrupted"],
        "registered": living[living["registered"].notna()],
    }
    for name, group in names.items():
        counted = group["province"].value_counts().reindex(last.index, fill_value=0)
        assert (last[name] == counted).all(), name


def test_no_insured_are_lost_or_counted_twice(run):
    """Each pool counts those of its cities, whoever joins another scheme or moves into a zone."""
    model, _ = run
    cities, funds, first = model.state.cities, model.state.funds, model.setup.heads.sum(axis=1)
    for kind in Fund:
        carried = np.bincount(cities["fund"][:, kind], cities["heads"][:, kind], len(funds))
        assert funds["heads"][funds["kind"] == kind] == pytest.approx(
            carried[funds["kind"] == kind], rel=1e-9, abs=1e-6
        )
    basic = [Fund.BASIC_EMPLOYEE, Fund.BASIC_RESIDENT]
    now = cities["heads"].sum(axis=0)
    assert now[basic].sum() == pytest.approx(first[basic].sum())
    for kind in set(Fund) - {*basic, Fund.COMMERCIAL}:
        assert now[kind] == pytest.approx(first[kind])


def test_patients_in_are_alive_and_dead(run):
    _, found = run
    rows, months = found["patients"], found["months"]
    by_month = months.groupby("month")[["alive", "onsets", "deaths"]].sum()
    started = int(rows["alive_at_start"].sum())
    expected = started + (by_month["onsets"] - by_month["deaths"]).cumsum()
    assert (by_month["alive"] == expected).all()
    assert len(rows) == by_month["alive"].iloc[-1] + by_month["deaths"].sum()
    by_place = months.set_index(["province", "month"]).sort_index()
    change = by_place.groupby("province", observed=True)["alive"].diff().dropna()
    flows = (by_place["onsets"] - by_place["deaths"]).loc[change.index]
    assert (change == flows).all()


def test_flows_are_the_patients_dates(run):
    _, found = run
    rows, total = found["patients"], found["months"].sum(numeric_only=True)
    dates = {"onsets": "onset", "diagnoses": "diagnosed", "registrations": "registered",
             "research_entries": "researched", "direct_reports": "reported",
             "treatments_started": "treated", "deaths": "died"}  # fmt: skip
    for flow, date in dates.items():
        assert total[flow] == (rows[date] >= 0).sum(), flow


def test_visits_and_diagnoses_are_the_hospitals(run):
    _, found = run
    months, hospitals = found["months"], found["hospitals"]
    by_year = months.groupby(2019 + months["month"] // 12)[["visits", "diagnoses"]].sum()
    assert (hospitals.groupby("year")[["visits", "diagnoses"]].sum() == by_year).all(axis=None)


def test_no_hospital_sees_more_than_its_slots(run):
    _, found = run
    hospitals = found["hospitals"]
    assert (hospitals["visits"] <= 12 * hospitals["slots"] + 1).all()


def test_referrals_add_up(run):
    _, found = run
    sent = found["referrals"].query("kind in ('up', 'across')")["sent"].sum()
    assert sent == found["months"]["referrals"].sum()


@pytest.mark.parametrize("policy", ["as-happened", "claims-screening"])
def test_no_more_referrals_are_followed_than_were_sent(policy):
    """On any path, over the years, but for those of before the scenario that were still pending."""
    model = RareCareModel(policy=policy, scale=0.004, years=6, rng=1)
    pending = model.state.patients["referral"]
    left = np.bincount(pending[pending >= 0], minlength=len(model.state.edges))
    years = [sent for _, sent in model.run().records.referrals]
    sent, followed = (sum(year[name] for year in years) for name in ("sent", "followed"))
    assert (followed <= sent + left).all()


def test_what_is_billed_is_paid_by_somebody(run):
    _, found = run
    rows = found["patients"]
    assert np.allclose(rows[PAID].sum(axis=1), rows["billed"], rtol=1e-6, atol=0.01)
    assert (rows[PAID] >= -1e-6).all(axis=None)
    months = found["months"]
    assert np.allclose(months[PAID].sum(axis=1), months["billed"], rtol=1e-6, atol=0.01)


def test_patients_months_and_drugs_tell_of_the_same_money(run):
    model, found = run
    rows, months = found["patients"], found["months"]
    for name in ["billed", *PAID]:
        assert months[name].sum() == pytest.approx(rows[name].sum(), **MONEY), name
    outright = sum(
        model.state.patients[f].sum(dtype=np.int64) for f in ("search_billed", "care_billed")
    )
    assert found["drugs"]["billed"].sum() + outright == pytest.approx(rows["billed"].sum(), **MONEY)


def test_months_and_funds_tell_of_the_same_money(run):
    _, found = run
    months, ledger = found["months"], found["ledger"]
    year = 2019 + months["month"] // 12
    paid = ledger.pivot_table(index="year", columns="fund", values="paid_rare", aggfunc="sum")
    for name, funds in FUNDS.items():
        by_year = months.groupby(year)[name].sum()
        booked = paid.reindex(columns=funds, fill_value=0.0).sum(axis=1)
        assert np.allclose(booked, by_year, rtol=1e-9, atol=0.01), name


def test_the_books_of_every_fund_close(run):
    _, found = run
    books = found["ledger"]
    fen = 0.005 + 1e-12 * books["opening"].abs()
    expected = books["opening"] + books["income"] - books["paid"]
    assert ((books["closing"] - expected).abs() <= fen).all()
    parts = books[["paid_rare", "paid_other", "paid_transfer", "paid_programmes"]].sum(axis=1)
    assert ((parts - books["paid"]).abs() <= fen).all()
    sources = books.filter(like="income_").sum(axis=1)
    assert ((sources - books["income"]).abs() <= fen).all()
    assert books["rationed"].min() >= 0.0


def test_a_fund_owes_nothing_but_small_bills_of_basic_insurance(run):
    """Consultations, tests and supportive care are settled at the counter; drugs with money."""
    model, found = run
    books = found["ledger"]
    below = books[books["closing"] < -0.005]
    assert set(below["fund"]) <= {"basic_employee", "basic_resident"}
    small = sum(model.state.patients[f].sum(dtype=np.int64) for f in ("search_basic", "care_basic"))
    assert -below.groupby("year")["closing"].sum().min() <= small or below.empty


def test_a_year_opens_with_what_the_last_one_closed_with(run):
    """For each pool; one that opens or closes does so by a transfer, so none is left out."""
    _, found = run
    books = found["ledger"].groupby(["fund", "pool", "year"])[["opening", "closing"]].sum()
    last = books["closing"].rename({year: year + 1 for year in range(2019, 2060)}, level="year")
    opened, closed = books["opening"].align(last, fill_value=0.0)
    later = opened.index.get_level_values("year").isin(found["ledger"]["year"].unique()[1:])
    assert np.allclose(opened[later], closed[later], rtol=1e-9, atol=0.01)


def test_what_one_pool_gives_another_gets(run):
    _, found = run
    by_year = found["ledger"].groupby("year").sum(numeric_only=True)
    assert np.allclose(by_year["paid_transfer"], by_year["income_surplus"], rtol=1e-9, atol=0.01)
    most = found["ledger"]["income_transfers"].abs().groupby(found["ledger"]["year"]).sum()
    assert (by_year["income_transfers"].abs() <= 0.01 + 1e-9 * most).all()


def test_whom_the_money_is_taken_from_adds_up(run):
    _, found = run
    books = found["ledger"]
    general = ~books["fund"].isin(["special_fund", "commercial"])
    taken = books[["paid_rare", "paid_transfer", "paid_programmes"]].sum(axis=1).where(general, 0.0)
    special = books["fund"] == "special_fund"
    fiscal, donated = (
        books[f"income_{source}"].where(special, 0.0) for source in ("fiscal", "donations")
    )
    public = books["programmes_fiscal"].where(general, 0.0)
    contributed = taken + books["income_levy"] + books["income_maternity"] + fiscal
    given = found["financing"].groupby("year").sum(numeric_only=True)
    for name, expected in (
        ("contributed", contributed), ("fiscal", fiscal + public), ("donated", donated)
    ):  # fmt: skip
        by_year = expected.groupby(books["year"]).sum()
        assert np.allclose(given[name], by_year, rtol=1e-9, atol=0.01), name
        assert (found["financing"][name] >= -1e-6).all(), name


def test_no_table_has_holes_where_there_is_always_a_value(run):
    _, found = run
    for name, table in found.items():
        holes = table.columns[table.isna().any()]
        unknown = {*ONCE, "interrupted", "diagnosed_city", "diagnosed_province", "diagnosis_km"}
        unknown |= {"drug", "moved"}
        allowed = {"patients": unknown, "hospitals": {"utilisation"}}
        assert set(holes) <= allowed.get(name, set()), name
        assert isinstance(table, pd.DataFrame)
        assert len(table) or name == "triggers"  # of which none need have fired
