"""What can be taken away from a page as CSV."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd

from viz.session import Session, Snapshot


def months_csv(session: Session) -> str:
    """Return the months lived under both policies, one row per policy, month and province."""
    tables = session.months()
    if not tables:
        return ""
    return pd.concat(tables, names=["side"]).reset_index("side").to_csv(index=False)


def tab_csv(snapshot: Snapshot) -> str:
    """Return what the open tab shows, one row per number: where it stands, and the number."""
    if isinstance(snapshot.data, pd.DataFrame):
        return snapshot.data.to_csv(index=False)
    rows = [(".".join(path), value) for path, value in _walk(snapshot.data, ())]
    return pd.DataFrame(rows, columns=["item", "value"]).to_csv(index=False)


def _walk(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every plain value of nested data with the names and numbers that lead to it."""
    if is_dataclass(value):
        for field in fields(value):
            yield from _walk(getattr(value, field.name), (*path, field.name))
    elif isinstance(value, pd.DataFrame):
        yield from _walk({name: value[name].tolist() for name in value}, path)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _walk(item, (*path, str(key)))
    elif isinstance(value, np.ndarray | Sequence) and not isinstance(value, str):
        for i, item in enumerate(value):
            yield from _walk(item, (*path, str(i)))
    else:
        yield path, value
