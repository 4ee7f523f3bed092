"""Every enumeration, declared once: the number of a code stands in rows, its label in files.

Tables, world files, policies and the page's texts spell a code by its label, which is its name in
small letters unless another is given. Whatever lists the labels of an enumeration asks it for them:
``Scheme.names()``, ``Scheme.of("employee")``, ``Scheme.EMPLOYEE.label``.

The numbers of an enumeration count from 0 (but for events), so a label is found by its number and a
field that holds one thing for each code has as many places as there are codes. Nothing else may be
made of the numbers: no code is worked out from another. What belongs to a code, such as the flow
and the fund of a payer, is said where it is declared; a code that does not say it is refused.
"""

import math
from collections.abc import Mapping
from enum import IntEnum
from typing import Any, Self

import numpy as np


class Code(IntEnum):
    """A number with a label: ``TWO_WAY = 1, "two-way"``, or ``FREE = 0`` for the label "free"."""

    label: str

    def __new__(cls, number: int, *_: object) -> Self:
        """Make the member of a number; what else is said of it goes to `__init__`."""
        code = int.__new__(cls, number)
        code._value_ = number
        return code

    def __init__(self, number: int, label: str = ""):
        self.label = label or self._name_.lower()

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the labels in the order of the numbers."""
        return tuple(code.label for code in sorted(cls))

    @classmethod
    def of(cls, label: str) -> Self:
        """Return the code with a label.

        Raises:
            ValueError: If there is none. What people write is checked before it comes here.
        """
        for code in cls:
            if code.label == label:
                return code
        raise ValueError(f"{label!r} is no {cls.__name__}, expected one of {cls.names()}")


def _said(code: Code, said: tuple, **kinds: Any) -> tuple:
    """Return what a code's declaration says of it, checked.

    Args:
        code: The code.
        said: What stands behind its number.
        **kinds: What must stand there, in this order, with its type.

    Raises:
        TypeError: If something is missing or of another type, naming the code.
    """
    if len(said) != len(kinds) or not all(map(isinstance, said, kinds.values())):
        raise TypeError(
            f"{type(code).__name__}.{code._name_}: expected its number, {', '.join(kinds)}; "
            f"got {', '.join(map(str, (int(code), *said)))}"
        )
    return said


# People


class Sex(Code):
    """The sex of a patient."""

    FEMALE = 0
    MALE = 1


class Residence(Code):
    """Whether a patient lives in the countryside."""

    URBAN = 0
    RURAL = 1


class Stage(Code):
    """Where a patient stands on the way from the first symptom to treatment."""

    WELL = 0
    SEEKING = 1
    WAITING = 2
    MISLABELLED = 3
    WATCHED = 4
    DIAGNOSED = 5
    TREATED = 6
    INTERRUPTED = 7
    DEAD = 8


UNDIAGNOSED = (Stage.SEEKING, Stage.WAITING, Stage.MISLABELLED, Stage.WATCHED)


class Event(Code):
    """What can happen to a patient; kept of those who are followed."""

    ONSET = 1
    SET_OUT = 2
    MISLABELLED = 3
    WATCHED = 4
    DISMISSED = 5
    REFERRED = 6
    DIAGNOSED = 7
    REGISTERED = 8
    TREATED = 9
    BILL = 10
    UNAFFORDABLE = 11
    INTERRUPTED = 12
    GRANT = 13
    DIED = 14
    SCREENED = 15
    INVITED = 16
    OUT_OF_REACH = 17
    RATIONED = 18
    REVIEW_FAILED = 19
    APPEAL_UPHELD = 20
    MOVED = 21
    REFUNDED = 22


class Review(Code):
    """What the payers' reviews of a patient's treatment have found last."""

    NONE = 0
    ADMITTED = 1
    RESPONDS = 2
    FAILED = 3
    APPEALED = 4
    UPHELD = 5


class Flow(Code):
    """What is counted by month and province: persons and visits, yuan, and the two registers."""

    ONSETS = 0
    VISITS = 1
    DIAGNOSES = 2
    MISDIAGNOSES = 3
    REFERRALS = 4
    REGISTRATIONS = 5
    TREATMENTS_STARTED = 6
    INTERRUPTIONS = 7
    DEATHS = 8
    REGISTERED_DEATHS = 9
    BILLED = 10
    PAID_BASIC = 11
    PAID_CRITICAL_ILLNESS = 12
    PAID_MEDICAL_ASSISTANCE = 13
    PAID_SPECIAL_FUND = 14
    PAID_COMMERCIAL = 15
    PAID_CHARITY = 16
    PAID_DONATION = 17
    PAID_HOUSEHOLD = 18
    RESEARCH_ENTRIES = 19
    DIRECT_REPORTS = 20
    MOVED = 21


class Turn(Code):
    """What comes of a patient's turn this month, for the phases that follow."""

    NOTHING = 0
    JOINS = 1
    BILL = 2


