"""Settings with dates: a value holds from its month on, and a policy's beginning can be moved."""

import pytest

from abm.calendar import label
from abm.errors import UserError
from abm.policy import load_policy

ZONE = "special-zone"
FOUR = ("Shandong", "Shanghai", "Zhejiang", "Jiangsu")


def test_a_value_holds_from_its_month_on_and_what_was_before_stays():
    found = load_policy(ZONE, {"zone.provinces@2022-01": ["Anhui"], "network.slots": 2.0})
    provinces = [found.levers_at(month).zone.provinces for month in (0, 11, 12, 35, 36)]
    assert provinces == [(), (), FOUR, FOUR, ("Anhui",)]
    assert found.levers_at(0).network.slots == 2.0


@pytest.mark.parametrize("settings", [{}, {"zone.provinces@2023-01": ["Anhui"]}])
@pytest.mark.parametrize("later", [-12, 0, 17])
def test_a_policy_that_begins_at_another_time_is_the_same_then(settings, later):
    usual = load_policy(ZONE)
    moved = load_policy(ZONE, {"begins": label(12 + later), **settings})
    base = usual.base
    for month in range(60):
        if month < 12 + later:
            assert moved.levers_at(month) == base.levers_at(month)
        elif month < 48:
            assert moved.levers_at(month).zone == usual.levers_at(max(month - later, 12)).zone
    assert moved.levers_at(50).zone.provinces == (("Anhui",) if settings else FOUR)


def test_a_file_and_a_reference_hold_the_dates(tmp_path):
    settings = {"begins": "2021-06", "zone.provinces@2022-01": ["Anhui"], "network.slots": 2.0}
    meant = load_policy(ZONE, settings)
    file = tmp_path / "mine.toml"
    file.write_text(meant.to_toml(), encoding="utf-8")
    assert load_policy(file).difference(meant) == []
    assert load_policy(meant.origin).difference(meant) == []


@pytest.mark.parametrize(
    ("policy", "settings", "told"),
    [
        (ZONE, {"network.slots@2018-12": 2}, "network.slots: set from 2018-12; expected 2019-01"),
        (ZONE, {"network.slots@2020": 2}, "network.slots: '2020' is not a month"),
        (ZONE, {"network.slots": 1, "network.slots@2019-01": 2}, "set twice from 2019-01"),
        (ZONE, {"begins": "2018-12"}, "begins: 2018-12; expected 2019-01 or later"),
        (ZONE, {"begins": "soon"}, "begins: 'soon' is not a month"),
        ("as-happened", {"begins": "2020-01"}, "begins: as-happened adds no dated changes"),
    ],
)
def test_what_is_no_date_is_refused_in_a_line(policy, settings, told):
    with pytest.raises(UserError, match=told) as refused:
        load_policy(policy, settings)
    assert "\n" not in str(refused.value)
