"""The course of each disease: from published survival and prevalence to hazards and onsets.

The tables give mean survival; the rules need a hazard at severity 0 that rises with severity. The
tables give prevalence; the population needs onsets by month. Both are worked out here, once.
"""

import numpy as np
import pandas as pd

from abm.setup.population import mean_weight
from abm.world import World
from agents.codes import DiagnosticTest, FirstSigns, NewbornPanel, ResponseClass, Specialty
from agents.core.parameters import Parameters
from agents.core.record import NEVER, Rows
from agents.records.disease import DiseaseRow
from agents.records.drug import DrugRow

HORIZON = 1200
"""Months over which survival curves are worked out."""


def disease_rows(world: World) -> Rows[DiseaseRow]:
    """Return the diseases' records, one row per row of `diseases.csv`."""
    table, params = world.diseases, world.parameters
    rows = DiseaseRow.array(len(table))
    rows["delay"] = table["delay_median_years"] * 12.0
    relative = table["delay_median_years"] / params["difficulty_reference_delay"]
    rows["difficulty"] = params["difficulty_level"] + params["difficulty_slope_on_delay"] * np.log(
        relative
    )
    signs = [FirstSigns.of(word) for word in table["first_signs"]]
    rows["quiet"] = [params[f"quiet_{sign.label}"] for sign in signs]
    rows["seeking"] = [
        1.0 if sign == FirstSigns.PERSISTENT else params[f"{sign.label}_seeking_ratio"]
        for sign in signs
    ]
    rows["known"] = 12 * (table["known_since"] - world.first_year)
    rows["test_since"] = 12 * (table["test_since"] - world.first_year)
    rows["test_yield"] = settled = table["test_yield"]
    # The published ratio is of all cases without the test over all with it, settled or not.
    ratio = params["diagnosis_without_test"]
    rows["without_test"] = ratio * settled / (1.0 - ratio * (1.0 - settled))
    rows["severity_start"] = table["severity_start"]
    rows["growth"] = (1.0 - table["severity_start"]) / (12.0 * table["severity_years"])
    rows["steep"] = params["hazard_log_ratio"]
    rows["early_hazard"] = table["early_mortality"] / 12.0
    rows["early_months"] = table["early_months"]
    responses = [ResponseClass.of(r) for r in table["response_class"]]
    rows["response"] = responses
    rows["effect"] = [by_response(params, "effect", response) for response in responses]
    rows["early_only"] = table["early_only"]
    rows["onset_age"] = table["onset_age"]
    rows["share_child"] = table["share_child_onset"]
    rows["male"] = table["male_share"]
    rows["prevalence"] = table["prevalence_per_100k"]
    rows["specialty"] = [Specialty.of(s) for s in table["specialty"]]
    rows["test"] = [DiagnosticTest.of(t) for t in table["needs_test"]]
    rows["catalogue"] = table["catalogue"]
    rows["pooled"] = table["pooled"]
    rows["first_drug"] = -1
    found = params["newborn_screening_sensitivity"]
    screened = np.array([NewbornPanel.of(panel) for panel in table["newborn_screening"]])
    today, possible = screened == NewbornPanel.IN_PLACE, screened != NewbornPanel.NONE
    rows["screened"][:, NewbornPanel.IN_PLACE] = np.where(today, found, 0.0)
    rows["screened"][:, NewbornPanel.POSSIBLE] = np.where(possible, found, 0.0)
    for row, disease, untreated, treated in zip(
        rows,
        table["disease"],
        table["mortality_untreated"],
        table["mortality_treated"],
        strict=True,
    ):
        older = _most_effective(world, disease, world.drugs["older"].eq(1))
        months = (12.0 / max(untreated, 1e-6), 12.0 / max(treated, 1e-6))
        _set_course(row, older, *months, params)
        row.shortfall = shortfall(row, params)
    return rows


def _set_course(
    row: DiseaseRow, older: float, untreated: float, treated: float, params: dict[str, float]
) -> None:
    """Fit growth and hazards of a disease to its published course.

    The published course without the disease's drug is that under older treatment, where a drug
    stands for that: without either, severity grows faster and the hazard is higher.

    Args:
        row: The disease, with the published growth of severity; filled in place.
        older: Effect of its older drug, 0 without one.
        untreated: Mean survival published without its drug, months.
        treated: The same under its drug.
        params: The parameters.
    """
    under_older = 1.0 - _mean_response(params) * older
    row.growth /= under_older
    published = _hazard_at_onset(row, under_older, untreated)
    slower = 1.0 - _mean_response(params) * row.effect
    under_treatment = _hazard_at_onset(row, slower, treated)
    part = older / row.effect if row.effect > 0.0 else 0.0  # of the drug's effect on the hazard
    row.hazard = (published - part * under_treatment) / (1.0 - part)
    row.treated_ratio = min(1.0, under_treatment / row.hazard)


