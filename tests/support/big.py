"""A world with many diseases and drugs, made by multiplying rows of the shipped one."""

import shutil
from pathlib import Path

import pandas as pd

from abm.world import WORLDS


def write_big_world(folder: Path, diseases: int) -> Path:
    """Copy China into a folder, with so many diseases; every one that is added has a drug.

    Drug d and disease d + 5 belong together from drug 39 on.

    Args:
        folder: Where to.
        diseases: How many there are then, at least China's 44.

    Returns:
        The folder.
    """
    shutil.copytree(WORLDS / "china", folder, ignore=shutil.ignore_patterns("view"))
    illnesses, drugs = _table(folder / "diseases.csv"), _table(folder / "drugs.csv")
    more = diseases - len(illnesses)
    drugs_again = pd.concat([drugs] * (1 + more // len(drugs)), ignore_index=True).iloc[:more]
    again = illnesses.set_index("disease").loc[drugs_again["disease"]].reset_index()
    number = pd.Series(range(more)).astype(str)
    again["disease"] = drugs_again["disease"] = again["disease"] + "-" + number
    drugs_again["drug"] = drugs_again["drug"] + "-" + number
    _write(pd.concat([illnesses, again]), folder / "diseases.csv")
    _write(pd.concat([drugs, drugs_again]), folder / "drugs.csv")
    return folder


def _table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _write(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False)
