"""The tables of who goes where, of waits and of curves agree with the other tables of a run."""

import pytest

from abm import RareCareModel

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model():
    """Two years and a half of the zone, so that a year is not over."""
    lived = RareCareModel(policy="special-zone", scale=0.004, years=3, rng=5)
    for _ in range(30):
        lived.step()
    return lived


@pytest.fixture(scope="module")
def tables(model):
    return model.outcomes()


def test_referrals_followed_are_all_in_the_flows(tables):
    """By year and direction; on their own way those who stay at a hospital go nowhere."""
    flows, paths = tables["flows"], tables["referrals"]
    sent = flows[(flows["kind"] == "referred") & (flows["way"] != "invited")]
    told = sent.groupby(["year", "way"], observed=True)["persons"].sum()
    followed = paths[(paths["kind"] != "self") & (paths["followed"] > 0)]
    expected = followed.groupby(["year", "kind"])["followed"].sum()
    assert told.to_dict() == expected.to_dict()
    own = flows[(flows["kind"] == "own_way") & (flows["way"] != "first")]
    moved = paths[(paths["kind"] == "self") & (paths["from_hospital"] != paths["to_hospital"])]
    assert (
        own.groupby("year")["persons"].sum().to_dict()
        == moved.groupby("year")["followed"].sum().to_dict()
    )
    assert own["persons"].sum() > 10


def test_flows_are_between_the_hospitals_provinces_and_tiers(model, tables):
    world, paths = model.world.hospitals.set_index("hospital"), tables["referrals"]
    year = paths[(paths["year"] == 2020) & (paths["kind"] == "up")]
    ends = {end: world.loc[year[f"{end}_hospital"]].reset_index(drop=True)
            for end in ("from", "to")}  # fmt: skip
    crossing = (ends["from"]["province"] != ends["to"]["province"]).to_numpy()
    flows = tables["flows"].query("year == 2020 and kind == 'referred' and way == 'up'")
    leaves = flows["from_province"].astype(str) != flows["to_province"].astype(str)
    assert flows[leaves]["persons"].sum() == year["followed"][crossing].sum() > 0
    to_lead = (ends["to"]["tier"] == "lead").to_numpy()
    assert flows[flows["to_tier"] == "lead"]["persons"].sum() == year["followed"][to_lead].sum()


def test_everybody_has_one_first_hospital(tables):
    """As many set out for one as are seen for the first time, but for queues at start and end."""
    first = tables["flows"].query("way == 'first'")
    assert (first["from_tier"] == "home").all()
    seen = (tables["patients"]["first_visit"] >= 0).sum()
    assert first["persons"].sum() == pytest.approx(seen, rel=0.1)


def test_every_consultation_has_waited_for_some_time(tables):
    waits, months = tables["waits"], tables["months"]
    assert waits["visits"].sum() == months["visits"].sum()
    by_home = waits.groupby("province", observed=False)["visits"].sum()
    assert by_home.to_dict() == months.groupby("province", observed=False)["visits"].sum().to_dict()
    # Little's law: the months that the queue holds are those that its people wait.
    waited = (waits["months"] * waits["visits"]).sum()
    assert waited == pytest.approx(months["waiting"].sum(), rel=0.15)


def test_tiers_add_up_their_hospitals(tables):
    tiers, hospitals = tables["tiers"], tables["hospitals"]
    for name in ("visits", "diagnoses", "waiting"):
        assert tiers[name].sum() == hospitals[name].sum(), name
    year = hospitals[hospitals["year"] == 2020]
    told = tiers[tiers["year"] == 2020].groupby("tier", observed=True)["slots"].sum()
    assert told.to_dict() == pytest.approx((12 * year.groupby("tier")["slots"].sum()).to_dict())


def test_curves_count_everybody_who_fell_ill(model, tables):
    curves, people = tables["curves"], tables["patients"]
    ill = people[people["onset"] >= 0]
    everyone = curves[curves["by"] == "all"]
    assert (everyone["searches"] == len(ill)).all()
    assert everyone["month"].tolist() == list(range(model.steps + 1))
    assert curves[["undiagnosed", "diagnosed", "died"]].sum(axis=1).to_numpy() == pytest.approx(1.0)
    by_sex = curves[(curves["by"] == "sex") & (curves["month"] == 0)]["searches"]
    assert by_sex.sum() == len(ill)
