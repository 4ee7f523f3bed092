"""Provinces and cities of the shipped world, from the published counts.

What is published per province is kept; how it spreads inside a province is a documented rule
(GUESS) everywhere but in Jiangsu.
"""

import math
from itertools import chain

from china_facts import largest_remainder, number, read

# Share of the province left by the capital that the city of rank r = 2, 3, ... holds: r ** -0.6.
POPULATION_EXPONENT = 0.6
# Income and urban share of the city of rank r relative to the capital: r ** -0.2 and r ** -0.1,
# which gives capitals about 1.4 times the provincial income (Chengdu, Wuhan: 1.5) and no city an
# urban share of 1.
INCOME_EXPONENT = 0.2
URBAN_EXPONENT = 0.1
# Share of the old relative to the capital: r ** 0.1, which makes capitals about a sixth younger
# than their provinces (census 2020, from memory: Wuhan 11.8 of 14.6 %, Jinan 14.1 of 15.1,
# Zhengzhou 9.0 of 13.5).
OLD_EXPONENT = 0.1
KM_PER_DEGREE = 111.2
NOTICES = {"2019": "国卫办医函〔2019〕157号", "2024": "国卫办医政函〔2024〕64号"}
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


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
                "leads": leads,
                "tag": "GUESS",
                "source": f"2023; population {fact['tag_pop']}, income {fact['tag_income']}, GDP "
                f"{fact['tag_gdp']}, urban share {fact['tag_urban']}, area and prefectures KNOWN, "
                f"leads {fact['tag_network']} (notices of 2019 and 2024), 3A hospitals "
                f"{fact['tag_3A']} (+-20%); facts/provinces.csv, facts/regions.csv",
            }
        )
    return rows


def network() -> list[dict]:
    """Return the rows of network.csv: hospitals by list and province."""
    return [
        {
            "list": year,
            "province": fact["province_en"].split(" (")[0],
            "hospitals": fact[f"net_hosp_{year}"],
            "tag": fact["tag_network"],
            "source": f"notice {notice}; facts/provinces.csv",
        }
        for year, notice in NOTICES.items()
        for fact in read("provinces")
    ]


def cities(provinces: list[dict]) -> list[dict]:
    """Return the rows of cities.csv: the capital first, then by population."""
    regions = {row["province"]: row for row in read("regions")}
    old = {row["province"]: float(row["old_pct_2020"]) / 100 for row in read("ageing")}
    return list(
        chain.from_iterable(
            _jiangsu(p, old[p["province"]])
            if p["province"] == "Jiangsu"
            else _by_rank(p, regions[p["province"]], old[p["province"]])
            for p in provinces
        )
    )


def _by_rank(province: dict, region: dict, old_share: float) -> list[dict]:
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
    )
    old = rescale([rank**OLD_EXPONENT for rank in range(1, n + 1)], population, old_share)
    radius = math.sqrt(float(province["area_km2"]) / n / math.pi)
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
                "old_share": number(old[i], 4),
                "lat": lat,
                "lon": lon,
                "radius_km": number(radius, 1),
                "tag": "KNOWN" if n == 1 else "GUESS",
                "source": _city_source(i, n),
            }
        )
    return rows


def _city_source(i: int, n: int) -> str:
    if n == 1:
        return "municipality: the province's figures; old share KNOWN, facts/ageing.csv"
    if i == 0:
        return (
            "capital: population KNOWN (+-2%), facts/regions.csv; income, urban and old "
            "share assumption: rank-size rule"
        )
    return f"assumption: rank-size rule, rank {i + 1} on a spiral round the capital; no real city"


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


def _jiangsu(province: dict, old_share: float) -> list[dict]:
    """Return the 13 real cities, populations and incomes rescaled to the provincial figures.

    Of the old, cities without a figure of their own share what the others leave of the province's.
    """
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
    scale = income[0] / float(facts[0]["disp_income_pc_yuan_2023"])
    urban = rescale(
        [float(extra[f["city_en"]]["urban_pct_2023"]) for f in facts],
        population,
        province["urban_share"],
    )
    known = [extra[f["city_en"]]["old_pct_2020"] for f in facts]
    counted = sum(n * float(k) / 100 for n, k in zip(population, known, strict=True) if k)
    uncounted = sum(n for n, k in zip(population, known, strict=True) if not k)
    rest = (old_share * province["population"] - counted) / uncounted
    rows = []
    for i, fact in enumerate(facts):
        area = float(extra[fact["city_en"]]["area_km2"])
        rows.append(
            {
                "city": fact["city_en"],
                "city_zh": fact["city_zh"],
                "province": "Jiangsu",
                "population": population[i],
                "income_per_head": number(income[i], 1),
                "urban_share": number(urban[i], 4),
                "old_share": number(float(known[i]) / 100 if known[i] else rest, 4),
                "lat": fact["lat"],
                "lon": fact["lon"],
                "radius_km": number(math.sqrt(area / math.pi), 1),
                "tag": "CALC" if fact["tag_income"].startswith("SEEN") else "GUESS",
                "source": f"population KNOWN (+-1%); income {fact['tag_income']}, x {scale:.3f} so "
                "that the mean is the provincial figure; urban share KNOWN, likewise; area KNOWN; "
                f"old share {'KNOWN' if known[i] else 'CALC: the rest of the province'}; "
                "facts/jiangsu_cities.csv, facts/jiangsu_extra.csv",
            }
        )
    return rows


def rescale(values: list[float], weights: list[int], mean: float) -> list[float]:
    """Scale values so that their weighted mean is `mean`."""
    present = sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)
    return [v * mean / present for v in values]
