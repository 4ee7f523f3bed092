"""A country is data: a folder in the form of a world is one, with its own law and dates."""

import re
from pathlib import Path

import pandas as pd
import pytest

from abm import RareCareModel, UserError, load_policy, load_world, policy_names
from abm.world import DEFAULT, WORLDS, world_names
from agents.codes import Stage
from tests.support.same import digests
from tests.support.worlds import copy_of, rewrite

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("agents", "abm", "experiments", "viz")
LATER = 7


def lived(world, policy, years=4):
    """Return a model of a world that has lived some years."""
    return RareCareModel(policy=policy, world=world, scale=0.01, years=years, rng=3).run()


def others(name):
    """Return other names for the places and parts of a world."""
    table = pd.read_csv(WORLDS / name / "provinces.csv")
    return {place: f"New {place}" for place in (*table["province"], *table["region"].unique())}


@pytest.fixture(params=world_names())
def renamed(request, tmp_path):
    """Return a shipped world whose provinces and regions have other names, and that world."""
    folder = copy_of(request.param, tmp_path / "hilly")
    names = others(request.param)
    pattern = rf"(?<![\w-])({'|'.join(sorted(names, key=len, reverse=True))})(?![\w-])"
    assert rewrite(folder, pattern, lambda found: names[found[1]], "**/*.csv")
    assert rewrite(folder, rf'"{pattern}', lambda found: f'"{names[found[1]]}', "policies/*.toml")
    return load_world(folder), load_world(request.param)


def test_a_country_with_other_names_has_its_own_law(renamed):
    world, shipped = renamed
    assert not set(world.provinces["province"]) & set(shipped.provinces["province"])
    assert not set(world.provinces["region"]) & set(shipped.provinces["region"])
    for name in policy_names(world):
        policy = load_policy(name, world=world)
        assert policy.change_months() == load_policy(name, world=shipped).change_months()
    with pytest.raises(UserError, match=r"unknown province or city 'New .*did you mean"):
        load_policy(load_policy(world.about.base, world=world), world=shipped)


def test_names_are_only_names(tmp_path):
    """An island with other names lives the same years, to the last bit."""
    folder = copy_of("island", tmp_path / "elsewhere")
    for old, new in (("Windward", "Oben"), ("Leeward", "Unten"), ("Shore", "Rand")):
        assert rewrite(folder, old, new)
    there, here = lived(folder, "zone"), lived("island", "zone")
    assert list(there.world.provinces["province"]) == ["Oben", "Unten"]
    assert digests(there.state) == digests(here.state)
    assert there.outcomes()["patients"]["province"].isin(["Oben", "Unten"]).all()


def test_dates_are_only_dates(tmp_path):
    """An island on which everything happens years later lives the same months, to the last bit."""
    folder = copy_of("island", tmp_path / "later")

    def later(found):
        return f"{int(found[1]) + LATER}{found[2]}"

    assert rewrite(folder, r"(?<=[\",])(\d{4})(-\d\d)(?=[\",])", later, "*.csv") == 13
    assert rewrite(folder, r"(?m)^(\d{4})(,)", later, "births.csv") == 4
    assert rewrite(folder, r"(?<=,)(\d{4})(?=,)()", later, "diseases.csv") == 8
    assert rewrite(folder, r'(?<=")(\d{4})(-\d\d)(?=")', later, "**/*.toml") > 5
    assert rewrite(folder, r"(?<=price_year = )(\d{4})()", later, "world.toml") == 1
    there, here = lived(folder, "zone"), lived("island", "zone")
    assert there.world.first_year == here.world.first_year + LATER
    assert digests(there.state) == digests(here.state)
    these, those = there.outcomes(), here.outcomes()
    for name in ("ledger", "hospitals", "drugs", "financing", "costs", "referrals", "flows",
                 "waits", "tiers"):  # fmt: skip
        these[name]["year"] -= LATER
    for name in those:
        pd.testing.assert_frame_equal(these[name], those[name], obj=name)
    patient = int(here.state.patients["visits"].argmax())
    told = there.patients[patient].journey(), here.patients[patient].journey()
    assert re.sub(r"(\d{4})(-\d\d)", lambda f: f"{int(f[1]) - LATER}{f[2]}", told[0]) == told[1]
    assert f"({here.world.first_year + 4}-01)" in told[1]


def test_on_the_island_people_are_diagnosed_treated_and_refused(island):
    """The example is no degenerate one, and its zone matters."""
    found = {}
    for policy in ("uniform", "zone"):
        model = RareCareModel(policy=policy, world=island, scale=0.02, years=8, rng=2).run()
        tables = model.outcomes()
        patients, here = tables["patients"], tables["patients"]["province"] == "Leeward"
        assert 0.4 < patients["diagnosed"].notna().mean() < 0.95
        assert 0.2 < patients["treated"].notna().mean() < 0.7
        assert patients["paid_charity"].sum() > 0.0
        assert (model.state.patients["stage"] == Stage.DIAGNOSED).sum() > 20  # wait for treatment
        assert tables["hospitals"]["waiting"].max() > 5
        found[policy] = patients.loc[here, "treated"].notna().mean()
    assert found["zone"] > found["uniform"] + 0.05


