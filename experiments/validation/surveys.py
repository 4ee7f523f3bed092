"""Surveys imitated: who could answer, and how much each answer counts.

Simulated respondents are everyone whom the survey could have reached. They are weighted by raking
(iterative proportional fitting): age group, residence, sex and disease in turn, until all shares
are those of the survey's sample. What cannot be reached is left out and told.
"""

from typing import Any

import numpy as np
import pandas as pd

from abm import World
from abm.outputs.kept_by_price import kept_by_price
from abm.world.mixes import ROOT, mix_of
from agents.codes import Residence, Sex
from agents.core.record import NEVER
from agents.state import State

ADULT = 18 * 12
"""Age in months from which a patient answers as an adult."""
FEW = 10
"""Respondents below which a group is told of as small."""
ROUNDS, CLOSE = 200, 1e-9
"""Rounds of raking at most, and how near to all shares it ends."""


def respondents(state: State, world: World, month: int, survey: Any) -> pd.DataFrame:
    """Return whom a survey could ask, with what they would answer.

    Args:
        state: The arrays of the model.
        world: Its world.
        month: Months of the scenario lived when they are asked.
        survey: A row of the world's `surveys`.

    Returns:
        One row per respondent: `child`, `rural`, `man`, `disease`, and of the answers `delay` from
        onset to diagnosis (months), `hospitals`, `misdiagnosed`, `away_city`, `away_province`,
        `km` to the place of diagnosis, and `kept_by_price` (`abm.outputs.kept_by_price`).
    """
    rows = state.patients
    who = np.flatnonzero((rows["onset"] < month) & (rows["diagnosed"] < month))
    rows = rows[who]
    child = rows["birth"].astype(int) > month - ADULT
    asked = np.ones(len(rows), bool)
    if survey.alive:
        asked &= (rows["died"] == NEVER) | (rows["died"] >= month)
    if survey.who != "all":
        asked &= child == (survey.who == "children")
    if not np.isnan(survey.diagnosed_within):
        asked &= rows["diagnosed"] >= month - round(12 * survey.diagnosed_within)
    who, rows, child = who[asked], rows[asked], child[asked]
    at, home = state.hospitals["city"][rows["diagnosed_at"]], rows["city"]
    provinces = state.cities["province"]
    disease = pd.Categorical.from_codes(rows["disease"], world.diseases["disease"])
    frame = pd.DataFrame({
        "child": child,
        "rural": rows["rural"] == Residence.RURAL,
        "man": rows["sex"] == Sex.MALE,
        "disease": np.asarray(disease, dtype=object),
        "delay": rows["diagnosed"].astype(float) - rows["onset"],
        "hospitals": rows["hospitals_seen"].astype(float),
        "misdiagnosed": rows["misdiagnoses"] > 0,
        "away_city": at != home,
        "away_province": provinces[at] != provinces[home],
        "km": state.km[home, at],
        "kept_by_price": kept_by_price(state, who, month),
    })  # fmt: skip
    mix = mix_of(survey.diseases, world.diseases)
    return frame if mix is None else frame[frame["disease"].isin(mix.index)]


def weigh(people: pd.DataFrame, world: World, survey: Any) -> tuple[np.ndarray, list[str]]:
    """Return how much each respondent counts, and what is to be told of the sample.

    Args:
        people: What `respondents` returns.
        world: The world, for the mix of diseases.
        survey: A row of the world's `surveys`.

    Returns:
        Weights that add up to 1, and lines that name groups without or with few respondents.
    """
    if people.empty:
        return np.zeros(0), [f"{survey.survey}: nobody could answer"]
    told: list[str] = []
    margins = []
    for column, words, share in (
        ("child", ("children", "adults"), survey.share_children),
        ("rural", ("rural", "urban"), survey.share_rural),
        ("man", ("men", "women"), survey.share_men),
    ):
        if not np.isnan(share):
            wanted = pd.Series({words[0]: share, words[1]: 1.0 - share})
            group = np.where(people[column], *words)
            margins.append(_margin(group, wanted, survey.survey, told))
    mix = mix_of(survey.diseases, world.diseases)
    if survey.diseases == ROOT:
        rooted = np.sqrt(people["disease"].value_counts())
        margins.append(_margin(people["disease"].to_numpy(), rooted, survey.survey, []))
    elif mix is not None:
        margins.append(_margin(people["disease"].to_numpy(), mix, survey.survey, told))
    weights, off = _raked(len(people), [margin for margin in margins if margin is not None])
    if off > CLOSE:
        told.append(f"{survey.survey}: shares missed by up to {off:.2g}")
    return weights, told


def effective_number(weights: np.ndarray) -> float:
    """Return how many equally weighted answers the weighted ones are worth (Kish)."""
    return float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) else 0.0


Margin = tuple[np.ndarray, np.ndarray]
"""The group of each respondent, by number, and the share of each group."""


def _margin(groups: np.ndarray, wanted: pd.Series, survey: str, told: list[str]) -> Margin | None:
    """Return a margin with its empty groups left out; say which are empty or small."""
    wanted = wanted[wanted > 0.0]
    counts = pd.Series(groups).value_counts().reindex(wanted.index, fill_value=0)
    for group, count in counts[counts < FEW].items():
        told.append(f"{survey}: {count} of {group}" if count else f"{survey}: none of {group}")
    wanted = wanted[counts > 0]
    codes = pd.Index(wanted.index).get_indexer(groups)
    if not len(wanted) or (len(wanted) == 1 and (codes >= 0).all()):
        return None  # everyone is of one group: nothing to weigh
    return codes, (wanted / wanted.sum()).to_numpy()


def _raked(n: int, margins: list[Margin]) -> tuple[np.ndarray, float]:
    """Return weights under which every margin has its shares, and by how much one is missed.

    Who belongs to a group that was not asked for counts for nothing.
    """
    weights = np.ones(n)
    for codes, _ in margins:
        weights[codes < 0] = 0.0
    if not weights.any():
        weights[:] = 1.0
    weights /= weights.sum()
    off = 0.0
    for _ in range(ROUNDS):
        off = 0.0
        for codes, shares in margins:
            known = codes >= 0
            found = np.bincount(codes[known], weights[known], len(shares))
            off = max(off, float(np.abs(found - shares).max()))
            factor = np.divide(shares, found, out=np.zeros(len(shares)), where=found > 0.0)
            weights[known] *= factor[codes[known]]
            weights /= weights.sum()
        if off <= CLOSE:
            break
    return weights, off
