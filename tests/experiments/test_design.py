"""What is compared is put together from what was asked."""

import pytest

from abm.errors import UserError
from experiments.design import make_design

SUM = "zhejiang+jiangsu"
ASKED = {"scale": 0.01, "years": 3}


@pytest.mark.parametrize("given", [SUM, SUM + ":{}", f"mine={SUM}:" + "{}"])
def test_what_a_refused_sum_asks_for_can_be_given(given):
    """Two schemes that would pay one bill twice are refused, and put right by the lever named."""
    cure = "benefits.zhejiang-scheme.beside"
    settings = {} if "{}" in given else {cure: "otherwise"}
    asked = given.format(f"{cure}=otherwise")
    ready = make_design([asked], baseline="uniform-national", settings=settings, **ASKED)
    (_, policy) = ready.policies.values()
    assert policy.levers_at(24).benefits["zhejiang-scheme"].beside == "otherwise"
    assert ready.scope["variants"].keys() == ({policy.name} if "{}" in given else set())
    with pytest.raises(UserError, match=f"set {cure} to 'otherwise'"):
        make_design([SUM], baseline="uniform-national", **ASKED)
