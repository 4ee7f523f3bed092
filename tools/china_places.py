"""Provinces, cities and hospitals of the shipped world, from the published counts.

What is published per province is kept; how it spreads inside a province is a documented rule
(GUESS) everywhere but in Jiangsu.
"""

import math
from itertools import chain, count, islice

from china_facts import CORPS, number, read

# Share of the province left by the capital that the city of rank r = 2, 3, ... holds: r ** -0.6.
POPULATION_EXPONENT = 0.6
# Income and urban share of the city of rank r relative to the capital: r ** -0.2 and r ** -0.1.
INCOME_EXPONENT = 0.2
URBAN_EXPONENT = 0.1
URBAN_CAP = 0.98
KM_PER_DEGREE = 111.2
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
# Tertiary hospitals gather in the capital: its people count this many times.
CAPITAL_WEIGHT = 3
NATIONAL_LEAD = "Peking Union Medical College Hospital"


def provinces() -> list[dict]:
    """Return the rows of provinces.csv; `leads` counts provincial leads, not the national one."""
    regions = {row["province"]: row for row in read("regions")}
    rows = []
    for fact in read("provinces"):
        name = fact["province_en"].split(" (")[0]
        leads = int(fact["net_lead_2024"]) - (name == "Beijing")
        rows.append(
            {
                "province": name,
                "province_zh": fact["province_zh"].split("(")[0],
                "region": fact["region"],
                "population": int(fact["pop_10k_2023"]) * 10_000,
                "income_per_head": fact["disp_income_pc_yuan_2023"],
                "gdp_per_head": fact["gdp_pc_yuan_2023"],
                "urban_share": round(float(fact["urban_pct_2023"]) / 100, 3),
                "lat": fact["capital_lat"],
                "lon": fact["capital_lon"],
                "area_km2": regions[name]["area_km2"],
                "prefectures": regions[name]["prefectures"],
                "hospitals_3a": fact["hosp3A_2019_est"],
                "network_2019": fact["net_hosp_2019"],
                "network_2024": fact["net_hosp_2024"],
                "leads": leads,
                "tag": "GUESS",
                "source": f"2023; population {fact['tag_pop']}, income {fact['tag_income']}, GDP "
                f"{fact['tag_gdp']}, urban share {fact['tag_urban']}, area and prefectures KNOWN, "
                f"network {fact['tag_network']} (notices of 2019 and 2024), 3A hospitals "
                f"{fact['tag_3A']} (+-20%); facts/provinces.csv, facts/regions.csv",
            }
        )
    return rows


def cities(provinces: list[dict]) -> list[dict]:
    """Return the rows of cities.csv: the capital first, then by population."""
    regions = {row["province"]: row for row in read("regions")}
    return list(
        chain.from_iterable(
            _jiangsu(p) if p["province"] == "Jiangsu" else _by_rank(p, regions[p["province"]])
            for p in provinces
        )
    )


def _by_rank(province: dict, region: dict) -> list[dict]:
    """Split a province over its prefectures by rank; positions on a spiral round the capital."""
    n = int(region["prefectures"])
    total = province["population"]
    capital = int(float(region["capital_pop_10k_2023"]) * 10_000) if n > 1 else total
    rest = [rank**-POPULATION_EXPONENT for rank in range(2, n + 1)]
    population = [capital, *largest_remainder(total - capital, rest)]
    income = rescale(
        [rank**-INCOME_EXPONENT for rank in range(1, n + 1)],
        population,
        float(province["income_per_head"]),
    )
    urban = rescale(
        [rank**-URBAN_EXPONENT for rank in range(1, n + 1)],
        population,
        province["urban_share"],
        URBAN_CAP,
    )
    area = float(province["area_km2"])
    whole = n == 1
    rows = []
    for i, (lat, lon) in enumerate(_spiral(province, n)):
        rows.append(
            {
                "city": region["capital"] if i == 0 else f"{province['province']} {i + 1}",
                "city_zh": region["capital_zh"] if i == 0 else f"{province['province_zh']}{i + 1}",
                "province": province["province"],
                "population": population[i],
                "income_per_head": number(income[i], 1),
                "urban_share": number(urban[i], 4),
                "lat": lat,
                "lon": lon,
                "radius_km": number(math.sqrt(area / n / math.pi), 1),
                "tag": "KNOWN" if whole else "GUESS",
                "source": "municipality: the province's figures"
                if whole
                else "population KNOWN (+-2%), the rest assumption: rank-size rule, capital"
                if i == 0
                else f"assumption: rank-size rule, rank {i + 1}; not a real city",
            }
        )
    return rows


def _spiral(province: dict, n: int) -> list[tuple[float, float]]:
    """Return n positions: the capital, then a sunflower spiral over a disc of the same area."""
    lat0, lon0 = float(province["lat"]), float(province["lon"])
    reach = math.sqrt(float(province["area_km2"]) / math.pi)
    places = []
    for i in range(n):
        distance, angle = reach * math.sqrt(i / n), i * GOLDEN_ANGLE
        lat = lat0 + distance * math.sin(angle) / KM_PER_DEGREE
        lon = lon0 + distance * math.cos(angle) / (KM_PER_DEGREE * math.cos(math.radians(lat0)))
        places.append((number(lat, 3), number(lon, 3)))
    return places


