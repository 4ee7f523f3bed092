"""What must hold within the rows of `surveys.csv` and `targets.csv`."""

import re

import pandas as pd

from abm.errors import UserError, unknown
from abm.world.measured import ASKED, MEASURED, REGISTERS
from abm.world.mixes import mix_of, names_of
from abm.world.reading import Rows


def check_surveys(rows: Rows, diseases: pd.DataFrame) -> None:
    """Refuse a survey whose mix of diseases cannot be read, or that contradicts itself."""
    for i, text in enumerate(rows.frame["diseases"]):
        try:
            mix_of(text, diseases)
        except UserError as error:
            raise _at(rows, i, "diseases", error) from None
    asked = rows.frame["who"].eq("all")
    rows.require(
        asked | rows.frame["share_children"].isna(),
        "share_children",
        lambda row: f"an empty field, as only {row['who']} are asked",
    )


def check_targets(rows: Rows, diseases: pd.DataFrame, drugs: pd.DataFrame) -> None:
    """Refuse a target whose columns do not fit its measure or its scale."""
    frame = rows.frame
    asked = frame["measure"].isin(list(ASKED))
    rows.require(
        asked == frame["survey"].ne(""),
        "survey",
        lambda row: (
            f"a survey, as {row['measure']} is asked"
            if row["measure"] in ASKED
            else f"an empty field, as {row['measure']} is read off the record"
        ),
    )
    for column in ("since", "until"):
        _check_month(rows, column)
    rows.require(~frame["until"].lt(frame["since"]), "until", "a month not before since")
    rows.require(
        frame["must"].eq(0) | frame["use"].eq("fit"), "must", "0, as no parameter is fitted to it"
    )
    _check_of(rows, list(diseases["disease"]), list(drugs["drug"]))
    _check_scale(rows)


def _check_month(rows: Rows, column: str) -> None:
    """Refuse a month that is missing where the measure needs it, or there where it does not."""

    def needed(measure: str) -> bool:
        return getattr(MEASURED[measure], column)

    def expected(row: pd.Series) -> str:
        measure = row["measure"]
        if needed(measure):
            return f"a month, as {measure} needs it"
        return f"an empty field, as {measure} needs none"

    wanted = rows.frame["measure"].map(needed)
    rows.require(wanted == rows.frame[column].notna(), column, expected)


def _check_of(rows: Rows, diseases: list[str], drugs: list[str]) -> None:
    """Refuse a field `of` that does not name what the measure needs."""
    known = {"drugs": drugs, "diseases": diseases}
    for i, (measure, text) in enumerate(zip(rows.frame["measure"], rows.frame["of"], strict=True)):
        kind = MEASURED[measure].of
        try:
            if kind in known:
                names_of(text, kind.removesuffix("s"), known[kind])
            elif kind == "register" and text not in REGISTERS:
                raise unknown(kind, text, REGISTERS)
        except UserError as error:
            raise _at(rows, i, "of", error) from None
        if kind == "months" and not re.fullmatch(r"\d{1,4}", text):
            raise rows.refuse(i, "of", f"a whole number of months, as {measure} needs it")
        if not kind and text:
            raise rows.refuse(i, "of", f"an empty field, as {measure} needs none")


def _check_scale(rows: Rows) -> None:
    """Refuse figures that their scale cannot hold, and a fit without any error."""
    frame = rows.frame
    rows.require(
        frame["scale"].eq("identity") | frame["published"].gt(0.0),
        "published",
        lambda row: f"a number above 0, as its scale is {row['scale']}",
    )
    rows.require(
        frame["scale"].ne("logit") | frame["published"].lt(1.0),
        "published",
        "a number below 1, as its scale is logit",
    )
    rows.require(
        frame["use"].ne("fit") | (frame["error"] + frame["discrepancy"]).gt(0.0),
        "discrepancy",
        "a number above 0, as its error is 0 and its use is fit",
    )
    delay = frame["measure"].isin(["mean_delay", "median_delay"])
    rows.require(
        ~delay | frame["unit"].isin(["months", "years"]),
        "unit",
        "months or years, as it is a delay",
    )


def _at(rows: Rows, row: int, column: str, error: UserError) -> UserError:
    """Return an error with the place of a field before it."""
    return UserError(f"{rows.file}, row {rows.lines[row]}, column {column}: {error}")
