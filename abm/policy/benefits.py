"""Benefit layers: who pays which part of a bill, and for whom.

A layer is data. Bills pass through the acting layers in their `order`; docs/model.md tells how one
layer turns a year's cumulative spending into a payment.
"""

import itertools
import math
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, Strict

from abm.policy.conditions import (
    ANOTHER_LAYER_PAYS,
    ANOTHER_OF_ITS_PAYER,
    BASE_IN_LIST,
    DEDUCTIBLE,
    PHASED_OUT,
)
from abm.policy.declare import EachOnce, Group, Limit, Month, Names, OneOf, Yuan, lever, share
from agents.codes import INSURERS, Base, Beside, DrugFilter, Payer, ResponseClass, Scheme

PayerName = Annotated[str, OneOf(Payer, but=set(Payer) - set(INSURERS))]
SchemeName = Annotated[str, OneOf(Scheme)]
ResponseName = Annotated[str, OneOf(ResponseClass)]
BaseName = Annotated[str, OneOf(Base)]
BesideName = Annotated[str, OneOf(Beside)]
DrugFilterName = Annotated[str, OneOf(DrugFilter)]


def _rising(brackets: "tuple[Bracket, ...]") -> "tuple[Bracket, ...]":
    ends = [bracket.up_to for bracket in brackets]
    if any(b <= a for a, b in itertools.pairwise(ends)):
        raise ValueError(f"brackets must rise; up_to is {', '.join(f'{e:g}' for e in ends)}")
    return brackets


class Bracket(Group):
    """One step of a reimbursement scale."""

    up_to: Limit = lever(
        ..., "end of the bracket, counted from zero on the year's cumulative base", "yuan/year",
        to="layers.up_to", copied=False,
    )  # fmt: skip
    rate: float = share(..., "part paid within the bracket", to="layers.rate", copied=False)


Brackets = Annotated[
    tuple[Bracket, ...], Strict(False), Field(min_length=1, max_length=4), AfterValidator(_rising)
]


