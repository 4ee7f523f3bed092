"""What the data of every tab tell: whose data these are, of which month and which province."""

from collections.abc import Iterable
from dataclasses import dataclass

from abm import RareCareModel
from abm.world import World
from viz.twin_models import Twins
from viz.view_state import ViewState


@dataclass(frozen=True)
class Scene:
    """Whose data a tab shows.

    Attributes:
        month: Months lived.
        horizon: Length of the scenario, months.
        policy_a: Name of policy A.
        policy_b: Name of policy B.
        province: The province looked at, empty for the whole country.
        province_zh: Its Chinese name.
        edited_a: Whether levers are set on top of policy A.
        edited_b: Whether levers are set on top of policy B.
        zone: Provinces that lie in the special zone of either policy.
        zone_parts: Those of which a part does.
    """

    month: int
    horizon: int
    policy_a: str
    policy_b: str
    province: str = ""
    province_zh: str = ""
    edited_a: bool = False
    edited_b: bool = False
    zone: tuple[str, ...] = ()
    zone_parts: tuple[str, ...] = ()


def scene(twins: Twins, view: ViewState) -> Scene:
    """Return whose data a tab shows of these twins and this view."""
    zh = dict(province_names(twins.a)).get(view.province, "")
    return Scene(
        twins.a.steps,
        twins.a.horizon,
        view.a.policy,
        view.b.policy,
        view.province,
        zh,
        bool(view.a.settings),
        bool(view.b.settings),
        *provinces_of(twins.zone, view.world),
    )


def provinces_of(
    zone: Iterable[str] | None, world: World
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the provinces that lie in a zone as a whole, and those of which a part does.

    Args:
        zone: The zone's cities, None for no zone.
        world: The country.
    """
    cities = world.cities
    share = cities["city"].isin(set(zone or ())).groupby(cities["province"], sort=False).mean()
    return (
        tuple(name for name, part in share.items() if part == 1.0),
        tuple(name for name, part in share.items() if 0.0 < part < 1.0),
    )


def province_names(model: RareCareModel) -> list[tuple[str, str]]:
    """Return the provinces' English and Chinese names, in the order of the state."""
    table = model.world.provinces
    return list(zip(table["province"], table["province_zh"], strict=True))


def province_index(model: RareCareModel, name: str) -> int | None:
    """Return the row of a province, None for the whole country."""
    return list(model.world.provinces["province"]).index(name) if name else None