def _most_effective(world: World, disease: str, of_them: pd.Series) -> float:
    """Return the highest effect of some of a disease's drugs, 0 without any."""
    its = world.drug_responses[of_them & world.drugs["disease"].eq(disease)]
    effects = (by_response(world.parameters, "effect", ResponseClass.of(c)) for c in its)
    return max(effects, default=0.0)


def _mean_response(params: dict[str, float]) -> float:
    """Return the mean of patients' own responses, a draw between the lowest and the full one."""
    return 0.5 * (1.0 + params["lowest_response"])


def _severity(row: DiseaseRow, months: np.ndarray) -> np.ndarray:
    """Return severity untreated, months after onset."""
    return np.minimum(1.0, row.severity_start + row.growth * months)


def _hazard_at_onset(row: DiseaseRow, slower: float, mean_survival: float) -> float:
    """Return the hazard at severity 0 that makes mean survival come out, 1/month.

    `slower` is the growth of severity over the untreated one.

    Bisection on the mean of the survival curve of a hazard h * exp(steep * severity); beyond the
    horizon of 100 years the hazard is constant, so the rest is the exponential's mean.
    """
    relative = np.exp(row.steep * _severity(row, slower * (np.arange(HORIZON) + 0.5)))
    total = np.cumsum(relative)
    last = np.exp(row.steep)
    low, high = 1e-9, 2.0
    for _ in range(80):
        middle = np.sqrt(low * high)
        curve = np.exp(-middle * total)
        mean = 0.5 + curve[:-1].sum() + curve[-1] / (middle * last)
        low, high = (middle, high) if mean > mean_survival else (low, middle)
    return float(np.sqrt(low * high))


def natural_survival(age: float, params: dict[str, float]) -> np.ndarray:
    """Return the probability of not having died of other causes, by month after an age in years.

    Gompertz (1825).
    """
    a, b = params["mortality_at_birth"], params["mortality_growth_per_year"]
    years = np.arange(HORIZON) / 12.0
    return np.exp(-a / b * np.exp(b * age) * np.expm1(b * years))


def survival(row: DiseaseRow, params: dict[str, float], effect: float) -> np.ndarray:
    """Return the share alive by month after onset with the mean response to a drug's effect.

    Untreated where it is 0.
    """
    months = np.arange(HORIZON)
    slower = 1.0 - _mean_response(params) * effect
    less = 1.0
    if effect > 0.0:  # no rounding where the drug is the disease's
        less = row.treated_ratio + (1.0 - effect / row.effect) * (1.0 - row.treated_ratio)
    hazard = row.hazard * np.exp(row.steep * _severity(row, months * slower)) * less
    if effect == 0.0:
        hazard = hazard + row.early_hazard * (months < row.early_months)
    return np.exp(-np.concatenate([[0.0], np.cumsum(hazard)[:-1]])) * natural_survival(
        row.onset_age, params
    )


def shortfall(row: DiseaseRow, params: dict[str, float]) -> float:
    """Return which share of the healthy life left at onset the untreated illness takes, 0-1.

    The proportional shortfall in QALYs, not discounted (Stolk et al. 2004, *PharmacoEconomics*
    22:1097), of somebody of the mean age at onset.
    """
    months = np.arange(HORIZON)
    older = np.maximum(0.0, row.onset_age + months / 12.0 - params["full_utility_until"])
    full = np.maximum(0.0, 1.0 - params["utility_loss_per_year_of_age"] * older)
    ill = 1.0 - params["utility_loss_at_full_severity"] * _severity(row, months)
    healthy = (natural_survival(row.onset_age, params) * full).sum()
    return float(1.0 - (survival(row, params, 0.0) * full * ill).sum() / healthy)


