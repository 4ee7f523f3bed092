"""What the tabs show: sums that must agree with the model's own tables and with each other."""

from dataclasses import replace

import numpy as np
import pytest

from abm.measures import inequity
from abm.measures import survival as times
from abm.outputs import journey, tables
from agents.codes import Fund
from experiments.measures.run_view import Groups
from tests.support.twins import SAME, VIEW, YEARS, twins_at
from viz.reading.names import hospital_zh
from viz.tabs.equity import data as equity_data
from viz.tabs.journeys import data as journeys_data
from viz.tabs.money import data as money_data
from viz.tabs.network import data as network_data
from viz.tabs.overview import data as overview_data
from viz.worlds import chinese_names, served_world

pytestmark = pytest.mark.slow

HORIZON = 12 * YEARS


@pytest.fixture(scope="module")
def twins():
    return twins_at(HORIZON)


@pytest.fixture(scope="module")
def patients(twins):
    return tables.patients(twins.b)


def provinces(twins):
    return list(twins.a.world.provinces["province"])


def test_series_of_the_provinces_add_up_to_the_country(twins):
    country = overview_data.read(twins, VIEW).series
    parts = [overview_data.read(twins, replace(VIEW, province=p)).series for p in provinces(twins)]
    for key, (a, b) in country.items():
        assert np.allclose(a, sum(part[key][0] for part in parts), equal_nan=True), key
        assert np.allclose(b, sum(part[key][1] for part in parts), equal_nan=True), key


def test_series_are_the_counts_of_the_data_collector_at_full_scale(twins):
    counted = twins.b.datacollector.get_model_vars_dataframe().iloc[1:]
    series = overview_data.read(twins, VIEW).series
    for key in ("undiagnosed", "waiting", "treated", "interrupted", "registered"):
        assert np.allclose(series[key][1], counted[key] / twins.b.scale), key


def test_flows_are_sums_over_twelve_months_and_unknown_before(twins):
    diagnoses = overview_data.read(twins, VIEW).series["diagnoses"][0]
    monthly = tables.months(twins.a).groupby("month")["diagnoses"].sum().to_numpy()
    assert np.isnan(diagnoses[:11]).all()
    assert diagnoses[11] == pytest.approx(monthly[:12].sum() / twins.a.scale)
    assert diagnoses[30] == pytest.approx(monthly[19:31].sum() / twins.a.scale)


def test_maps_have_every_province_in_order(twins, patients):
    data = overview_data.read(twins, VIEW)
    alive = patients[patients["died"].isna()]
    undiagnosed = alive["stage"].isin(["seeking", "waiting", "mislabelled", "watched"])
    want = undiagnosed.groupby(alive["province"], observed=False).mean()
    assert [name for name, _ in data.provinces] == list(want.index)
    np.testing.assert_allclose(data.maps["undiagnosed"][1], want.to_numpy())


def test_referrals_add_up_to_those_of_the_books(twins):
    side = network_data.read(twins, VIEW).b
    table = tables.referrals(twins.b)
    last = table[table["year"] == table["year"].max()]
    assert side.sent == pytest.approx(last["sent"].sum() / twins.b.scale)
    assert side.provinces.sum() == pytest.approx(side.sent)
    own = last["kind"] == "self"
    gone = own & (last["from_hospital"] != last["to_hospital"])  # who comes back goes nowhere
    assert side.own == pytest.approx(last.loc[gone, "followed"].sum() / twins.b.scale)
    assert side.followed == pytest.approx(last.loc[~own, "followed"].sum() / twins.b.scale)


def test_referrals_from_a_province_are_the_countrys_from_there(twins):
    country = network_data.read(twins, VIEW).a.provinces
    for row in (0, 9, 22):
        one = network_data.read(twins, replace(VIEW, province=provinces(twins)[row])).a.provinces
        np.testing.assert_allclose(one[row], country[row])
        np.testing.assert_allclose(one[:, row], country[:, row])


def test_referrals_in_a_year_count_the_last_full_year_too():
    assert [network_data.window(steps) for steps in (0, 5, 12, 17, 24)] == [0, 5, 12, 17, 12]
    twins = twins_at(17)
    counted = tables.referrals(twins.b)["sent"].sum()
    assert network_data.read(twins, VIEW).b.sent == pytest.approx(counted / twins.b.scale * 12 / 17)


