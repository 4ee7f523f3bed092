"""Lists of names in one field of a table, and mixes of diseases: `SMA_I:95; SMA_II_III:110`."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from abm.errors import UserError, unknown

PREVALENCE, ROOT = "prevalence", "root"
"""Mixes for which no disease is named: as they are, and by the root of their numbers."""


def names_of(text: str, kind: str, known: Collection[str]) -> list[str]:
    """Return the names in a field, in its order.

    Args:
        text: Names with semicolons between them.
        kind: What they name, for a refusal.
        known: Those that there are.

    Raises:
        UserError: If there is none, or one is unknown or given twice.
    """
    names = [name.strip() for name in text.split(";") if name.strip()]
    if not names:
        raise UserError(f"an empty field, expected {kind} with ; between them")
    for i, name in enumerate(names):
        if name not in known:
            raise unknown(kind, name, known)
        if name in names[:i]:
            raise UserError(f"{kind} {name} given twice, expected once")
    return names


def mix_of(text: str, diseases: pd.DataFrame) -> pd.Series | None:
    """Return the shares of the diseases named in a mix, adding up to 1; None where none is named.

    Args:
        text: `prevalence`, `root`, or diseases with semicolons between them, each with
            `:weight` behind it where they differ.
        diseases: The world's diseases.

    Raises:
        UserError: If a disease is unknown or given twice, or a weight is no number above 0.
    """
    if text in (PREVALENCE, ROOT):
        return None
    detailed = list(diseases.loc[diseases["pooled"] == 0, "disease"])
    parts = [part.partition(":") for part in text.split(";") if part.strip()]
    names = names_of(";".join(name for name, _, _ in parts), "disease", detailed)
    weights = pd.Series([_weight(weight, colon) for _, colon, weight in parts], index=names)
    return weights / weights.sum()


def _weight(text: str, colon: str) -> float:
    """Return the weight behind a disease, 1 where there is none."""
    try:
        found = float(text) if colon else 1.0
    except ValueError:
        found = 0.0
    if not 0.0 < found < np.inf:
        raise UserError(f"weight {text.strip()!r}, expected a number above 0")
    return found
