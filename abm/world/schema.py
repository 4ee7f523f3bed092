"""The tables of a world: every column, its meaning, its unit and what it may hold."""

from abm.world.columns import Column, choice, flag, month, provenance, real, share, text, whole
from abm.world.measured import MEASURED, SCALES, USES, WHO
from agents.codes import (
    DiagnosticTest,
    FirstSigns,
    NewbornPanel,
    ResponseClass,
    Role,
    Specialty,
    Tier,
)

BIRTHS_BEFORE, BIRTHS_AFTER = 80, 15
"""Years before and after a scenario's first that births must reach: onset cohorts go back 80 years,
and a scenario has 15 by default."""
DEAREST = 1_000_000_000
"""Yuan a year, thirty times what the dearest drug costs: a larger price is a slip."""
RICHEST = 1_000_000_000_000
"""Yuan a year: a larger budget of a foundation is a slip."""
MOST_VISITS = 1_000_000
"""Consultations a month for rare diseases: more in one hospital is a slip."""
MAY_BE_EMPTY = ("charities", "surveys", "targets")
"""Tables that may have no rows; so may the parameters of a world that takes another's."""


def _place() -> tuple[Column, ...]:
    return (
        real("lat", "latitude of the seat", "degrees north", low=-90, high=90),
        real("lon", "longitude of the seat", "degrees east", low=-180, high=180),
    )


