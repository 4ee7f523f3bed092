import json

import pytest

from tests.baseline import FILE, POLICIES, headlines


@pytest.fixture(scope="module")
def now():
    return headlines()


@pytest.mark.slow
@pytest.mark.parametrize("policy", POLICIES)
def test_the_shipped_scenarios_give_what_they_gave(now, policy):
    pinned = json.loads(FILE.read_text(encoding="utf-8"))[policy]
    changed = {
        name: (pinned[name], value)
        for name, value in now[policy].items()
        if value != pytest.approx(pinned[name], rel=1e-6)
    }
    assert not changed, (
        f"{policy}: (pinned, now) {changed}; if that is meant, run "
        "'python -m tests.baseline' and let the commit say why"
    )


def test_the_scenarios_differ():
    pinned = json.loads(FILE.read_text(encoding="utf-8"))
    assert pinned["special-zone"] != pinned["uniform-national"] != pinned["as-happened"]
