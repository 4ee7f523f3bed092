"""Diseases, drugs and births of the shipped world, from the published facts and the choices."""

import re

from china_facts import number, read

from abm.world.columns import TAGS

RESPONSE = {
    "high": ("high", 0),
    "high if early": ("high", 1),
    "high if early / moderate": ("high", 1),
    "high/moderate": ("high", 0),
    "moderate": ("moderate", 0),
    "moderate (early only)": ("moderate", 1),
    "moderate/high": ("moderate", 0),
    "low": ("low", 0),
    "low (no modulator)": ("low", 0),
    "low/moderate": ("low", 0),
    "none": ("none", 0),
}
CHILDHOOD_ENDS = 15
PATIENTS_IN_ALL = 20_000_000
POOLED_MORTALITY = 0.01
POOLED_DELAY = 2.5


def weakest(*texts: str) -> str:
    """Return the weakest tag that occurs in texts such as "SEEN after / GUESS before"."""
    found = [tag for text in texts for tag in re.findall("|".join(TAGS), text.upper())]
    # The weakest tag is the last: a row is as sure as the least sure figure in it.
    return max(found, key=TAGS.index, default="GUESS")


def diseases(population: int) -> list[dict]:
    """Return the rows of diseases.csv: the detailed diseases, then a pooled row per specialty."""
    facts = {row["disease_id"]: row for row in read("diseases")}
    signs = {row["disease"]: row for row in read("first_signs")}
    rows = [_detailed(c, facts[c["of"] or c["disease"]]) for c in read("disease_choices")]
    detailed = sum(float(r["prevalence_per_100k"]) for r in rows)
    rest = PATIENTS_IN_ALL / population * 100_000 - detailed
    rows += [_pooled(p, rest) for p in read("pooled_diseases")]
    return [_with_signs(row, signs[row["disease"]]) for row in rows]


def _with_signs(row: dict, signs: dict) -> dict:
    """Return a disease with how it shows at first, and since when what settles which share."""
    rest = {key: row.pop(key) for key in ("newborn_screening", "response_class", "early_only",
            "mortality_untreated", "mortality_treated", "early_mortality", "early_months",
            "severity_start", "severity_years", "tag", "source")}  # fmt: skip
    told = {key: signs[key] for key in ("first_signs", "known_since", "test_since", "test_yield")}
    source = f"{rest.pop('source')}; first signs and test: {signs['source']}"
    return {**row, **told, **rest, "source": source}


def _detailed(choice: dict, fact: dict) -> dict:
    """Return a disease: the facts, with what the choices replace."""
    response, early_only = RESPONSE[fact["response_class"]]
    share_child = float(choice["share_child_onset"] or fact["share_child_onset"])
    onset = float(choice["onset_age"] or fact["onset_typical_y"])
    untreated = choice["mortality_untreated"] or fact["untreated_mort_per_y"]
    early = choice["early_mortality"] or "0"
    start, years = severity(onset, float(untreated))
    replaced = f"; {choice['reason']}" if choice["reason"] else ""
    return {
        "disease": choice["disease"],
        "name": choice["name"] or fact["disease_en"],
        "name_zh": choice["name_zh"] or fact["disease_zh"],
        "pooled": 0,
        "specialty": choice["specialty"],
        "catalogue": choice["catalogue"] or fact["cn_list"],
        "prevalence_per_100k": choice["prevalence"] or fact["prev_per_100k"],
        "prevalence_low": choice["prevalence_low"] or fact["prev_low"],
        "prevalence_high": choice["prevalence_high"] or fact["prev_high"],
        "onset_age": number(onset, 2),
        "share_child_onset": number(share_child, 3),
        "by_birth": int(share_child >= 0.5),
        "male_share": choice["male_share"],
        "delay_median_years": choice["delay_median"] or fact["delay_median_y"],
        "needs_test": choice["needs_test"],
        "newborn_screening": choice["newborn_screening"],
        "response_class": response,
        "early_only": early_only,
        "mortality_untreated": untreated,
        "mortality_treated": choice["mortality_treated"] or fact["treated_mort_per_y"],
        "early_mortality": early,
        "early_months": choice["early_months"] or 0,
        "severity_start": number(start, 2),
        "severity_years": number(years, 1),
        "tag": "GUESS",
        "source": f"prevalence {fact['tag_prev']}; onset {fact['tag_onset']}; delay "
        f"{fact['tag_delay']}; mortality {fact['tag_mort']}; sex, test, severity GUESS; "
        f"facts/diseases.csv{replaced}",
    }