def drug_rows(world: World) -> Rows[DrugRow]:
    """Return the drugs' records, one row per row of `drugs.csv`."""
    table, params = world.drugs, world.parameters
    rows = DrugRow.array(len(table))
    rows["disease"] = [list(world.diseases["disease"]).index(d) for d in table["disease"]]
    rows["list_price"] = rows["price"] = table["price_before"]
    rows["record_price"] = table["price_after"]
    rows["by_weight"] = table["by_weight"]
    rows["eligible_share"] = table["eligible_share"]
    rows["donated_share"] = table["donated_share"]
    rows["launched"] = rows["refused"] = NEVER
    rows["number"] = table.groupby("disease").cumcount()
    for field, column in [("approved", "approved"), ("record_listed", "listed"),
                          ("donation_from", "donation_from"),
                          ("donation_until", "donation_until")]:  # fmt: skip
        rows[field] = [_month(value) for value in table[column]]
    rows["listed_month"] = rows["agreed"] = NEVER
    rows["response"] = [ResponseClass.of(c) for c in world.drug_responses]
    rows["effect"] = [by_response(params, "effect", ResponseClass(c)) for c in rows["response"]]
    rows["older"], rows["paid_once"] = table["older"], table["paid_once"]
    once = table["paid_once"].eq(1)
    rows["effect_months"] = (12 * table["effect_years"].where(once, 0)).astype(int)
    rows["typical_weight"] = table["price_weight"]
    return rows


def link_drugs(diseases: Rows[DiseaseRow], drugs: Rows[DrugRow]) -> None:
    """Link each disease's drugs: the disease names the most effective one, each drug the next.

    Those of the same effect follow each other as in the table.

    Args:
        diseases: The diseases' records, filled in place.
        drugs: The drugs' records, filled in place.
    """
    diseases["first_drug"] = drugs["next_drug"] = -1
    for d in np.argsort(-drugs["effect"], kind="stable")[::-1]:
        disease = diseases[drugs["disease"][d]]
        drugs["next_drug"][d] = disease.first_drug
        disease.first_drug = d


def find_typical_weights(
    world: World,
    diseases: Rows[DiseaseRow],
    drugs: Rows[DrugRow],
    params: Rows[Parameters],
) -> None:
    """Fill in the weight of the patient for whom a price is quoted where the table names none.

    It is the mean over those who live with the disease when the scenario begins and have been
    found, so that bills per patient-year average the table's price.

    Args:
        world: The tables.
        diseases: The diseases' records.
        drugs: The drugs' records, filled in place.
        params: The parameters' one row.
    """
    for row in drugs:
        if row.by_weight and np.isnan(row.typical_weight):
            alive = _alive_before(world, diseases[row.disease])
            row.typical_weight = mean_weight(diseases, int(row.disease), params, alive)
        elif not row.by_weight:
            row.typical_weight = world.parameters["adult_weight"]


def by_response(params: dict[str, float], name: str, response: ResponseClass) -> float:
    """Return the parameter of a response class, 0 of those who do not respond."""
    return 0.0 if response == ResponseClass.NONE else params[f"{name}_{response.label}"]


def _month(value: float) -> int:
    """Return a month of the table, NEVER where it is empty."""
    return NEVER if np.isnan(value) else int(value)


def onsets(world: World, rows: np.ndarray, first: int, last: int) -> np.ndarray:
    """Return the expected onsets by disease and month from `first` to `last` (exclusive).

    Onsets follow live births (lagged by the mean age at onset) or the population of the year; the
    level makes the expected number alive in the first month equal the prevalence. A share of the
    patients of a disease with a cheap old drug is taken to be treated.

    Returns:
        Array of shape (diseases, months), persons.
    """
    years = world.births["year"].to_numpy()
    people = world.provinces["population"].sum()
    months = np.arange(first, last)
    back = np.clip(-months, 0, HORIZON - 1)
    expected = np.zeros((len(rows), len(months)))
    for d, row in enumerate(rows):
        column = "births" if world.diseases["by_birth"].iloc[d] else "population"
        lag = row.onset_age if column == "births" else 0.0
        at = world.first_year + months / 12.0 - lag
        index = np.interp(at, years + 0.5, world.births[column].to_numpy(float))
        alive = _alive_before(world, row)
        stock = (index * alive[back])[months < 0].sum()
        expected[d] = index * row.prevalence / 1e5 * people / stock
    return expected


def _alive_before(world: World, row: DiseaseRow) -> np.ndarray:
    """Return the share alive by month after onset of those who fell ill before the scenario."""
    params = world.parameters
    alive = survival(row, params, 0.0)
    effect = _old_drug_effect(world, row)
    if effect > 0.0:
        treated = params["old_drug_treated_share"]
        alive = (1.0 - treated) * alive + treated * survival(row, params, effect)
    return alive


def _old_drug_effect(world: World, row: DiseaseRow) -> float:
    """Return the effect of the best drug that has been cheap for a long time, 0 without one."""
    if row.first_drug < 0:
        return 0.0
    table, params = world.drugs, world.parameters
    cheap = table["price_after"] < params["old_drug_price_below"]
    old = table["approved"] < -12 * params["old_drug_years"]
    return _most_effective(world, str(table["disease"].iloc[row.first_drug]), cheap & old)
