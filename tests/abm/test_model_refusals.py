"""What the model refuses, in one line that tells what to do."""

import numpy as np
import pytest

from abm import RareCareModel, UserError, load_world
from abm.policy.idle import IdleLeverWarning

TINY = {"scale": 0.002, "years": 1}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"scale": 0.0}, ["scale 0.0", "above 0"]),
        ({"scale": -0.1}, ["scale -0.1"]),
        ({"scale": 1.5}, ["scale 1.5", "at most 1"]),
        ({"scale": float("nan")}, ["scale nan"]),
        ({"scale": "big"}, ["scale", "big"]),
        ({"years": 0}, ["years 0", "from 1 to 40"]),
        ({"years": 41}, ["years 41"]),
        ({"years": 2.5}, ["years 2.5", "whole number"]),
        ({"years": "two"}, ["years", "two"]),
        ({"rng": -1}, ["seed -1"]),
        ({"rng": 0.5}, ["seed 0.5", "whole number"]),
        ({"rng": 2**62}, ["seed", "2^62"]),
        ({"rng": "x"}, ["seed", "x"]),
        ({"burn_in": 0}, ["burn-in 0"]),
        ({"burn_in": 100}, ["burn-in 100"]),
        ({"follow": -0.5}, ["follow", "-0.5"]),
        ({"follow": 2.0}, ["follow", "2.0"]),
        ({"policy": "special-zon"}, ["special-zon", "special-zone"]),
        ({"policy": "nowhere.toml"}, ["nowhere.toml"]),
        ({"policy": "no-network+network-radiation"}, ["no-network", "network-radiation"]),
        ({"world": "chin"}, ["chin", "china"]),
        ({"provinces": ["Hainam"]}, ["Hainam", "Hainan"]),
        ({"provinces": []}, ["province"]),
        ({"settings": {"network.slot": 2}}, ["network.slot", "network.slots"]),
        ({"settings": {"network.slots": -2}}, ["network.slots"]),
        ({"settings": {"zone.provinces": ["Hainam"]}}, ["Hainam", "Hainan"]),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_refusals_are_one_line_with_what_and_what_else(arguments, words):
    with pytest.raises(UserError) as refusal:
        RareCareModel(**{**TINY, **arguments})
    text = str(refusal.value)
    assert "\n" not in text
    for word in words:
        assert word in text


@pytest.mark.slow
@pytest.mark.parametrize("rng", [np.int64(3), 3.0])
def test_whole_numbers_of_any_kind_are_seeds(rng):
    model = RareCareModel(rng=rng, **TINY)
    same = RareCareModel(rng=int(rng), **TINY)
    assert (model.state.patients == same.state.patients).all()


@pytest.mark.slow
def test_a_branch_refuses_what_a_model_refuses():
    model = RareCareModel(**TINY)
    with pytest.raises(UserError, match="special-zone"):
        model.branch("special-zon")
    with pytest.raises(UserError, match=r"network\.slots"):
        model.branch("as-happened", {"network.slot": 2})


def test_only_keywords_are_taken():
    with pytest.raises(TypeError):
        RareCareModel("as-happened", rng=0)


@pytest.mark.slow
def test_an_unknown_patient_is_refused():
    model = RareCareModel(**TINY)
    with pytest.raises(IndexError):
        model.patients[10**7]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda values: values.update(give_up_probability=float("nan")),
            "give_up_probability: nan",
        ),
        (lambda values: values.pop("give_up_probability"), "no row for give_up_probability"),
        (lambda values: values.update(giveup_probability=0.5), "'give_up_probability'"),
    ],
)
def test_a_parameter_changed_after_reading_is_checked_too(change, words):
    world = load_world("island")
    change(world.parameters)
    with pytest.raises(UserError, match=words):
        RareCareModel(world=world, scale=0.02, years=1, burn_in=1, rng=0)


@pytest.mark.slow
def test_a_lever_that_cannot_act_is_warned_of_by_name():
    idle = {"access.months_to_listing": 10}
    with pytest.warns(IdleLeverWarning, match=r"access\.months_to_listing cannot act: "):
        model = RareCareModel(
            world="island",
            policy="uniform",
            settings=idle,
            scale=0.02,
            years=1,
            burn_in=1,
            rng=0,
        )
    with pytest.warns(IdleLeverWarning, match=r"access\.months_to_listing"):
        model.branch("uniform", idle)
