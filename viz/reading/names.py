"""Names of places in English and in Chinese, where the world's tables have them."""

import re

from abm import RareCareModel
from agents.codes import Rank
from viz.worlds import chinese_names

ZH = {
    Rank.COUNTY.label: "县级医院",
    Rank.TERTIARY.label: "三级医院",
    Rank.MEMBER.label: "成员医院",
    Rank.LEAD.label: "牵头医院",
}
"""By rank; a hospital of the world is named by its place and rank, unless it has its own name."""
PATTERN = re.compile(rf"(?P<place>.+?) (?P<rank>{'|'.join(ZH)})(?P<number> \d+)?$")


def city_names(model: RareCareModel) -> list[tuple[str, str]]:
    """Return the cities' English and Chinese names, in the order of the state."""
    table = model.world.cities
    return list(zip(table["city"], table["city_zh"], strict=True))


def hospital_names(model: RareCareModel) -> list[tuple[str, str]]:
    """Return the hospitals' English and Chinese names, in the order of the state."""
    names = chinese_names(model.world)
    return [(name, hospital_zh(name, names)) for name in model.hospital_names]


def hospital_zh(name: str, names: dict[str, str]) -> str:
    """Return a hospital's Chinese name, or the English one where it is not known.

    Args:
        name: The name in the world's table, such as "Hilly member 3".
        names: Chinese names of places, and of hospitals that have their own.
    """
    if name in names:
        return names[name]
    match = PATTERN.fullmatch(name)
    if match is None or match["place"] not in names:
        return name
    number = (match["number"] or "").strip()
    return f"{names[match['place']]}{ZH[match['rank']]}{number}"