def _jiangsu(province: dict) -> list[dict]:
    """Return the 13 real cities, populations and incomes rescaled to the provincial figures."""
    extra = {row["city_en"]: row for row in read("jiangsu_extra")}
    facts = read("jiangsu_cities")
    facts[1:] = sorted(facts[1:], key=lambda f: -float(f["pop_10k_2023"]))
    population = largest_remainder(
        province["population"], [float(f["pop_10k_2023"]) for f in facts]
    )
    income = rescale(
        [float(f["disp_income_pc_yuan_2023"]) for f in facts],
        population,
        float(province["income_per_head"]),
    )
    urban = rescale(
        [float(extra[f["city_en"]]["urban_pct_2023"]) for f in facts],
        population,
        province["urban_share"],
    )
    rows = []
    for i, fact in enumerate(facts):
        area = float(extra[fact["city_en"]]["area_km2"])
        known = "KNOWN" if fact["tag_income"].startswith("SEEN") else "GUESS"
        rows.append(
            {
                "city": fact["city_en"],
                "city_zh": fact["city_zh"],
                "province": "Jiangsu",
                "population": population[i],
                "income_per_head": number(income[i], 1),
                "urban_share": number(urban[i], 4),
                "lat": fact["lat"],
                "lon": fact["lon"],
                "radius_km": number(math.sqrt(area / math.pi), 1),
                "tag": known,
                "source": f"population KNOWN (+-1%), income {fact['tag_income']}, both rescaled to "
                "the provincial figure; urban share and area KNOWN; facts/jiangsu_cities.csv, "
                "facts/jiangsu_extra.csv",
            }
        )
    return rows


def hospitals(provinces: list[dict], cities: list[dict]) -> list[dict]:
    """Return the rows of hospitals.csv: a pooled county row per city, then one row each."""
    centres = {}
    for row in read("centres"):
        centres.setdefault((row["province"], row["role"]), []).append(row["rank"])
    slots = {row["tier"]: float(row["slots"]) for row in read("slots_by_tier")}
    rows = []
    for province in provinces:
        own = [c for c in cities if c["province"] == province["province"]]
        rows += [_county(city, slots) for city in own]
        rows += _network(province, own, centres, slots)
    return rows


def _county(city: dict, slots: dict[str, float]) -> dict:
    return _row(
        f"{city['city']} county",
        city,
        "county",
        round(slots["county"] * city["population"] / 100_000),
        "assumption: all county-level hospitals of the city as one; slots_by_tier.csv",
    )


def _network(province: dict, own: list[dict], centres: dict, slots: dict[str, float]) -> list[dict]:
    """Return a province's network, and its other tertiary hospitals with the joiners of 2024.

    Names that left the lists between 2019 and 2024 are not modelled: only net joiners are.
    """
    name = province["province"]
    before, after = int(province["network_2019"]), int(province["network_2024"])
    sites = list(islice(_sites(name, own), after))
    roles = ["national"] * (name == "Beijing") + ["lead"] * int(province["leads"])
    roles += ["member"] * (before - len(roles))
    # Copies: each rank is given once.
    ranks = {role: list(centres.get((name, role), [])) for role in ("national", "lead", "member")}
    rows, numbers = [], {role: count(1) for role in ("lead", "member")}
    for role, city in zip(roles, sites, strict=False):
        rank = ranks[role].pop(0) if ranks[role] else ""
        tier = "national" if role == "national" else "centre" if rank else role
        rows.append(
            _row(
                _name(name, role, numbers),
                city,
                tier,
                round(slots[tier]),
                "count per province SEEN (notices of 2019 and 2024); city: "
                + (
                    "SEEN for Jiangsu"
                    if name == "Jiangsu"
                    else "assumption: half in the capital, then by population"
                )
                + "; slots assumed",
                role=role,
                joined="2019",
                rank=rank,
            )
        )
    joiners = sites[before:]
    others = max(int(province["hospitals_3a"]) - before, len(joiners), 1)
    weights = [c["population"] * (CAPITAL_WEIGHT if i == 0 else 1) for i, c in enumerate(own)]
    spread = largest_remainder(others - len(joiners), weights)
    places = joiners + [c for c, times in zip(own, spread, strict=True) for _ in range(times)]
    for i, city in enumerate(places):
        joins = i < len(joiners)
        rows.append(
            _row(
                f"{name} tertiary {i + 1}",
                city,
                "tertiary",
                round(slots["tertiary"]),
                "count of 3A hospitals per province GUESS (+-20%); city: assumption: by population"
                + ("; joins with the list of 2024 (net joiners, count SEEN)" if joins else ""),
                role="member" if joins else "none",
                joined="2024" if joins else "",
            )
        )
    return rows


def _sites(province: str, own: list[dict]):
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


def _name(province: str, role: str, numbers: dict) -> str:
    if role == "national":
        return NATIONAL_LEAD
    i = next(numbers[role])
    if role == "lead":
        return f"{province} lead" if i == 1 else CORPS
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
        "slots": slots,
        "tag": "GUESS",
        "source": source,
    }


def largest_remainder(total: int, weights: list[float]) -> list[int]:
    """Split a whole number in proportion to weights, exactly; ties go to the first."""
    if not weights:
        return []
    exact = [total * w / sum(weights) for w in weights]
    parts = [math.floor(x) for x in exact]
    order = sorted(range(len(weights)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def rescale(values, weights, mean, cap=math.inf) -> list[float]:
    """Scale values so that their weighted mean is `mean`, none above `cap`."""
    low, high = 0.0, max(mean, cap if cap < math.inf else mean) / min(values) * 2
    total = sum(weights)
    for _ in range(200):
        factor = (low + high) / 2
        scaled = [min(v * factor, cap) for v in values]
        if sum(v * w for v, w in zip(scaled, weights, strict=True)) < mean * total:
            low = factor
        else:
            high = factor
    return scaled