def _pooled(pool: dict, rest: float) -> dict:
    """Return the rare diseases of a specialty that are not modelled one by one."""
    prevalence = float(pool["share"]) * rest
    onset = float(pool["onset_age"])
    start, years = severity(onset, POOLED_MORTALITY)
    return {
        "disease": f"POOL_{pool['specialty']}",
        "name": f"other rare diseases of {pool['specialty']}",
        "name_zh": "其他罕见病",
        "pooled": 1,
        "specialty": pool["specialty"],
        "catalogue": 0,
        "prevalence_per_100k": number(prevalence, 1),
        "prevalence_low": number(prevalence * 0.8, 1),
        "prevalence_high": number(prevalence * 1.2, 1),
        "onset_age": pool["onset_age"],
        "share_child_onset": pool["share_child_onset"],
        "by_birth": 1,
        "male_share": 0.5,
        "delay_median_years": POOLED_DELAY,
        "needs_test": pool["needs_test"],
        "newborn_screening": "none",
        "response_class": "none",
        "early_only": 0,
        "mortality_untreated": POOLED_MORTALITY,
        "mortality_treated": POOLED_MORTALITY,
        "early_mortality": 0,
        "early_months": 0,
        "severity_start": number(start, 2),
        "severity_years": number(years, 1),
        "tag": "GUESS",
        "source": pool["source"],
    }


def severity(onset: float, mortality: float) -> tuple[float, float]:
    """Return severity at onset and the years from onset to severity 1 untreated.

    Severity is full around the mean untreated survival, within 40 years of an adult onset and
    20 years of a child's, and not before one year (assumption). Earlier onset starts higher.
    """
    start = 0.3 if onset < 1 else 0.2 if onset < CHILDHOOD_ENDS else 0.1
    longest = 20 if onset < CHILDHOOD_ENDS else 40
    return start, min(max(1 / mortality, 1), longest)


def drugs() -> list[dict]:
    """Return the rows of drugs.csv; prices left out in the choices are the facts'."""
    facts = {row["disease_id"]: row for row in read("diseases")}
    rows = []
    for choice in read("drug_choices"):
        fact = facts[choice["of"] or choice["disease"]]
        before = choice["price_before"] or fact["annual_cost_before_yuan"]
        after = choice["price_after"] or fact["annual_cost_after_yuan"]
        reason = f"; {choice['reason']}" if choice["reason"] else ""
        note = f" ({fact['cost_note']})" if fact["cost_note"] and not choice["price_before"] else ""
        rows.append(
            {
                "drug": choice["drug"],
                "name": choice["name"],
                "disease": choice["disease"],
                "approved": choice["approved"],
                "listed": choice["listed"],
                "price_before": before,
                "price_after": after if choice["listed"] else before,
                "by_weight": choice["by_weight"],
                "price_weight": choice["price_weight"],
                "eligible_share": choice["eligible_share"],
                "drug_response": choice["drug_response"],
                "older": choice["older"] or 0,
                "paid_once": choice["paid_once"] or 0,
                "effect_years": choice["effect_years"],
                "donated_share": choice["donated_share"] or 0,
                "donation_from": choice["donation_from"],
                "donation_until": choice["donation_until"],
                "tag": weakest(fact["tag_cost"], choice["tag"]),
                "source": f"cost {fact['tag_cost']}{note}; approved "
                f"{fact['cn_approval_year'] or 'unknown'}, listed "
                f"{fact['nrdl_first_year'] or 'unknown'} as published: a year alone is taken as "
                f"June for approval, January for listing{reason}",
            }
        )
    return rows


def births() -> list[dict]:
    """Return the rows of births.csv, straight lines between the years of the facts."""
    anchors = read("births_by_year")
    rows = []
    for left, right in zip(anchors, [*anchors[1:], anchors[-1]], strict=True):
        first, last = int(left["year"]), int(right["year"])
        for year in range(first, max(last, first + 1)):
            part = (year - first) / max(last - first, 1)
            births, people = (
                round((float(left[key]) * (1 - part) + float(right[key]) * part) * 10_000)
                for key in ("births_10k", "population_10k")
            )
            rows.append(
                {
                    "year": year,
                    "births": births,
                    "population": people,
                    "tag": left["tag"],
                    "source": left["source"],
                }
            )
    return rows
