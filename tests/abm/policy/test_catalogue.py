"""What is rare: the rules, and layers that pay for what is in the catalogue, mean the same."""

import math

import pytest

from abm import load_policy
from abm.policy.coverage import diseases_of
from agents.codes import Catalogue
from agents.records.disease import DiseaseRow
from agents.records.levers import LeversRow
from tests.support.plain import agents as plain


def is_rare(listed, prevalence, catalogue, threshold):
    """Return what the rules say of a disease on a list (0 none), of a prevalence per 100,000."""
    disease, levers = DiseaseRow.array(1)[0], LeversRow.array(1)[0]
    disease.catalogue, disease.prevalence = listed, prevalence
    levers.catalogue, levers.prevalence_threshold = Catalogue.of(catalogue), threshold
    return plain.regulator.in_catalogue(disease, levers)


LISTS = [name for name in Catalogue.names() if name != "rule"]
"""What is in force but for what an inclusion principle decides."""


@pytest.mark.parametrize("catalogue", LISTS[1:])
@pytest.mark.parametrize("threshold", [0.5, 4.0, math.inf])
def test_layers_and_rules_mean_the_same_diseases(world, catalogue, threshold):
    settings = {"definition.catalogue": catalogue, "definition.prevalence_threshold": threshold}
    levers = load_policy("as-happened", settings, world=world).levers_at(0)
    layer = levers.layers[0][1].model_copy(update={"diseases": "catalogue"})
    table = world.diseases
    assert list(diseases_of(layer, levers, world)) == [
        is_rare(listed, prevalence, catalogue, threshold)
        for listed, prevalence in zip(table["catalogue"], table["prevalence_per_100k"], strict=True)
    ]


def test_a_higher_threshold_only_adds_diseases(world):
    table = world.diseases
    for catalogue in LISTS:
        before: set = set()
        for threshold in (0.1, 1.0, 5.0, 20.0, math.inf):
            found = {
                name
                for name, listed, prevalence in zip(
                    table["disease"], table["catalogue"], table["prevalence_per_100k"], strict=True
                )
                if is_rare(listed, prevalence, catalogue, threshold)
            }
            assert before <= found
            before = found
        assert bool(before) == (catalogue != "none")


def test_a_frequent_disease_is_not_rare_even_on_a_list():
    assert is_rare(1, 4.0, "first", 4.0)
    assert not is_rare(1, 4.1, "first", 4.0)
    assert not is_rare(0, 1.0, "first", math.inf)
    assert is_rare(0, 1.0, "all", 4.0)
