"""Benefit layers: who pays which part of a bill, and for whom.

A layer is data. Bills pass through the acting layers in their `order`; docs/model.md tells how one
layer turns a year's cumulative spending into a payment.
"""

import itertools
import math
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from abm.calendar import month_of
from agents.codes import INSURERS, Base, DrugFilter, ResponseClass, Scheme


class OneOf:
    """Limits a text to some words; unlike a `Literal`, they can be those of an enumeration."""

    def __init__(self, words: Iterable[str]):
        self.words = list(words)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        """Return how pydantic checks it."""
        return core_schema.literal_schema(self.words)


PayerName = Annotated[str, OneOf(payer.label for payer in INSURERS)]
SchemeName = Annotated[str, OneOf(Scheme.names())]
ResponseName = Annotated[str, OneOf(ResponseClass.names())]
BaseName = Annotated[str, OneOf(Base.names())]
DrugFilterName = Annotated[str, OneOf(DrugFilter.names())]


def lever(default: Any, text: str, unit: str, *, modelled: bool = True, **limits: Any) -> Any:
    """Return a pydantic field that tells what it means and in which unit.

    Args:
        default: Value that holds unless a policy sets another; `...` where one must be given.
        text: What the lever means, without its unit.
        unit: Unit of the value ("share 0-1", "yuan/year", "choice").
        modelled: False while the model does not act on it; it must then stay at its default.
        **limits: pydantic limits (ge, gt, le, min_length).
    """
    extra: dict[str, Any] = {"unit": unit, "modelled": modelled}
    if default == math.inf:
        extra["default"] = "inf"
    return Field(default, description=f"{text} ({unit})", json_schema_extra=extra, **limits)


def share(default: Any, text: str, per: str = "") -> Any:
    """Return a lever between 0 and 1, a share of something (per year where `per` says so)."""
    return lever(default, text, f"share 0-1{per}", ge=0, le=1)


def _infinite(value: Any) -> Any:
    return math.inf if value == "inf" else value


def _not_nan(value: float) -> float:
    if math.isnan(value):
        raise ValueError("a number is needed")
    return value


def _no_month(value: Any) -> Any:
    return None if value == "none" else value


def _month(value: str | None) -> str | None:
    if value is not None:
        month_of(value)
    return value


def _rising(brackets: "tuple[Bracket, ...]") -> "tuple[Bracket, ...]":
    ends = [bracket.up_to for bracket in brackets]
    if any(b <= a for a, b in itertools.pairwise(ends)):
        raise ValueError(f"brackets must rise; up_to is {', '.join(f'{e:g}' for e in ends)}")
    return brackets


Limit = Annotated[
    float,
    Field(ge=0),
    AfterValidator(_not_nan),
    BeforeValidator(_infinite),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0}, {"const": "inf"}]}),
]
"""Yuan a year, at least 0; "inf" or infinity means no limit."""

Yuan = Annotated[float, Field(ge=0, allow_inf_nan=False)]
"""An amount of money, at least 0."""

Month = Annotated[
    str | None,
    AfterValidator(_month),
    BeforeValidator(_no_month),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"^\d{4}-\d{2}$"}, {"const": "none"}]}),
]
"""A month "YYYY-MM", or "none"."""

Names = Annotated[tuple[str, ...], Strict(False)]