class AgeGroup(Code):
    """The age at the first symptoms, for tables.

    Attributes:
        below: The age in years at which the group ends.
    """

    below: float

    CHILD = 0, 18.0
    ADULT = 1, 60.0
    OLDER = 2, math.inf

    def __init__(self, number: int, below: float):
        super().__init__(number)
        self.below = below


# Diseases and drugs


class Specialty(Code):
    """Who can diagnose a disease."""

    NEUROLOGY = 0
    METABOLISM = 1
    HAEMATOLOGY = 2
    CARDIOPULMONARY = 3
    IMMUNOLOGY = 4
    ENDOCRINOLOGY = 5
    NEPHROLOGY = 6
    SKELETAL = 7


class ResponseClass(Code):
    """How well patients respond to a drug."""

    HIGH = 0
    MODERATE = 1
    LOW = 2
    NONE = 3


class DiagnosticTest(Code):
    """The test that settles a disease: an assay, of all genes, or of its own gene (targeted)."""

    NONE = 0
    ASSAY = 1
    GENETIC = 2
    TARGETED = 3


class FirstSigns(Code):
    """How a disease shows at first, which decides how soon care is sought for it."""

    ALARMING = 0
    PERSISTENT = 1
    INTERMITTENT = 2
    MILD = 3


class Catalogue(Code):
    """The national lists of rare diseases in force; rule: what meets an inclusion principle."""

    NONE = 0
    FIRST = 1
    SECOND = 2
    ALL = 3
    RULE = 4


class NewbornPanel(Code):
    """What is screened for at birth: nothing, what is today, or all that could be."""

    NONE = 0
    IN_PLACE = 1
    POSSIBLE = 2


class ListingRule(Code):
    """How drugs come onto the national reimbursement list."""

    RECORD = 0
    NEGOTIATION = 1
    NONE = 2


class Access(Code):
    """Where the nearest hospital that stocks a drug is; far: the hospital of follow-up."""

    NOWHERE = 0
    PROVINCE = 1
    CITY = 2
    FAR = 3


# Hospitals


class Rank(Code):
    """How far up a hospital stands, without the distinction of centres."""

    COUNTY = 0
    TERTIARY = 1
    MEMBER = 2
    LEAD = 3


class Tier(Code):
    """How far up a hospital stands, and its rank."""

    rank: Rank

    COUNTY = 0, Rank.COUNTY
    TERTIARY = 1, Rank.TERTIARY
    MEMBER = 2, Rank.MEMBER
    LEAD = 3, Rank.LEAD
    CENTRE = 4, Rank.LEAD
    NATIONAL = 5, Rank.LEAD

    def __init__(self, number: int, rank: Rank):
        super().__init__(number)
        self.rank = rank


class Role(Code):
    """A hospital's place in the collaboration network, once it is in."""

    NONE = 0
    MEMBER = 1
    LEAD = 2
    NATIONAL = 3


class Referral(Code):
    """Whether hospitals of the network refer up and back, and see only the referred."""

    FREE = 0
    TWO_WAY = 1, "two-way"
    GATEKEPT = 2


class PathKind(Code):
    """The direction of a referral path."""

    UP = 0
    ACROSS = 1
    DOWN = 2
    SELF = 3


class FromHome(Code):
    """Why patients go to a hospital from home, not from another that they leave for it."""

    FIRST = 0
    INVITED = 1


class Reporting(Code):
    """Who must report a diagnosed patient to the registry."""

    VOLUNTARY = 0
    NETWORK = 1
    MANDATORY = 2


# Money


