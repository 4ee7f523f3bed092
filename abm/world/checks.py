"""What must hold between the columns and between the tables of a world."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from abm.errors import UserError
from abm.world.reading import Rows
from abm.world.schema import BIRTHS_AFTER, BIRTHS_BEFORE
from abm.world.target_checks import check_surveys, check_targets
from agents.codes import ResponseClass

# Cities carry rounded figures: their mean may miss the province's by this much.
MEAN_TOLERANCE = {"income_per_head": (0.005, 0.0), "urban_share": (0.0, 0.005)}


def check_consistency(tables: Mapping[str, Rows], first_year: int) -> None:
    """Check everything that a single field cannot show.

    Args:
        tables: The tables of a world by name, each field already checked.
        first_year: The calendar year in which a scenario begins.

    Raises:
        UserError: Naming file, row, column and what was expected.
    """
    _network(tables["network"])
    _cities(tables["cities"], tables["provinces"])
    _hospitals(tables["hospitals"], tables["cities"], tables["provinces"])
    _counts(tables["hospitals"], tables["provinces"], tables["network"])
    _diseases(tables["diseases"])
    _drugs(tables["drugs"], tables["diseases"])
    _charities(tables["charities"], tables["cities"])
    _births(tables["births"], first_year)
    _range(tables["targets"], "published")
    diseases, drugs = tables["diseases"].frame, tables["drugs"].frame
    check_surveys(tables["surveys"], diseases)
    check_targets(tables["targets"], diseases, drugs)


def _network(rows: Rows) -> None:
    frame = rows.frame
    rows.require(
        ~frame.duplicated(["list", "province"]), "province", "each province only once for a list"
    )
    rows.require(frame["list"].ne("none"), "list", "another name, as none stands for no network")
    before = frame.groupby("province")["hospitals"].shift(fill_value=0)
    rows.require(
        frame["hospitals"] >= before,
        "hospitals",
        lambda row: f"at least {before[row.name]}, as on the list before",
    )


def _cities(rows: Rows, provinces: Rows) -> None:
    """Cities add up to their province."""
    grouped = rows.frame.groupby("province")
    for i, province in provinces.frame.iterrows():
        name = province["province"]
        if name not in grouped.groups:
            raise provinces.refuse(i, "province", "a province with rows in cities.csv")
        own = grouped.get_group(name)
        weights = own["population"]
        _compare(rows, own, province, "city", "prefectures", "number", len(own))
        _compare(rows, own, province, "population", "population", "sum", weights.sum())
        for column, (relative, absolute) in MEAN_TOLERANCE.items():
            mean = np.average(own[column], weights=weights)
            close = np.isclose(mean, province[column], rtol=relative, atol=absolute)
            found = province[column] if close else mean
            _compare(rows, own, province, column, column, "mean by population", found)


def _compare(
    rows: Rows,
    own: pd.DataFrame,
    province: pd.Series,
    column: str,
    of: str,
    what: str,
    found: float,
) -> None:
    """Refuse the rows of a province that together do not give its figure."""
    if found != province[of]:
        first, last = rows.lines[own.index[0]], rows.lines[own.index[-1]]
        raise UserError(
            f"{rows.file}, rows {first} to {last}, column {column}: the {what} over "
            f"{province['province']} is {found:.12g}, expected {province[of]:.12g} as in "
            f"provinces.csv, column {of}"
        )


def _hospitals(rows: Rows, cities: Rows, provinces: Rows) -> None:
    frame = rows.frame
    home = frame["city"].map(cities.frame.set_index("city")["province"])
    rows.require(
        frame["province"] == home,
        "province",
        lambda row: f"{home[row.name]!r}, where {row['city']} lies in cities.csv",
    )
    _network_roles(rows)
    county = frame[frame["tier"] == "county"]
    extra = frame["hospital"].isin(county.loc[county["city"].duplicated(), "hospital"])
    rows.require(~extra, "city", "one pooled county row per city")
    bare = ~cities.frame["city"].isin(county["city"])
    cities.require(~bare, "city", "a city with a row of tier county in hospitals.csv")


def _counts(rows: Rows, provinces: Rows, network: Rows) -> None:
    """Hospitals add up to the provinces' leads and to the lists of the network."""
    frame = rows.frame
    leads = frame[frame["role"] == "lead"].groupby("province").size()
    for i, province in provinces.frame.iterrows():
        found = leads.get(province["province"], 0)
        if found != province["leads"]:
            raise provinces.refuse(i, "leads", f"{found}, as in the rows of hospitals.csv")
    lists = list(network.frame["list"].unique())
    joined = frame["joined"].map({name: k for k, name in enumerate(lists)})
    for i, row in network.frame.iterrows():
        here = frame["province"].eq(row["province"])
        found = (here & joined.le(lists.index(row["list"]))).sum()
        if found != row["hospitals"]:
            raise network.refuse(i, "hospitals", f"{found}, as in the rows of hospitals.csv")
    counted = set(zip(network.frame["list"], network.frame["province"], strict=True))
    pairs = zip(frame["joined"], frame["province"], strict=True)
    rows.require(
        [not name or (name, province) in counted for name, province in pairs],
        "joined",
        lambda row: f"a list with a row for {row['province']} in network.csv",
    )