def test_queues_of_a_province_are_all_there(twins):
    shown = network_data.read(twins, replace(VIEW, province="Jiangsu")).a.places
    hospitals = twins.a.state.hospitals
    here = hospitals[hospitals["province"] == provinces(twins).index("Jiangsu")]
    assert len(shown) == len(here)
    assert sum(place.waiting for place in shown) == pytest.approx(
        here["waiting"].sum() / twins.a.scale
    )


class Given(dict):
    """People by hand: columns by name."""

    scale = 0.5

    def raw(self, field):
        return self[field]

    def grouped(self, kind):
        if kind == "zone":
            return Groups(self["zone"], ["inside", "outside"])
        return Groups(self["quintile"] - 1, range(1, 6))


def test_winners_of_five_patients_by_hand():
    nan = np.nan
    a = Given(
        patient=np.arange(5), quintile=np.array([1, 2, 5, 5, 3]),
        qalys=np.array([1.0, 2.0, 3.0, 4.0, 5.0]), diagnosed=np.array([10, nan, 5, nan, 8]),
        paid_household=np.array([0, 5000, 100, 0, 0]),
    )  # fmt: skip
    b = Given(
        patient=np.arange(5), quintile=a["quintile"],
        qalys=np.array([1.5, 1.0, 3.005, 4.0, 5.0]), diagnosed=np.array([nan, 30, 4, nan, 8]),
        paid_household=np.array([1000, 0, 600, 0, 0]),
    )  # fmt: skip
    won = equity_data.winners(a, b)
    better, same, worse, nobody = [2, 0, 0], [0, 2, 0], [0, 0, 2], [0, 0, 0]
    assert won["qalys"].tolist() == [better, worse, same, nobody, [0, 4, 0]]
    assert won["diagnosed"].tolist() == [worse, better, same, nobody, [2, 2, 0]]
    assert won["paid_household"].tolist() == [worse, better, same, nobody, [0, 4, 0]]


def test_winners_inside_and_outside_the_zone_by_hand():
    a = Given(patient=np.arange(3), zone=np.array([0, 1, 1]), qalys=np.array([1.0, 1.0, 1.0]),
              diagnosed=np.array([9, 9, 9]), paid_household=np.zeros(3))  # fmt: skip
    b = Given(patient=np.arange(3), zone=np.array([0, 1, 1]), qalys=np.array([2.0, 0.5, 1.0]),
              diagnosed=np.array([9, 9, 9]), paid_household=np.zeros(3))  # fmt: skip
    assert equity_data.winners(a, b, "zone")["qalys"].tolist() == [[2, 0, 0], [0, 2, 2]]


def test_the_zone_is_that_of_either_policy_and_its_people_are_told_apart(twins, patients):
    data = equity_data.read(twins, VIEW)
    assert data.scene.zone == ("Shanghai", "Jiangsu", "Zhejiang", "Shandong")
    assert data.groups["zone"] == ["inside", "outside"]
    inside = patients["province"].isin(data.scene.zone)
    treatable = patients["treatable"]
    want = [patients.loc[side & treatable, "treated"].notna().mean() for side in (inside, ~inside)]
    np.testing.assert_allclose(data.shares["zone"]["treated"][1], want)
    sizes = np.array([inside.sum(), (~inside).sum()]) / twins.b.scale
    np.testing.assert_allclose(data.winners["zone"]["qalys"].sum(axis=1), sizes)


def test_without_borders_there_is_no_zone():
    data = equity_data.read(twins_at(14, SAME), SAME)
    assert (data.scene.zone, data.groups["zone"]) == ((), [])
    assert "zone" not in data.winners


def test_the_zone_on_the_map_is_the_places_of_its_cities(twins):
    zone = network_data.read(twins, VIEW).zone
    assert sorted(map(len, zone)) == [1, 11, 13, 16]
    assert len(network_data.read(twins, replace(VIEW, province="Jiangsu")).zone) == 1
    assert network_data.read(twins, replace(VIEW, province="Henan")).zone == []


def test_winners_are_matched_by_identity_not_by_row():
    a = Given(patient=np.array([7, 8]), quintile=np.array([1, 2]), qalys=np.array([1.0, 2.0]),
              diagnosed=np.array([1, 2]), paid_household=np.zeros(2))  # fmt: skip
    b = Given(patient=np.array([8, 7, 9]), quintile=np.array([2, 1, 1]),
              qalys=np.array([2.0, 1.0, 9.0]), diagnosed=np.array([2, 1, 9]),
              paid_household=np.zeros(3))  # fmt: skip
    for table in equity_data.winners(a, b).values():
        assert table[:, 1].tolist() == [2, 2, 0, 0, 0]
        assert table.sum() == 4