class Scheme(Code):
    """Which basic medical insurance covers the patient."""

    EMPLOYEE = 0
    RESIDENT = 1
    NONE = 2


class Fund(Code):
    """The kinds of fund that a pool can hold.

    Attributes:
        pooled_by: The lever of `financing.pooling` that sets its pools; none if each city always
            has its own, as commercial cover, a city's own product.
        rationed_by: The lever of `rationing` that says what it does when it is short.
    """

    pooled_by: str | None
    rationed_by: str

    BASIC_EMPLOYEE = 0, "basic", "basic"
    BASIC_RESIDENT = 1, "basic", "basic"
    CRITICAL_ILLNESS = 2, "critical_illness", "critical_illness"
    MEDICAL_ASSISTANCE = 3, "medical_assistance", "medical_assistance"
    SPECIAL_FUND = 4, "special_fund", "special_fund"
    COMMERCIAL = 5, None, "basic"

    def __init__(self, number: int, *said: str | None):
        super().__init__(number)
        self.pooled_by, self.rationed_by = _said(self, said, pooled_by=str | None, rationed_by=str)


class Product(Code):
    """What has become of a city's product of commercial insurance: none yet, sold, withdrawn."""

    NONE = 0
    SOLD = 1
    WITHDRAWN = 2


class Bearer(Code):
    """Who bears the cost of care, and of illness.

    Social insurance, assistance and the special fund, which pay less for care away from the insured
    place (the levers `away`); commercial cover; households, trips included; foundations and
    manufacturers, who give; and carers, who lose income.
    """

    SOCIAL = 0
    COMMERCIAL = 1
    HOUSEHOLDS = 2
    GIVERS = 3
    CARERS = 4


_OF_EMPLOYEES = {Scheme.EMPLOYEE: Fund.BASIC_EMPLOYEE}


class Payer(Code):
    """Who can pay a part of a bill, in the order of the tables' columns.

    Attributes:
        flow: What counts the money that it pays.
        bearer: Who bears the cost of what it pays.
        fund: The kind of fund that it pays from; none if it pays from no pool.
        funds: The kinds of fund of those schemes whose members it pays from another.
    """

    flow: Flow
    bearer: Bearer
    fund: Fund | None
    funds: Mapping[Scheme, Fund]

    BASIC = 0, Flow.PAID_BASIC, Bearer.SOCIAL, Fund.BASIC_RESIDENT, _OF_EMPLOYEES
    CRITICAL_ILLNESS = 1, Flow.PAID_CRITICAL_ILLNESS, Bearer.SOCIAL, Fund.CRITICAL_ILLNESS
    MEDICAL_ASSISTANCE = 2, Flow.PAID_MEDICAL_ASSISTANCE, Bearer.SOCIAL, Fund.MEDICAL_ASSISTANCE
    SPECIAL_FUND = 3, Flow.PAID_SPECIAL_FUND, Bearer.SOCIAL, Fund.SPECIAL_FUND
    COMMERCIAL = 4, Flow.PAID_COMMERCIAL, Bearer.COMMERCIAL, Fund.COMMERCIAL
    CHARITY = 5, Flow.PAID_CHARITY, Bearer.GIVERS, None
    DONATION = 6, Flow.PAID_DONATION, Bearer.GIVERS, None
    HOUSEHOLD = 7, Flow.PAID_HOUSEHOLD, Bearer.HOUSEHOLDS, None

    def __init__(self, number: int, *said: Any):
        super().__init__(number)
        self.flow, self.bearer, self.fund = _said(
            self, said[:3], flow=Flow, bearer=Bearer, fund=Fund | None
        )
        self.funds = dict(*said[3:])

    @property
    def all_funds(self) -> tuple[Fund, ...]:
        """All kinds of fund that it pays from."""
        return (*((self.fund,) if self.fund is not None else ()), *self.funds.values())

    def fund_of(self, scheme: Scheme) -> Fund | None:
        """Return the kind of fund that it pays from for a member of a scheme."""
        return self.funds.get(scheme, self.fund)


INSURERS = tuple(payer for payer in sorted(Payer) if payer.fund is not None)
"""The payers with a fund: they have benefit layers, with deductibles and caps."""

