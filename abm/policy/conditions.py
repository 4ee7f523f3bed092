"""When a lever can act at all: what the rest of a policy must hold for any value to matter.

Each condition is the text that docs/levers.md and warnings give, and a test of the levers in force.
It says only what is certain: where it does not hold, no value of the lever changes anybody's care;
where it holds, a lever may still do nothing in a given world, such as one without poor people.
`tests/abm/policy/test_levers_act.py` shows both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agents.codes import (
    INSURERS,
    Base,
    Bearer,
    Catalogue,
    InstitutionForm,
    ListingRule,
    Outsiders,
    Payer,
    PremiumRule,
    Reporting,
)


@dataclass(frozen=True)
class Condition:
    """What must hold for a lever to act.

    Attributes:
        text: What must hold, in words that end "... acts only if".
        holds: Whether it holds, for all levers in force (inside the zone, those inside it) and,
            for a lever of a benefit layer, that layer.
        lasting: Whether what held once still acts later.
    """

    text: str
    holds: Callable[[Any, Any], bool]
    lasting: bool = False


ALWAYS = Condition("", lambda levers, layer: True)


def paid_by(*payers: Payer) -> Condition:
    """Return the condition that a layer of one of some payers pays."""
    labels = [payer.label for payer in payers]
    *first, last = map(repr, labels)
    names = f"{', '.join(first)} or {last}" if first else last
    return Condition(
        f"a benefit layer pays whose payer is {names}",
        lambda levers, layer: any(one.payer in labels for _, one in levers.layers),
    )


def pooled_by(lever: str) -> Condition:
    """Return the condition that a fund pays that a lever of `financing.pooling` pools."""
    return paid_by(*(one for one in INSURERS if any(f.pooled_by == lever for f in one.all_funds)))


def rationed_by(lever: str) -> Condition:
    """Return the condition that a fund pays that a lever of `rationing` rations."""
    return paid_by(*(one for one in INSURERS if any(f.rationed_by == lever for f in one.all_funds)))


# Catalogue and registry
CATALOGUE = Condition(
    "definition.catalogue is not 'none'", lambda levers, layer: _has_catalogue(levers)
)
BY_RULE = Condition(
    "definition.catalogue is 'rule'",
    lambda levers, layer: levers.definition.catalogue == Catalogue.RULE.label,
)
DUTY_TO_REPORT = Condition(
    "registry.reporting is not 'voluntary' and definition.catalogue is not 'none'",
    lambda levers, layer: (
        levers.registry.reporting != Reporting.VOLUNTARY.label and _has_catalogue(levers)
    ),
)
NO_DUTY_TO_REPORT = Condition(
    "registry.reporting is not 'mandatory' or definition.catalogue is not 'all'",
    lambda levers, layer: (
        levers.registry.reporting != Reporting.MANDATORY.label
        or levers.definition.catalogue != Catalogue.ALL.label
    ),
)

# Network
NETWORK = Condition(
    "network.members is not 'none'", lambda levers, layer: levers.network.members != "none"
)
PUPILS = Condition(
    "network.members is not 'none' or network.mentoring_reaches_counties is true",
    lambda levers, layer: (
        levers.network.members != "none" or levers.network.mentoring_reaches_counties
    ),
)
TEACHING = Condition(
    "network.remote, network.mentoring or network.training_skill is above 0",
    lambda levers, layer: (
        levers.network.remote + levers.network.mentoring + levers.network.training_skill > 0.0
    ),
)

# The national list
NEGOTIATION = Condition(
    "access.listing is 'negotiation'",
    lambda levers, layer: levers.access.listing == ListingRule.NEGOTIATION.label,
)
LISTED_DRUGS = Condition(
    "access.listing is not 'none'",
    lambda levers, layer: levers.access.listing != ListingRule.NONE.label,
    lasting=True,
)

# Benefit layers
LAYER_PAYS = Condition("a benefit layer pays", lambda levers, layer: bool(levers.layers))
AWAY_LAYER_PAYS = paid_by(*(payer for payer in INSURERS if payer.bearer is Bearer.SOCIAL))
ANOTHER_LAYER_PAYS = Condition(
    "another benefit layer pays", lambda levers, layer: len(levers.layers) > 1
)
SEVERAL_PAYERS = Condition(
    "benefit layers of several payers pay",
    lambda levers, layer: len({one.payer for _, one in levers.layers}) > 1,
)
ANOTHER_OF_ITS_PAYER = Condition(
    "another benefit layer of its payer pays",
    lambda levers, layer: sum(one.payer == layer.payer for _, one in levers.layers) > 1,
)
LOCAL_LAYER = Condition(
    "a benefit layer is local",
    lambda levers, layer: any(one.local for one in levers.benefits.values()),
)
PHASED_OUT = Condition(
    f"{LOCAL_LAYER.text} and local_schemes.state is 'phased-out'",
    lambda levers, layer: (
        LOCAL_LAYER.holds(levers, layer) and levers.local_schemes.state == "phased-out"
    ),
)
BASE_IN_LIST = Condition(
    "its base is 'in_list'", lambda levers, layer: layer.base == Base.IN_LIST.label
)
DEDUCTIBLE = Condition(
    "it has a deductible",
    lambda levers, layer: layer.deductible > 0.0 or layer.deductible_income_share > 0.0,
)

# Zone
ZONE_LAYER_PAYS = Condition(
    "a benefit layer pays where 'zone'", lambda levers, layer: _has_zone_layer(levers)
)
ZONE_HAS_MORE = Condition(
    f"{ZONE_LAYER_PAYS.text} or access.ahead_of_approval is above 0 inside the zone",
    lambda levers, layer: _has_zone_layer(levers) or _is_ahead(levers),
)
MOVERS_WELCOME = Condition(
    f"zone.outsiders is 'move' and {ZONE_LAYER_PAYS.text}",
    lambda levers, layer: levers.zone.outsiders == Outsiders.MOVE.label and _has_zone_layer(levers),
)
ZONE_DIFFERS = Condition(
    "a lever of zone.inside is set, a benefit layer pays where 'zone' or access.ahead_of_approval "
    "is above 0",
    lambda levers, layer: (
        bool(levers.zone.inside.model_fields_set) or _has_zone_layer(levers) or _is_ahead(levers)
    ),
)

# Financing
PREMIUMS_FOLLOW = Condition(
    "financing.premiums is 'follow'",
    lambda levers, layer: levers.financing.premiums == PremiumRule.FOLLOW.label,
)
SPECIAL_FUND = paid_by(Payer.SPECIAL_FUND)
SURPLUS = Condition(
    f"{SPECIAL_FUND.text} and financing.surplus_share is above 0",
    lambda levers, layer: (
        levers.financing.surplus_share > 0.0 and SPECIAL_FUND.holds(levers, layer)
    ),
)
LEVIES = Condition(
    f"{SPECIAL_FUND.text} and financing.per_head_levy, maternity_levy or fiscal is above 0",
    lambda levers, layer: (
        levers.financing.per_head_levy + levers.financing.maternity_levy + levers.financing.fiscal
        > 0.0
        and SPECIAL_FUND.holds(levers, layer)
    ),
)

# Law and institution
INSTITUTION = Condition(
    "institution.funding_floor, decision_deadline or lapse is above 0, or appeal is true",
    lambda levers, layer: (
        levers.institution.funding_floor
        + levers.institution.decision_deadline
        + levers.institution.lapse
        > 0.0
        or levers.institution.appeal
    ),
)
LAW = Condition("institution.form is 'law'", lambda levers, layer: has_law(levers))
LAW_AND_FUND = Condition(
    f"{LAW.text} and {SPECIAL_FUND.text}",
    lambda levers, layer: has_law(levers) and SPECIAL_FUND.holds(levers, layer),
)
LAW_AND_NEGOTIATION = Condition(
    f"{LAW.text} and {NEGOTIATION.text}",
    lambda levers, layer: has_law(levers) and NEGOTIATION.holds(levers, layer),
)
NOTICES_AND_FUND = Condition(
    f"institution.form is 'notices' and {SPECIAL_FUND.text}",
    lambda levers, layer: not has_law(levers) and SPECIAL_FUND.holds(levers, layer),
)


def has_law(levers: Any) -> bool:
    """Return whether the security rests on a law."""
    return levers.institution.form == InstitutionForm.LAW.label


def _has_catalogue(levers: Any) -> bool:
    return levers.definition.catalogue != Catalogue.NONE.label


def _has_zone_layer(levers: Any) -> bool:
    return any(one.where == "zone" for _, one in levers.layers)


def _is_ahead(levers: Any) -> bool:
    return levers.inside().access.ahead_of_approval > 0