def test_winners_losers_and_the_same_are_everybody(twins, patients):
    won = equity_data.read(twins, VIEW).winners["income_quintile"]
    sizes = patients.groupby("income_quintile").size() / twins.b.scale
    for table in won.values():
        np.testing.assert_allclose(table.sum(axis=1), sizes)
    assert won["qalys"][:, [0, 2]].sum() > 0


def test_under_one_policy_nobody_wins_or_loses():
    same = twins_at(14, SAME)
    won = equity_data.read(same, SAME).winners
    assert won
    for table in (table for found in won.values() for table in found.values()):
        assert table[:, [0, 2]].sum() == 0
    assert journeys_data.read(same, SAME).changed == ()


def index_of(curve):
    """Return twice the area between a drawn curve and the diagonal."""
    heights = (curve.share[1:] + curve.share[:-1]) / 2
    return 1 - 2 * float(heights @ np.diff(curve.population))


def test_curves_carry_the_index_of_abm_inequity(twins, patients):
    data = equity_data.read(twins, VIEW)
    for key in equity_data.LORENZ:
        curve = data.lorenz[key][1]
        assert curve.index == pytest.approx(inequity.gini(patients[key]))
        assert index_of(curve) == pytest.approx(curve.index, abs=0.005)
    per_head = patients["income"] / patients["household_size"]
    for key in ("paid_household", "qalys"):
        curve = data.concentration[key][1]
        assert curve.index == pytest.approx(inequity.concentration_index(patients[key], per_head))
        assert index_of(curve) == pytest.approx(curve.index, abs=0.005)


def test_theil_is_that_of_abm_inequity_and_within_a_province_by_city(twins, patients):
    split = equity_data.read(twins, VIEW).theil["qalys"][1]
    assert split == pytest.approx(inequity.theil(patients["qalys"], patients["province"].cat.codes))
    assert split.between + split.within == pytest.approx(split.total)
    here = patients[patients["province"] == "Henan"]
    one = equity_data.read(twins, replace(VIEW, province="Henan")).theil["qalys"][1]
    assert one == pytest.approx(inequity.theil(here["qalys"], here["city"].cat.codes))


def test_shares_of_groups_are_means_of_their_members(twins, patients):
    shares = equity_data.read(twins, VIEW).shares["residence"]
    treatable = patients[patients["treatable"]]
    want = treatable["treated"].notna().groupby(treatable["residence"], observed=False).mean()
    np.testing.assert_allclose(shares["treated"][1], want.to_numpy())


def test_time_to_diagnosis_is_kaplan_meier_of_those_who_fell_ill(twins, patients):
    ill = patients[patients["onset"] >= 0]
    ends = ill["diagnosed"].fillna(ill["died"].fillna(HORIZON))
    curve = times.kaplan_meier((ends - ill["onset"]).to_numpy(), ill["diagnosed"].notna())
    data = journeys_data.read(twins, VIEW)
    np.testing.assert_allclose(data.b.times, curve.times)
    np.testing.assert_allclose(data.b.survival, curve.survival)
    assert data.b.median == times.median(curve)
    assert data.b.at_risk[0] == pytest.approx(len(ill) / twins.b.scale)
    assert (data.b.low <= data.b.survival).all()
    assert (data.b.survival <= data.b.high).all()


def test_numbers_at_risk_between_the_months_observed():
    curve = journeys_data.Waiting(
        np.array([0.0, 2.0, 5.0]), *[np.ones(3)] * 3, np.array([9.0, 7.0, 4.0]), 5.0, 9
    )
    assert curve.left(np.array([0, 1, 2, 3, 5, 6])).tolist() == [9, 7, 7, 4, 4, 0]


def test_the_listed_have_a_diary_and_fit_the_filters(twins):
    data = journeys_data.read(twins, replace(VIEW, province="Henan"))
    followed = twins.a.state.patients["followed"]
    assert data.listed
    for line in (*data.listed, *data.changed):
        assert line.province == ("Henan", "河南")
        assert followed[line.row] == 1