def test_a_copied_world_has_its_own_policies(tmp_path):
    folder = copy_of("china", tmp_path / "hilly")
    assert policy_names(folder) == policy_names("china")
    assert rewrite(folder, "slots = 1.2", "slots = 1.4", "policies/special-zone.toml") == 1
    (folder / "policies" / "no-charity.toml").unlink()
    hilly = load_world(folder)
    inside = load_policy("special-zone", world=hilly).levers_at(24).inside()
    assert inside.network.slots == 1.4
    assert load_policy("special-zone").levers_at(24).inside().network.slots == 1.2
    with pytest.raises(UserError, match="policy of world hilly 'no-charity'; known: as-happened"):
        load_policy("no-charity", world=hilly)
    # what is edited while a program runs is read again
    assert rewrite(folder, "slots = 1.4", "slots = 1.3", "policies/special-zone.toml") == 1
    again = load_policy("special-zone+claims-screening", world=folder).levers_at(24).inside()
    assert again.network.slots == 1.3


def test_an_unknown_policy_is_told_those_of_the_world():
    with pytest.raises(UserError, match=r"island 'special-zone'.*(zone|base, uniform, zone)"):
        load_policy("special-zone", world="island")
    with pytest.raises(UserError, match=r"'qxj'; known: base, uniform, zone$"):
        load_policy("qxj", world="island")


def test_policies_of_a_world_that_extend_each_other_in_a_circle_are_refused(tmp_path):
    folder = copy_of("island", tmp_path / "round")
    rewrite(folder, 'extends = "base"', 'extends = "zone"', "policies/uniform.toml")
    with pytest.raises(UserError, match=r"circle: zone\.toml extends uniform\.toml extends zone"):
        load_policy("zone", world=folder)


def test_a_policy_may_not_change_the_years_before_its_worlds_first_month(tmp_path):
    folder = copy_of("island", tmp_path / "early")
    rewrite(folder, '"2022-01"', '"2020-12"', "policies/zone.toml")
    with pytest.raises(UserError, match=r"zone\.toml, change from 2020-12.*from 2021-01 on only"):
        load_policy("zone", world=folder)
    policy = load_policy("base", {"network.slots": 2}, world="island")
    first = load_world("island").first_month
    assert [policy.levers_at(first + month).network.slots for month in (-1, 0)] == [1, 2]


def test_a_model_lives_its_worlds_own_record_by_default():
    assert RareCareModel(world="island", scale=0.001, years=1, rng=0).policy.name == "base"
    assert RareCareModel(scale=0.0002, years=1, burn_in=1, rng=0).policy.name == "as-happened"


# ---- world.toml ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('baseline = "uniform"', 'baseline = "uniforn"', "world.toml, baseline: unknown policy 'u"),
        ('compared = ["zone"]', 'compared = ["base+zon"]', "compared: unknown policy 'zon'; did"),
        ('compared = ["zone"]', "compared = []", r"world.toml, compared: \[\], expected list of"),
        ("baseline =", "basline =", "world.toml: unknown entry 'basline'; did you mean 'baseline'"),
        ('base = "base"', "", "world.toml, base: missing, expected policy of the years before"),
        ('"2021-01"', '"2021-02"', "first_month: '2021-02', expected first month of a sc"),
        ("price_year = 2023", 'price_year = "now"', "world.toml, price_year: 'now', expected year"),
        ("[", "[[", "world.toml: not valid TOML"),
        ('parameters_from = "china"', 'parameters_from = "chna"', "unknown world 'chna'; did"),
        ('parameters_from = "china"', 'parameters_from = "."', "other's parameters: mine of mine"),
        ('parameters_from = "china"', "", "parameters.csv"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_worlds_description_is_refused(old, new, message, tmp_path):
    folder = copy_of("island", tmp_path / "mine")
    assert rewrite(folder, re.escape(old), new.replace("\\", r"\\"), "world.toml")
    with pytest.raises(UserError, match=message) as refused:
        load_world(folder)
    assert "\n" not in str(refused.value)


def test_a_folder_without_a_description_is_no_world(tmp_path):
    folder = copy_of("island", tmp_path / "mine")
    (folder / "world.toml").unlink()
    with pytest.raises(UserError, match=r"world\.toml: not in .*mine, expected there"):
        load_world(folder)


def test_parameters_of_another_world_hold_where_a_world_sets_none(tmp_path):
    folder = copy_of("island", tmp_path / "mine")
    mine, china, island = load_world(folder), load_world(), load_world("island")
    own = {"detailed_slots_share", "stock_lead", "stock_unlisted_ratio", "stocking_years"}
    assert dict(mine.parameters.items() - china.parameters.items()).keys() == own
    assert mine.parameters.keys() == china.parameters.keys()
    assert mine.checksum == island.checksum
    rewrite(folder, r"(?s)\n.*", "\n", "parameters.csv")
    bare = load_world(folder)
    assert bare.parameters == china.parameters
    assert bare.checksum != mine.checksum


# ---- no place is named in code ------------------------------------------------------------------


def test_no_place_of_a_world_is_named_in_the_code():
    places = pd.concat(
        pd.read_csv(WORLDS / world / f"{table}.csv")[[kind, f"{kind}_zh"]].stack()
        for world in world_names()
        for table, kind in (("provinces", "province"), ("cities", "city"))
    )
    names = {re.escape(name) for name in places if not re.search(r"\d", name)}
    assert {"Hebei", "上海", "Windward"} <= names
    worlds = "|".join(world_names())
    place = re.compile(rf"(?<![a-zA-Z])({'|'.join(names)})(?![a-zA-Z])|(?i:\b({worlds})\b)")
    found = {
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if path.parent.name != "studies"  # which ask about the shipped country
        for line in path.read_text(encoding="utf-8").splitlines()
        if place.search(line)
    }
    assert found == {f'abm/world/about.py: DEFAULT = "{DEFAULT}"'}