def _network_roles(rows: Rows) -> None:
    """Tier, role, year of joining and rank go together."""
    frame = rows.frame
    outside = frame["role"] == "none"
    rows.require(outside | frame["tier"].ne("county"), "role", "none, as its tier is county")
    for tier, role in (("member", "member"), ("lead", "lead"), ("national", "national")):
        rows.require(
            frame["tier"].ne(tier) | frame["role"].eq(role),
            "role",
            f"{role}, as its tier is {tier}",
        )
    rows.require(
        frame["tier"].ne("centre") | ~outside,
        "role",
        "member or lead, as its tier is centre",
    )
    rows.require(
        frame["role"].ne("national") | frame["tier"].eq("national"),
        "tier",
        "national, as its role is national",
    )
    national = frame["role"] == "national"
    if not national.any():
        raise UserError(
            f"{rows.file}, column role: no hospital is the national lead, expected one row with "
            "role and tier national"
        )
    rows.require(~(national & national.cumsum().gt(1)), "role", "only one national lead")
    rows.require(
        outside == frame["joined"].eq(""),
        "joined",
        lambda row: (
            "an empty field, as its role is none"
            if row["role"] == "none"
            else f"a list of network.csv, as its role is {row['role']}"
        ),
    )
    known = frame["tier"].isin(["centre", "national"])
    rows.require(
        known == frame["centre_rank"].notna(),
        "centre_rank",
        lambda row: (
            "a rank"
            if row["tier"] in ("centre", "national")
            else f"an empty field, as its tier is {row['tier']}"
        ),
    )


def _diseases(rows: Rows) -> None:
    frame = rows.frame
    rows.require(
        frame["prevalence_low"] <= frame["prevalence_per_100k"],
        "prevalence_low",
        lambda row: f"at most prevalence_per_100k ({row['prevalence_per_100k']:g})",
    )
    rows.require(
        frame["prevalence_high"] >= frame["prevalence_per_100k"],
        "prevalence_high",
        lambda row: f"at least prevalence_per_100k ({row['prevalence_per_100k']:g})",
    )
    rows.require(
        frame["mortality_treated"] <= frame["mortality_untreated"],
        "mortality_treated",
        lambda row: f"at most mortality_untreated ({row['mortality_untreated']:g})",
    )
    rows.require(
        frame["early_mortality"].gt(0) == frame["early_months"].gt(0),
        "early_months",
        "above 0 where early_mortality is, else 0",
    )
    rows.require(
        ~(frame["early_only"].eq(1) & frame["response_class"].eq("none")),
        "early_only",
        "0, as its response_class is none",
    )


