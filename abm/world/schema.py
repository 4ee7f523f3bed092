"""The tables of a world: every column, its meaning, its unit and what it may hold."""

from abm.world.columns import Column, choice, flag, month, provenance, real, share, text, whole
from agents.codes import DiagnosticTest, NewbornPanel, ResponseClass, Role, Specialty, Tier

# Onset cohorts reach back 80 years from 2019; the longest scenario ends in 2034.
FIRST_BIRTHS, LAST_BIRTHS = 1939, 2034


def _place() -> tuple[Column, ...]:
    return (
        real("lat", "latitude of the seat", "degrees north", low=-90, high=90),
        real("lon", "longitude of the seat", "degrees east", low=-180, high=180),
    )


COLUMNS: dict[str, tuple[Column, ...]] = {
    "provinces": (
        text("province", "English name", unique=True),
        text("province_zh", "Chinese name"),
        choice("region", "part of the country", "East", "Central", "West", "Northeast"),
        whole("population", "residents", "persons", above=0),
        real("income_per_head", "disposable income per head", "yuan/year", above=0),
        real("gdp_per_head", "gross domestic product per head", "yuan/year", above=0),
        share("urban_share", "share of residents living in towns"),
        *_place(),
        real("area_km2", "area", "km2", above=0),
        whole("prefectures", "prefecture-level units, a municipality counting as one", low=1),
        whole("hospitals_3a", "tertiary hospitals of class A"),
        whole("network_2019", "hospitals in the collaboration network of 2019"),
        whole("network_2024", "hospitals in the collaboration network of 2024"),
        whole("leads", "provincial leads of the network, without the national lead"),
        *provenance(),
    ),
    "cities": (
        text("city", "name; a province's name and a number where the unit is not a real one",
             unique=True),
        text("city_zh", "Chinese name"),
        text("province", "its province", of="provinces.province"),
        whole("population", "residents; adds up to the province's", "persons", above=0),
        real("income_per_head", "disposable income per head; the mean by population is the "
             "province's", "yuan/year", above=0, high=1_000_000),
        share("urban_share", "share of residents living in towns; the mean by population is the "
              "province's"),
        *_place(),
        real("radius_km", "radius of a disc of its area", "km", above=0),
        *provenance(),
    ),
    "hospitals": (
        text("hospital", "name", unique=True),
        text("city", "where it stands", of="cities.city"),
        text("province", "where it stands", of="provinces.province"),
        choice("tier", "level; `county` pools all county-level hospitals of the city",
               *Tier.names()),
        choice("role", "place in the collaboration network while it is part of it",
               *Role.names()),
        whole("joined", "network list with which it joins: 2019 or 2024; empty: never", "year",
              low=2000, high=2100, optional=True),
        whole("centre_rank", "rank among the nationally known centres; empty: none", low=1,
              optional=True, unique=True),
        real("slots", "consultations for rare diseases a month, all rare diseases together",
             "visits/month"),
        *provenance(),
    ),
    "diseases": (
        text("disease", "key", unique=True),
        text("name", "English name"),
        text("name_zh", "Chinese name"),
        flag("pooled", "1: a group of diseases not modelled one by one"),
        choice("specialty", "who can diagnose it", *Specialty.names()),
        whole("catalogue", "national list it is on: 1 (2018), 2 (2023), 0 none", high=2),
        real("prevalence_per_100k", "patients alive, diagnosed or not", "per 100,000", above=0),
        real("prevalence_low", "its plausible range, from", "per 100,000"),
        real("prevalence_high", "its plausible range, to", "per 100,000"),
        real("onset_age", "mean age at the first symptoms", "years", high=100),
        share("share_child_onset", "share of onsets below 18"),
        flag("by_birth", "1: the onsets of a year follow the live births of the birth year"),
        share("male_share", "share of patients who are men or boys"),
        real("delay_median_years", "published median from onset to diagnosis", "years", above=0),
        choice("needs_test", "without which it cannot be diagnosed", *DiagnosticTest.names()),
        choice("newborn_screening", "could the newborn panel find it",
               NewbornPanel.NONE.label, NewbornPanel.POSSIBLE.label, NewbornPanel.IN_PLACE.label),
        choice("response_class", "how well patients respond to the drug", *ResponseClass.names()),
        flag("early_only", "1: only if started early"),
        real("mortality_untreated", "one over the mean untreated survival from onset",
             "per year", above=0, high=12),
        real("mortality_treated", "the same under treatment", "per year", above=0, high=12),
        real("early_mortality", "on top of it in the first `early_months` untreated", "per year",
             high=12),
        whole("early_months", "how long the early mortality lasts", "months", high=240),
        share("severity_start", "severity at onset"),
        real("severity_years", "from onset to severity 1, untreated", "years", above=0, high=100),
        *provenance(),
    ),
    "drugs": (
        text("drug", "key", unique=True),
        text("name", "substance"),
        text("disease", "what it is for; one row per disease that has a drug",
             of="diseases.disease", unique=True),
        month("approved", "first approval in China"),
        month("listed", "entry into the reimbursement list, as it happened; empty: never",
              optional=True),
        real("price_before", "a year for a typical patient at list price", "yuan/year", above=0),
        real("price_after", "the same once listed", "yuan/year", above=0),
        flag("by_weight", "1: dosed by body weight"),
        share("donated_share", "share of the list price that the donation programme gives as "
              "vials"),
        month("donation_from", "first month of the programme; empty: none", optional=True),
        month("donation_until", "last month of the programme", optional=True),
        *provenance(),
    ),
    "births": (
        whole("year", "calendar year", low=1800, high=2200, unique=True),
        whole("births", "live births", "persons", above=0),
        whole("population", "residents", "persons", above=0),
        *provenance(),
    ),
    "parameters": (
        text("name", "each of those in parameters.md, which has their units, meanings and limits",
             unique=True),
        real("value", "value", "the parameter's", low=float("-inf")),
        real("low", "plausible range, from", "the parameter's", low=float("-inf")),
        real("high", "plausible range, to", "the parameter's", low=float("-inf")),
        *provenance(),
    ),
}  # fmt: skip