COLUMNS: dict[str, tuple[Column, ...]] = {
    "provinces": (
        text("province", "English name", unique=True),
        text("province_zh", "Chinese name"),
        text("region", "part of the country"),
        whole("population", "residents", "persons", above=0),
        real("income_per_head", "disposable income per head", "yuan/year", above=0,
             high=1_000_000),
        real("gdp_per_head", "gross domestic product per head; not used by the model",
             "yuan/year", above=0, optional=True),
        share("urban_share", "share of residents living in towns"),
        *_place(),
        real("area_km2", "area; not used by the model", "km2", above=0, optional=True),
        whole("prefectures", "cities that the province has in cities.csv", low=1),
        whole("hospitals_3a", "tertiary hospitals of class A; not used by the model",
              optional=True),
        whole("leads", "provincial leads of the network, without the national lead", low=1),
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
        share("old_share", "share of residents aged 65 or older; empty: as the mean of the others",
              optional=True),
        *_place(),
        real("radius_km", "radius of a disc of its area", "km", above=0, high=10_000),
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
        text("joined", "network list with which it joins; empty: never", of="network.list",
             optional=True),
        whole("centre_rank", "rank among the nationally known centres; empty: none", low=1,
              optional=True, unique=True),
        real("slots", "consultations for rare diseases a month, all rare diseases together",
             "visits/month", high=MOST_VISITS),
        *provenance(),
    ),
    "network": (
        text("list", "name of a list of network hospitals; each adds to those above it"),
        text("province", "whose hospitals are counted", of="provinces.province"),
        whole("hospitals", "hospitals of the province on this list and those above it"),
        *provenance(),
    ),
    "diseases": (
        text("disease", "key", unique=True),
        text("name", "English name"),
        text("name_zh", "Chinese name"),
        flag("pooled", "1: a group of diseases not modelled one by one"),
        choice("specialty", "who can diagnose it", *Specialty.names()),
        whole("catalogue", "national catalogue it is on: 1 first, 2 second, 0 none", high=2),
        real("prevalence_per_100k", "patients alive, diagnosed or not", "per 100,000", above=0,
             high=100_000),
        real("prevalence_low", "its plausible range, from", "per 100,000", high=100_000),
        real("prevalence_high", "its plausible range, to", "per 100,000", high=100_000),
        real("onset_age", "mean age at the first symptoms", "years", high=100),
        share("share_child_onset", "share of onsets below 18"),
        flag("by_birth", "1: the onsets of a year follow the live births of the birth year"),
        share("male_share", "share of patients who are men or boys"),
        real("delay_median_years", "published median from onset to diagnosis", "years", above=0,
             high=100),
        choice("needs_test", "without which it cannot be diagnosed", *DiagnosticTest.names()),
        choice("first_signs", "how it shows at first: how soon care is sought",
               *FirstSigns.names()),
        whole("known_since", "from when it can be diagnosed at all", "year", low=1900, high=2200),
        whole("test_since", "from when its test is in use; without a test of no effect", "year",
              low=1900, high=2200),
        share("test_yield", "share of the cases that its test settles; an assay's is 1"),
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
        text("disease", "what it is for; a disease may have several drugs",
             of="diseases.disease"),
        month("approved", "first approval in the country"),
        month("listed", "entry into the reimbursement list, as it happened; empty: never",
              optional=True),
        real("price_before", "a year for a typical patient at list price", "yuan/year", above=0,
             high=DEAREST),
        real("price_after", "the same once listed", "yuan/year", above=0, high=DEAREST),
        flag("by_weight", "1: dosed by body weight"),
        real("price_weight", "body weight of the patient for whom the prices are quoted; empty: "
             "they are the mean over patients", "kg", above=0, high=1000, optional=True),
        share("eligible_share", "share of the patients for whom doctors would choose it; the "
              "others go on with older treatment"),
        choice("drug_response", "how well patients respond to it; empty: as the disease's "
               "response_class says", *ResponseClass.names(), optional=True),
        flag("older", "1: older treatment, which the disease's published course and the costs of "
             "supportive treatment already contain"),
        flag("paid_once", "1: its price is paid once, not year by year"),
        real("effect_years", "how long what is paid once works; empty where it is not", "years",
             above=0, high=100, optional=True),
        share("donated_share", "share of the list price that the donation programme gives as "
              "vials"),
        month("donation_from", "first month of the programme; empty: none", optional=True),
        month("donation_until", "last month of the programme", optional=True),
        *provenance(),
    ),
    "charities": (
        text("charity", "name", unique=True),
        text("province", "only for patients of this province; empty: of any",
             of="provinces.province", optional=True),
        text("city", "only for patients of this city; empty: of any", of="cities.city",
             optional=True),
        real("budget", "grants that it can give a year", "yuan/year", high=RICHEST),
        real("low", "plausible range of the budget, from", "yuan/year", high=RICHEST),
        real("high", "plausible range of the budget, to", "yuan/year", high=RICHEST),
        *provenance(),
    ),
    "births": (
        whole("year", "calendar year, rising; straight lines hold between the years given",
              low=1800, high=2200, unique=True),
        whole("births", "live births", "persons", above=0),
        whole("population", "residents", "persons", above=0),
        *provenance(),
    ),
    "surveys": (
        text("survey", "key of who was asked, when and how", unique=True),
        text("label", "the same in words"),
        month("asked", "month at whose end they were asked; before a scenario's first month: "
              "those alive when it begins"),
        choice("who", "ages at that time: children are below 18", *WHO),
        flag("alive", "1: only those alive then; 0: also who has died in the scenario since"),
        real("diagnosed_within", "only those diagnosed in so many years before: the recall "
             "window; empty: all diagnosed", "years", above=0, high=100, optional=True),
        share("share_children", "share of children among those asked; empty: as they are",
              optional=True),
        share("share_rural", "share living in the country; empty: as they are", optional=True),
        share("share_men", "share of men and boys; empty: as they are", optional=True),
        text("diseases", "mix of diseases: `prevalence` (as they are), `root` (in proportion to "
             "the square root of how many could answer), or diseases as `SMA_I; SMA_II_III`, "
             "each with `:weight` behind it where they differ"),
        whole("n", "persons or families asked", "persons", low=1),
        *provenance(),
    ),
    "targets": (
        text("target", "key of a published figure", unique=True),
        text("label", "the same in words"),
        text("unit", "unit of the figures; `months` or `years` for a delay", optional=True),
        text("survey", "who was asked; empty: read off the run's record", of="surveys.survey",
             optional=True),
        choice("measure", "how the figure is measured: experiments.validation.answers, .record",
               *MEASURED),
        text("of", "what it is measured of, as its measure needs: drugs or diseases with `;` "
             "between them, a register, a number of months", optional=True),
        text("place", "province to which it belongs; empty: the country",
             of="provinces.province", optional=True),
        month("since", "from which month, where the measure needs it", optional=True),
        month("until", "up to and with which month, where the measure needs it", optional=True),
        real("published", "published figure", "`unit`"),
        real("low", "band in which the simulated figure is to lie, from", "`unit`"),
        real("high", "band in which it is to lie, to", "`unit`"),
        real("error", "the survey's own sampling standard error", "`unit`"),
        real("discrepancy", "standard deviation of what model and survey differ in besides: "
             "frame, recall, definitions, what the model leaves out", "`unit`"),
        choice("scale", "scale on which errors are symmetrical", *SCALES),
        choice("use", "`fit`: parameters are fitted to it; `check`: it is predicted", *USES),
        flag("must", "1: every parameter set has to meet it; of a row with use `fit`"),
        *provenance(),
        text("why", "why it is missed, where it is", optional=True),
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
SETS: tuple[Column, ...] = (
    whole("set", "number of the set, 1 to as many as there are", low=1, unique=True),
)
"""What `parameter_sets.parquet`, which a world may lack, holds beside fitted parameters."""
VIEW: dict[str, tuple[Column, ...]] = {
    "tiles": (
        text(
            "province",
            "a province; once all have a tile, also another part of the map that is not simulated",
            unique=True,
        ),
        text("province_zh", "its Chinese name"),
        text("code", "a few letters for the tile"),
        whole("row", "row of the tile, from the top"),
        whole("column", "column of the tile, from the left"),
    ),
    "names": (
        text("name", "a region, a network list, or a hospital with a name of its own", unique=True),
        text("name_zh", "its Chinese name"),
    ),
    "policies": (
        text("policy", "name of one of the world's policies", unique=True),
        text("title_zh", "its title in Chinese"),
        text("summary_zh", "its summary in Chinese"),
    ),
}
"""Tables of the folder `view`, for the browser view only; a world may lack any of them."""
