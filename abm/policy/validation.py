"""What no policy may say: levers that contradict each other, and places that do not exist."""

from abm.errors import UserError, unknown
from abm.policy.benefits import Layer
from abm.policy.conditions import has_law
from abm.policy.coverage import check_paid_once, check_room
from abm.policy.files import month_label
from abm.policy.levers import Levers
from abm.policy.timeline import Timeline, layer_span
from abm.world import World


def check_timeline(name: str, timeline: Timeline, world: World | None = None) -> None:
    """Refuse a policy that contradicts itself in any month, or names what a world lacks.

    What is set for a zone may precede the zone, as long as there is one at some time.

    Args:
        name: What the policy is called in the error.
        timeline: Its levers, month by month.
        world: If given, places and diseases that it lacks are refused.

    Raises:
        UserError: With policy, month, levers and what to do.
    """
    states = [(month, timeline.levers_at(month)) for month in timeline.turns]
    ever_a_zone = any(levers.zone.exists for _, levers in states)
    for month, levers in states:
        problem = contradiction(levers, ever_a_zone)
        if problem:
            raise UserError(f"policy {name!r}, from {month_label(month)}: {problem}")
        if world is not None:
            _check_names(name, levers, world)
            where = f"policy {name!r}, from {month_label(month)}"
            check_room(where, levers, world)
            check_paid_once(where, levers, world)


def contradiction(levers: Levers, ever_a_zone: bool) -> str | None:
    """Return why a month's levers contradict each other, or None.

    Args:
        levers: All levers of the month.
        ever_a_zone: Whether the policy has a zone in any month.
    """
    zone = levers.zone
    if zone.sectoral and (zone.provinces or zone.cities):
        return (
            "zone.sectoral is true, so the zone has no places; empty zone.provinces and zone.cities"
        )
    if not ever_a_zone:
        no_zone = "but there is no zone; set zone.provinces, zone.cities or zone.sectoral"
        if zone.inside.model_dump(exclude_unset=True):
            return f"zone.inside is set, {no_zone}"
        if zone.outsiders != "none":
            return f"zone.outsiders is {zone.outsiders!r}, {no_zone}"
        if levers.access.ahead_of_approval:
            return f"access.ahead_of_approval is {levers.access.ahead_of_approval}, {no_zone}"
        if levers.financing.pooling.special_fund == "zone":
            return f"financing.pooling.special_fund is 'zone', {no_zone}"
    if zone.sectoral and zone.outsiders != "none":
        return "zone.sectoral is true, so nobody is outside; set zone.outsiders to 'none'"
    for rules in (levers, levers.inside()):
        problem = _network_problem(rules)
        if problem:
            return problem
    for name, layer in levers.benefits.items():
        problem = _own_problem(layer)
        if problem:
            return f"benefits.{name}{problem}"
    for name, layer in levers.layers:
        problem = _layer_problem(layer, levers)
        if problem:
            return f"benefits.{name}{problem}"
    return None


def _network_problem(levers: Levers) -> str | None:
    network = levers.network
    if network.members != "none":
        return None
    if network.referral != "free":
        return (
            f"network.referral is {network.referral!r}, but network.members is 'none'; "
            "set network.referral to 'free'"
        )
    if levers.registry.reporting == "network":
        return (
            "registry.reporting is 'network', but network.members is 'none'; set "
            "registry.reporting to 'voluntary' or 'mandatory'"
        )
    return None


def _layer_problem(layer: Layer, levers: Levers) -> str | None:
    money = levers.financing
    by_law = levers.institution.funding_floor if has_law(levers) else 0.0
    sources = (
        money.per_head_levy, money.surplus_share, money.maternity_levy, money.fiscal,
        money.donations, by_law,
    )  # fmt: skip
    if layer.payer == "special_fund" and not any(sources):
        return (
            " is paid by the special fund, which has no source of money; set one of "
            "financing.per_head_levy, surplus_share, maternity_levy, fiscal, donations, or "
            "institution.funding_floor under a law"
        )
    if layer.where == "zone" and not levers.zone.exists:
        return (
            ".where is 'zone', but there is no zone; set zone.provinces, zone.cities or "
            "zone.sectoral"
        )
    if layer.diseases == "catalogue" and levers.definition.catalogue == "none":
        return ".diseases is 'catalogue', but definition.catalogue is 'none'"
    if layer.base != "all_oop" and layer.drug == "unlisted":
        return f".base is {layer.base!r}, which holds nothing of an unlisted drug; use 'all_oop'"
    return None


def _own_problem(layer: Layer) -> str | None:
    start, end = layer_span(layer)
    if start >= end:
        return f".start is {layer.start}, which is not before its end {layer.end}"
    if layer.cost_above >= layer.cost_below:
        return f".cost_above is {layer.cost_above:g}, not below its cost_below {layer.cost_below:g}"
    return None


def _check_names(policy: str, levers: Levers, world: World) -> None:
    provinces = set(world.provinces["province"])
    cities = set(world.cities["city"])
    diseases = set(world.diseases["disease"])

    def check(path: str, kind: str, names: str | tuple[str, ...], known: set[str]) -> None:
        for name in () if isinstance(names, str) else names:
            if name not in known:
                where = f"policy {policy!r}, {path}"
                for kind_of_place in ("province", "city"):
                    english = world.english_name(name, kind_of_place)
                    if english in known:
                        raise UserError(
                            f"{where}: a policy names places in English: write {english!r} for "
                            f"{name!r}"
                        )
                raise UserError(f"{where}: {unknown(kind, name, sorted(known))}")

    check("zone.provinces", "province", levers.zone.provinces, provinces)
    check("zone.cities", "city", levers.zone.cities, cities)
    lists = {"none", *world.network_lists}
    check("network.members", "list", (levers.network.members,), lists)
    check("zone.inside.network.members", "list", (levers.zone.inside.network.members,), lists)
    for name, layer in levers.benefits.items():
        check(f"benefits.{name}.where", "province or city", layer.where, provinces | cities)
        check(f"benefits.{name}.diseases", "disease", layer.diseases, diseases)