def _drugs(rows: Rows, diseases: Rows) -> None:
    frame = rows.frame
    pooled = frame["disease"].map(diseases.frame.set_index("disease")["pooled"])
    rows.require(pooled.eq(0), "disease", "a disease that is not pooled")
    rows.require(
        ~frame["listed"].lt(frame["approved"]), "listed", "a month not before its approval"
    )
    rows.require(
        frame["price_after"] <= frame["price_before"],
        "price_after",
        lambda row: f"at most price_before ({row['price_before']:g})",
    )
    rows.require(
        frame["listed"].notna() | frame["price_after"].eq(frame["price_before"]),
        "price_after",
        lambda row: f"price_before ({row['price_before']:g}), as it was never listed",
    )
    rows.require(
        frame["price_weight"].isna() | frame["by_weight"].eq(1),
        "price_weight",
        "an empty field, as by_weight is 0",
    )
    rows.require(
        frame["effect_years"].notna() == frame["paid_once"].eq(1),
        "effect_years",
        lambda row: (
            "years, as paid_once is 1" if row["paid_once"] else "an empty field, as paid_once is 0"
        ),
    )
    rows.require(
        ~(frame["older"].eq(1) & frame["paid_once"].eq(1)), "older", "0, as paid_once is 1"
    )
    newer = frame["disease"].map(diseases.frame.set_index("disease")["response_class"])
    order = list(ResponseClass.names())
    weaker = np.array([
        own != "" and order.index(own) > order.index(other)
        for own, other in zip(frame["drug_response"], newer, strict=True)
    ])  # fmt: skip
    rows.require(
        frame["older"].eq(0) | weaker,
        "drug_response",
        lambda row: f"less than the {newer[row.name]} of {row['disease']}, as older is 1",
    )
    donated = frame["donated_share"] > 0
    for column in ("donation_from", "donation_until"):
        rows.require(
            donated == frame[column].notna(),
            column,
            lambda row: (
                "a month, as donated_share is above 0"
                if row["donated_share"] > 0
                else "an empty field, as donated_share is 0"
            ),
        )
    rows.require(
        ~frame["donation_until"].lt(frame["donation_from"]),
        "donation_until",
        "a month not before donation_from",
    )


def _charities(rows: Rows, cities: Rows) -> None:
    frame = rows.frame
    home = frame["city"].map(cities.frame.set_index("city")["province"]).fillna("")
    rows.require(
        frame["city"].eq("") | frame["province"].eq("") | frame["province"].eq(home),
        "province",
        lambda row: f"{home[row.name]} or an empty field, as it is for {row['city']}",
    )
    _range(rows, "budget")


def _births(rows: Rows, first_year: int) -> None:
    frame = rows.frame
    years = frame["year"].to_numpy()
    rows.require(
        np.concatenate([[True], np.diff(years) > 0]), "year", "a year after that of the row above"
    )
    if years[0] > first_year - BIRTHS_BEFORE:
        expected = f"a first year of {first_year - BIRTHS_BEFORE} or earlier"
        raise rows.refuse(0, "year", expected)
    if years[-1] < first_year + BIRTHS_AFTER:
        raise rows.refuse(-1, "year", f"a last year of {first_year + BIRTHS_AFTER} or later")
    rows.require(
        frame["births"] < frame["population"],
        "births",
        lambda row: f"less than population ({row['population']})",
    )


def _range(rows: Rows, column: str) -> None:
    """Refuse a figure that lies outside its range."""
    frame = rows.frame
    rows.require(
        frame["low"] <= frame[column],
        "low",
        lambda row: f"at most {column} ({row[column]:g})",
    )
    rows.require(
        frame["high"] >= frame[column],
        "high",
        lambda row: f"at least {column} ({row[column]:g})",
    )