MONEY_FLOWS = (Flow.BILLED, *(payer.flow for payer in sorted(Payer)))
"""The flows that are yuan; the others are counts."""


def _lookup(numbers: list) -> np.ndarray:
    """Return a table that compiled rules can read and nobody can change."""
    table = np.array(numbers)
    table.flags.writeable = False
    return table


def _payer_of(fund: Fund) -> Payer:
    """Return the payer that pays from a kind of fund."""
    owners = [payer for payer in INSURERS if fund in payer.all_funds]
    if len(owners) != 1:
        named = ", ".join(f"Payer.{payer.name}" for payer in owners) or "none"
        raise TypeError(f"Fund.{fund.name}: expected one payer that pays from it, got {named}")
    return owners[0]


# What compiled rules look up; -1 where there is none.
FLOW_OF = _lookup([payer.flow for payer in sorted(Payer)])
"""The flow that counts what a payer pays, by payer."""
BEARER_OF = _lookup([payer.bearer for payer in sorted(Payer)])
"""Who bears the cost of what a payer pays, by payer."""
FUND_OF = _lookup([
    [-1 if payer.fund is None else payer.fund_of(scheme) for scheme in sorted(Scheme)]
    for payer in sorted(Payer)
])  # fmt: skip
"""The kind of fund that a payer pays from, by payer and by the patient's scheme."""
PAYER_OF = _lookup([_payer_of(fund) for fund in sorted(Fund)])
"""The payer that pays from a kind of fund, by kind of fund."""
ACCOUNT_OF = _lookup([INSURERS.index(p) if p in INSURERS else -1 for p in sorted(Payer)])
"""The place of a payer in the yearly figures of a patient's account, by payer."""


class PoolLevel(Code):
    """The level at which a fund shares its risk."""

    CITY = 0
    PROVINCE = 1
    NATION = 2
    ZONE = 3


class Outsiders(Code):
    """How people from outside a special zone can use it."""

    NONE = 0
    MOVE = 1
    TRAVEL = 2


class Movers(Code):
    """Who can move the registration into a special zone: all insured, or who takes a job there."""

    ANYONE = 0
    EMPLOYEES = 1


class Source(Code):
    """Where a fund's money comes from."""

    PREMIUMS = 0
    FISCAL = 1
    LEVY = 2
    SURPLUS = 3
    MATERNITY = 4
    DONATIONS = 5
    TRANSFERS = 6


class InstitutionForm(Code):
    """What carries the security: annual notices, or a law with an institution."""

    NOTICES = 0
    LAW = 1


class Givers(Code):
    """Which pools of basic insurance give of their surplus; inside: where the special fund pays."""

    ALL = 0
    INSIDE = 1
    OUTSIDE = 2


class LevyRule(Code):
    """Whether levies and fiscal money for a special fund shrink when it holds idle money."""

    FIXED = 0
    FORECAST = 1


class PremiumRule(Code):
    """Whether premiums of basic insurance rise where a pool ended the year short."""

    FIXED = 0
    FOLLOW = 1


class Settlement(Code):
    """Whether the order in which payers settle a bill is clear, or they wait for each other."""

    CLEAR = 0
    UNCLEAR = 1


class Rationing(Code):
    """What a fund does when it cannot pay all claims of a month."""

    FIRST_COME = 0, "first-come"
    PRO_RATA = 1, "pro-rata"
    NEEDIEST = 2, "neediest-first"
    STOP_NEW = 3, "stop-new"


class Base(Code):
    """Which part of a bill a layer looks at."""

    IN_LIST = 0
    IN_SCOPE = 1, "in_scope_oop"
    ALL = 2, "all_oop"


class Beside(Code):
    """How a layer goes with earlier ones of its payer that hold for the same bill.

    There may be none; it pays only where none of them holds; it pays of what they leave.
    """

    ALONE = 0
    OTHERWISE = 1
    ON_TOP = 2, "on-top"


class DrugFilter(Code):
    """Which drugs a layer covers: those on the national list, those off it, or both."""

    LISTED = 0
    UNLISTED = 1
    ANY = 2


class Reply(Code):
    """What comes of a bill."""

    REFUSED = 0
    AFFORDABLE = 1
    NEEDS_GRANT = 2
    UNFUNDED = 3
    STAYS = 4