class Group(BaseModel):
    """Base of all groups of levers: strict types, no unknown names, not to be changed in place."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=True)


class Bracket(Group):
    """One step of a reimbursement scale."""

    up_to: Limit = lever(
        ..., "end of the bracket, counted from zero on the year's cumulative base", "yuan/year"
    )
    rate: float = share(..., "part paid within the bracket")


Brackets = Annotated[
    tuple[Bracket, ...], Strict(False), Field(min_length=1, max_length=4), AfterValidator(_rising)
]


class Layer(Group):
    """One payer's rule for its part of a bill.

    A layer that a policy mentions for the first time must state `payer` and `brackets`; after
    that, single values can be set by `benefits.<layer>.<value>`.
    """

    order: int = lever(50, "place in the sequence of payers, lowest first", "rank", ge=0)
    active: bool = lever(True, "whether the layer pays at all", "true or false")
    payer: PayerName = lever("special_fund", "fund that pays", "choice")
    schemes: Annotated[tuple[SchemeName, ...], Strict(False)] = lever(
        (Scheme.EMPLOYEE.label, Scheme.RESIDENT.label),
        "insurance schemes whose members are eligible",
        "list",
    )
    diseases: Literal["all", "catalogue"] | Names = lever(
        "all",
        "eligible diseases: all, those in the catalogue in force, or a list",
        "choice or list",
    )
    response: Annotated[tuple[ResponseName, ...], Strict(False)] = lever(
        ResponseClass.names(), "response classes that are eligible", "list"
    )
    drug: DrugFilterName = lever("any", "drugs on the national list, off it, or both", "choice")
    where: Literal["all", "zone"] | Names = lever(
        "all", "places insured: all, the zone, or provinces and cities", "choice or list"
    )
    poor_only: bool = lever(False, "only people with low-income aid status", "true or false")
    enrolled_only: bool = lever(False, "only those who bought commercial cover", "true or false")
    local: bool = lever(
        False, "a local scheme beyond the national list, under local_schemes.state", "true or false"
    )
    start: Month = lever(None, "first month in which the layer pays", "YYYY-MM or none")
    end: Month = lever(None, "first month in which it no longer pays", "YYYY-MM or none")
    base: BaseName = lever(
        "in_list",
        "what is shared: the in-list cost after the pre-share, the in-scope out-of-pocket so far, "
        "or all out-of-pocket so far",
        "choice",
    )
    pre_share: float = share(0.0, "part of the price the patient pays before the base is counted")
    deductible: Yuan = lever(0.0, "yearly spending before the layer pays", "yuan/year")
    deductible_income_share: float = lever(
        0.0,
        "the same as a share of local disposable income per head, added",
        "share 0-1",
        ge=0,
        le=1,
    )
    poor_deductible_factor: float = share(1.0, "factor on the deductible for the poor")
    poor_rate_bonus: float = share(0.0, "added to the rates for the poor")
    brackets: Brackets = lever(
        (Bracket(up_to=math.inf, rate=0.0),),
        "rates by the year's cumulative base above the deductible",
        "list of {up_to, rate}",
    )
    payer_cap: Limit = lever(math.inf, "most the layer pays for one patient", "yuan/year")
    patient_cap: Limit = lever(
        math.inf, "most the patient is left with; the layer pays what is above", "yuan/year"
    )
    away_cut: float = share(0.0, "part of the payment lost outside the insured place")
    cost_above: Yuan = lever(0.0, "only drugs whose yearly price is above this", "yuan/year")
    cost_below: Limit = lever(math.inf, "only drugs whose yearly price is below this", "yuan/year")

    def in_words(self) -> str:
        """Return the layer's rule as one phrase."""
        steps = ", ".join(
            f"{b.rate:.1%}" + ("" if math.isinf(b.up_to) else f" to {b.up_to:,.0f}")
            for b in self.brackets
        )
        whom = {"schemes": self.schemes, "diseases": self.diseases, "places": self.where}
        if len(self.response) < len(ResponseClass):
            whom["response"] = self.response
        groups = "; ".join(
            f"{name}: {value if isinstance(value, str) else ', '.join(value)}"
            for name, value in whom.items()
        )
        text = f"{self.payer} pays {steps} of {self.base} for {self.drug} drugs ({groups})"
        line = [f"{self.deductible:,.0f} yuan"] if self.deductible else []
        if self.deductible_income_share:
            line.append(f"{self.deductible_income_share:.0%} of local income per head")
        if line:
            text += f", above {' + '.join(line)}"
        if not math.isinf(self.payer_cap):
            text += f", at most {self.payer_cap:,.0f} yuan a year"
        if not math.isinf(self.patient_cap):
            text += f", patient pays at most {self.patient_cap:,.0f} yuan a year"
        text += ", only the poor" if self.poor_only else ""
        text += ", only who bought cover" if self.enrolled_only else ""
        text += f", from {self.start}" if self.start else ""
        text += f", until {self.end}" if self.end else ""
        return text if self.active else f"{text}, inactive"