def test_the_most_changed_gain_first_and_lose_last():
    order = journeys_data._most_changed([0.0, -2.0, 3.0, 0.5, 0.0, -0.1])
    assert order == [2, 3, 1, 5]


def test_a_story_is_the_patients_own_under_each_policy(twins):
    row = journeys_data.read(twins, VIEW).changed[0].row
    data = journeys_data.read(twins, replace(VIEW, patient=row))
    assert data.patient.row == row
    for model, story in ((twins.a, data.story_a), (twins.b, data.story_b)):
        assert story.text == model.patients[row].journey()
        assert len(story.moments) == len(story.text.splitlines()) - 2
        assert [m.month for m in story.moments] == sorted(m.month for m in story.moments)
        assert [m[0] for m in journey.happenings(model, row)] == [m.month for m in story.moments]


def test_without_a_diary_there_are_the_dates(twins):
    rows = twins.a.state.patients
    row = int(np.flatnonzero((rows["followed"] == 0) & (rows["diagnosed"] < HORIZON))[0])
    data = journeys_data.read(twins, replace(VIEW, patient=row))
    assert not data.story_a.kept
    told = {m.kind: m.month for m in data.story_a.moments}
    assert told["onset"] == rows["onset"][row]
    assert told["diagnosed"] == rows["diagnosed"][row]


@pytest.mark.parametrize("patient", [10**9, -1])
def test_a_patient_who_is_not_there_is_replaced(twins, patient):
    data = journeys_data.read(twins, replace(VIEW, patient=patient))
    assert data.patient in data.changed


def test_payers_add_up_to_the_bills_of_the_patients(twins, patients):
    data = money_data.read(twins, VIEW)
    assert sum(data.b.paid) == pytest.approx(data.b.billed)
    assert data.b.billed == pytest.approx(patients["billed"].sum() / twins.b.scale)
    for payer, paid in zip(money_data.PAYERS, data.b.paid, strict=True):
        assert paid == pytest.approx(patients[f"paid_{payer}"].sum() / twins.b.scale), payer
    parts = [money_data.read(twins, replace(VIEW, province=p)).b.paid for p in provinces(twins)]
    np.testing.assert_allclose(np.sum(parts, axis=0), data.b.paid)


@pytest.mark.parametrize("name", ["special_fund", "basic_resident"])
def test_funds_by_month_agree_with_the_books_by_year(twins, name):
    course = money_data.read(twins, VIEW).funds[name][1]
    ledger = tables.ledger(twins.b)
    years = ledger[ledger["fund"] == name].groupby("year")[["closing", "rationed"]].sum()
    np.testing.assert_allclose(
        course.balance[11::12], years["closing"] / twins.b.scale, rtol=1e-5, atol=1.0
    )
    np.testing.assert_allclose(
        course.refused.reshape(-1, 12).sum(axis=1), years["rationed"] / twins.b.scale, rtol=1e-5,
        atol=1.0,
    )  # fmt: skip
    # Whom a short fund has refused goes without in months in which it is not short, too.
    assert not course.refused[np.cumsum(course.short > 0) == 0].any()


def test_a_province_sees_the_pools_that_carry_it(twins):
    data = money_data.read(twins, replace(VIEW, province="Jiangsu"))
    country = money_data.read(twins, VIEW)
    zone = country.funds["special_fund"][1]
    np.testing.assert_array_equal(data.funds["special_fund"][1].short, zone.short)
    own = twins.b.pool_names.index("Jiangsu") + 370 * Fund.BASIC_RESIDENT
    held = twins.b.state.funds["balance"][own] / twins.b.scale
    assert data.funds["basic_resident"][1].balance[-1] == pytest.approx(held, rel=1e-6)


def test_drugs_are_told_from_their_first_event_and_never_from_the_future():
    for month in (0, 14, HORIZON):
        shown = money_data.read(twins_at(month), VIEW).drugs
        firsts = [money_data._first_event(drug) for drug in shown]
        assert firsts == sorted(firsts)
        assert all(first < month for first in firsts)
    assert shown


def test_hospitals_have_chinese_names():
    places = chinese_names(served_world())
    assert hospital_zh("Jiangsu member 3", places) == "江苏成员医院3"
    assert hospital_zh("Hebei 2 county", places) == "河北2县级医院"
    assert hospital_zh("Peking Union Medical College Hospital", places) == "北京协和医院"
    assert hospital_zh("Somewhere else", places) == "Somewhere else"