class Layer(Group):
    """One payer's rule for its part of a bill.

    A layer that a policy mentions for the first time must state `payer` and `brackets`; after
    that, single values can be set by `benefits.<layer>.<value>`.
    """

    order: int = lever(
        50,
        "place in the sequence of payers, lowest first",
        "rank",
        to="layers",
        acts_if=ANOTHER_LAYER_PAYS,
        ge=0,
    )
    active: bool = lever(True, "whether the layer pays at all", "true or false", to="layers")
    payer: PayerName = lever("special_fund", "fund that pays", "choice", to="layers.payer")
    schemes: Annotated[tuple[SchemeName, ...], Strict(False), EachOnce] = lever(
        (Scheme.EMPLOYEE.label, Scheme.RESIDENT.label),
        "insurance schemes whose members are eligible",
        "list",
        to="layers.schemes",
    )
    diseases: Literal["all", "catalogue"] | Names = lever(
        "all",
        "eligible diseases: all, those in the catalogue in force, or a list",
        "choice or list",
        to=("layers.diseases", "layers.of_catalogue"),
        copied=False,
    )
    response: Annotated[tuple[ResponseName, ...], Strict(False), EachOnce] = lever(
        ResponseClass.names(), "response classes that are eligible", "list", to="layers.responses"
    )
    drug: DrugFilterName = lever(
        "any", "drugs on the national list, off it, or both", "choice", to="layers.drug_filter"
    )
    where: Literal["all", "zone"] | Names = lever(
        "all",
        "places insured: all, the zone, or provinces and cities",
        "choice or list",
        to="cities.layers",
    )
    poor_only: bool = lever(
        False, "only people with low-income aid status", "true or false", to="layers.poor_only"
    )
    enrolled_only: bool = lever(
        False, "only those who bought commercial cover", "true or false", to="layers.enrolled_only"
    )
    local: bool = lever(
        False,
        "a local scheme beyond the national list, under local_schemes.state",
        "true or false",
        to="layers",
    )
    kept: bool = lever(
        False,
        "a local scheme that goes on where others are phased out",
        "true or false",
        to="layers",
        acts_if=PHASED_OUT,
    )
    start: Month = lever(
        None, "first month in which the layer pays", "YYYY-MM or none", to="layers"
    )
    end: Month = lever(
        None, "first month in which it no longer pays", "YYYY-MM or none", to="layers"
    )
    base: BaseName = lever(
        "in_list",
        "what is shared: the in-list cost after the pre-share, the in-scope out-of-pocket so far, "
        "or all out-of-pocket so far",
        "choice",
        to="layers.base",
    )
    pre_share: float = share(
        0.0,
        "part of the price the patient pays before the base is counted",
        to="layers.pre_share",
        acts_if=BASE_IN_LIST,
    )
    deductible: Yuan = lever(
        0.0, "yearly spending before the layer pays", "yuan/year", to="layers.deductible"
    )
    deductible_income_share: float = share(
        0.0,
        "the same as a share of local disposable income per head, added",
        to="layers.deductible_share",
    )
    poor_deductible_factor: float = share(
        1.0,
        "factor on the deductible for the poor",
        to="layers.poor_deductible",
        acts_if=DEDUCTIBLE,
    )
    poor_rate_bonus: float = share(0.0, "added to the rates for the poor", to="layers.poor_bonus")
    beside: BesideName = lever(
        "alone",
        "how it goes with earlier layers of its payer on one bill: alone (there may be none), "
        "otherwise (it pays where none of them holds), on-top (it pays of what they leave)",
        "choice",
        to="layers.beside",
        acts_if=ANOTHER_OF_ITS_PAYER,
    )
    brackets: Brackets = lever(
        (Bracket(up_to=math.inf, rate=0.0),),
        "rates by the year's cumulative base above the deductible",
        "list of {up_to, rate}",
        to=("layers.up_to", "layers.rate"),
        copied=False,
    )
    payer_cap: Limit = lever(
        math.inf, "most the layer pays for one patient", "yuan/year", to="layers.payer_cap"
    )
    patient_cap: Limit = lever(
        math.inf,
        "most the patient is left with; the layer pays what is above",
        "yuan/year",
        to="layers.patient_cap",
    )
    away_cut: float = share(
        0.0, "part of the payment lost outside the insured place", to="layers.away_cut"
    )
    cost_above: Yuan = lever(
        0.0, "only drugs whose yearly price is above this", "yuan/year", to="layers.cost_above"
    )
    cost_below: Limit = lever(
        math.inf,
        "only drugs whose yearly price is below this",
        "yuan/year",
        to="layers.cost_below",
    )

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
        text += ", a local scheme" if self.local else ""
        text += ", kept where others are phased out" if self.kept else ""
        if self.cost_above:
            text += f", drugs above {self.cost_above:,.0f} yuan a year"
        if not math.isinf(self.cost_below):
            text += f", drugs below {self.cost_below:,.0f} yuan a year"
        if self.pre_share:
            text += f", after a pre-share of {self.pre_share:.0%}"
        line = [f"{self.deductible:,.0f} yuan"] if self.deductible else []
        if self.deductible_income_share:
            line.append(f"{self.deductible_income_share:.0%} of local income per head")
        if line:
            text += f", above a deductible of {' + '.join(line)}"
        if self.poor_deductible_factor < 1.0:
            text += f" (of the poor {self.poor_deductible_factor:.0%} of it)"
        if self.poor_rate_bonus:
            text += f", {self.poor_rate_bonus:.0%} more for the poor"
        if self.away_cut:
            text += f", {self.away_cut:.0%} less away from the insured place"
        if not math.isinf(self.payer_cap):
            text += f", at most {self.payer_cap:,.0f} yuan a year"
        if not math.isinf(self.patient_cap):
            text += f", patient pays at most {self.patient_cap:,.0f} yuan a year"
        if self.beside == "otherwise":
            text += ", where no earlier layer of its payer holds"
        if self.beside == "on-top":
            text += ", on top of earlier layers of its payer"
        text += ", only the poor" if self.poor_only else ""
        text += ", only who bought cover" if self.enrolled_only else ""
        text += f", from {self.start}" if self.start else ""
        text += f", until {self.end}" if self.end else ""
        return text if self.active else f"{text}, inactive"
