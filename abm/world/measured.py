"""How published figures are measured: the names, and what a row of `targets.csv` needs for each."""

from typing import NamedTuple

WHO = ("all", "adults", "children")
"""Whom a survey asks, by age."""
SCALES = ("identity", "log", "logit")
"""Scales on which a figure's errors can be symmetrical."""
USES = ("fit", "check")
"""What a figure is for: parameters are fitted to it, or it is predicted."""
REGISTERS = ("researched", "reported")
"""The patients' months of entry into a register: the research registry, direct reporting."""


class Needs(NamedTuple):
    """What a row needs for a measure.

    Attributes:
        of: What its column `of` names: "drugs", "diseases", "register", "months" or nothing.
        since: Whether it needs a first month.
        until: Whether it needs a last month.
    """

    of: str = ""
    since: bool = False
    until: bool = False


ASKED = {
    "mean_delay": Needs(),
    "median_delay": Needs(),
    "delay_spread": Needs(),
    "delay_over": Needs("months"),
    "hospitals": Needs(),
    "misdiagnosed": Needs(),
    "first_label_wrong": Needs(),
    "away_city": Needs(),
    "away_province": Needs(),
    "km_away": Needs(),
    "kept_by_price": Needs(),
}
"""Measures of what respondents of a survey answer."""
RECORDED = {
    "catalogue_lists": Needs(until=True),
    "network_hospitals": Needs(until=True),
    "register_growth": Needs("register", since=True, until=True),
    "register_ratio": Needs(since=True, until=True),
    "listed_share": Needs(until=True),
    "listed_growth": Needs(since=True, until=True),
    "price_cut": Needs(since=True, until=True),
    "stocked": Needs("drugs", until=True),
    "users_begun": Needs("drugs", since=True, until=True),
    "users_after": Needs("drugs", since=True, until=True),
    "treated_share": Needs("diseases", until=True),
    "burden": Needs("drugs", since=True, until=True),
    "paid_most": Needs("drugs", since=True, until=True),
    "household_share": Needs("drugs", since=True, until=True),
    "insurer_share": Needs("drugs", since=True, until=True),
    "search_household_share": Needs(since=True, until=True),
    "billed_per_patient": Needs(since=True, until=True),
    "reimbursed_share": Needs(since=True, until=True),
    "billed_growth": Needs(since=True, until=True),
    "commercially_insured": Needs(until=True),
}
"""Measures of the run's record."""
MEASURED = {**ASKED, **RECORDED}
"""All of them."""
