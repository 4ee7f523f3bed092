"""Hospitals of the shipped world: published counts per province, placed in cities by rule."""

from collections.abc import Iterator
from itertools import count, islice

from china_facts import largest_remainder, read

NATIONAL_LEAD = "Peking Union Medical College Hospital"
CORPS_LEAD = "Xinjiang Corps lead"
# Tertiary hospitals gather in the capital: its people count this many times (assumption).
CAPITAL_WEIGHT = 3


def hospitals(provinces: list[dict], cities: list[dict], network: list[dict]) -> list[dict]:
    """Return the rows of hospitals.csv: a pooled county row per city, then one row each.

    Args:
        provinces: Rows of provinces.csv.
        cities: Rows of cities.csv.
        network: Rows of network.csv.
    """
    listed = {(row["list"], row["province"]): int(row["hospitals"]) for row in network}
    centres = {}
    for row in read("centres"):
        centres.setdefault((row["province"], row["role"]), []).append(row["rank"])
    slots = {row["tier"]: float(row["slots"]) for row in read("slots_by_tier")}
    rows = []
    for province in provinces:
        own = [c for c in cities if c["province"] == province["province"]]
        rows += [_county(city, slots) for city in own]
        name = province["province"]
        before = listed["2019", name]
        sites = list(islice(_sites(name, own), listed["2024", name]))
        rows += _network(province, sites[:before], centres, slots)
        rows += _tertiary(province, own, before, sites[before:], slots["tertiary"])
    return rows


def _county(city: dict, slots: dict[str, float]) -> dict:
    return _row(
        f"{city['city']} county",
        city,
        "county",
        slots["county"] * city["population"] / 100_000,
        "assumption: all county-level hospitals of the city as one; slots_by_tier.csv",
    )


def _network(
    province: dict, sites: list[dict], centres: dict, slots: dict[str, float]
) -> list[dict]:
    """Return a province's members of 2019, leads first."""
    name = province["province"]
    roles = ["national"] * (name == "Beijing") + ["lead"] * int(province["leads"])
    roles += ["member"] * (len(sites) - len(roles))
    ranks = {role: iter(centres.get((name, role), [])) for role in set(roles)}
    numbers = {role: count(1) for role in set(roles)}
    place = "SEEN" if name == "Jiangsu" else "assumption: half in the capital, then by population"
    rows = []
    for role, city in zip(roles, sites, strict=True):
        rank = next(ranks[role], "")
        tier = "centre" if rank and role != "national" else role
        source = f"count per province SEEN (notices of 2019 and 2024); city {place}; slots assumed"
        hospital = _name(name, role, next(numbers[role]))
        rows.append(_row(hospital, city, tier, slots[tier], source, role, "2019", rank))
    return rows


def _tertiary(
    province: dict, own: list[dict], before: int, joiners: list[dict], slots: float
) -> list[dict]:
    """Return a province's other tertiary hospitals, those that join the network in 2024 first.

    Names that left the lists between 2019 and 2024 are not modelled: only net joiners are.
    """
    outside = max(int(province["hospitals_3a"]) - before, len(joiners), 1)
    weights = [c["population"] * (CAPITAL_WEIGHT if i == 0 else 1) for i, c in enumerate(own)]
    spread = largest_remainder(outside - len(joiners), weights)
    places = joiners + [c for c, times in zip(own, spread, strict=True) for _ in range(times)]
    rows = []
    for i, city in enumerate(places):
        joins = i < len(joiners)
        source = "3A hospitals per province GUESS (+-20%); city assumption: by population"
        if joins:
            source += "; joins with the list of 2024 (net joiners, their number SEEN)"
        rows.append(
            _row(
                f"{province['province']} tertiary {i + 1}",
                city,
                "tertiary",
                slots,
                source,
                role="member" if joins else "none",
                joined="2024" if joins else "",
            )
        )
    return rows


def _sites(province: str, own: list[dict]) -> Iterator[dict]:
    """Yield the city of each network hospital in turn, the lead's first.

    Jiangsu's are the real ones. Elsewhere every other one is in the capital, as about half of
    Jiangsu's are, and the others go round the remaining cities by population; so the lead of the
    Corps, the second of Xinjiang, is in the second city.
    """
    if province == "Jiangsu":
        have = {f["city_en"]: int(f["net_hosp_2019_2024"]) for f in read("jiangsu_cities")}
        for city in own:
            yield from [city] * have[city["city"]]
    rest = own[1:] or own
    for i in count():
        yield own[0]
        yield rest[i % len(rest)]


def _name(province: str, role: str, i: int) -> str:
    if role == "national":
        return NATIONAL_LEAD
    if role == "lead":
        return f"{province} lead" if i == 1 else CORPS_LEAD
    return f"{province} member {i}"


def _row(name, city, tier, slots, source, role="none", joined="", rank="") -> dict:
    return {
        "hospital": name,
        "city": city["city"],
        "province": city["province"],
        "tier": tier,
        "role": role,
        "joined": joined,
        "centre_rank": rank,
        "slots": round(slots),
        "tag": "GUESS",
        "source": source,
    }
