"""What an analysis of sensitivity looks at: measures of everyone, of a group, a gap of groups."""

from collections.abc import Sequence

from experiments.design import Setting
from experiments.measures import Measure, Place, listed
from experiments.outcomes import EXAMPLE, Outcome, read_outcome

__all__ = ["EXAMPLE", "Outcome", "default_outcomes", "read_outcomes"]

GAPS = (("zone", "inside", "outside"), ("income_quintile", "1", "5"))
"""Gaps that are told by default, of the first measure of the sentences on patients."""


def default_outcomes(setting: Setting) -> list[Outcome]:
    """Return the outcomes that are looked at unless others are named.

    They are those by which patients are judged, and gaps in the first of them: between the zone
    and the rest, if there is one, and between the poorest and the richest fifth.
    """
    headline = [one for one in listed(Place.JUDGED_BY, setting.years) if isinstance(one, Measure)]
    first = headline[0]
    gaps = [Outcome(first, *gap) for gap in GAPS if gap[0] != "zone" or setting.zone]
    return [*(Outcome(one) for one in headline), *gaps]


def read_outcomes(texts: Sequence[str] | None, setting: Setting) -> list[Outcome]:
    """Return outcomes as they are named on a command line; the default ones for none.

    Raises:
        UserError: For an unknown measure or kind of group.
    """
    if not texts:
        return default_outcomes(setting)
    return list(dict.fromkeys(read_outcome(one, setting.years, "--measure") for one in texts))
