"""Whose people a comparison simulates, which places each zone holds, and what was set, in words.

Everything that tells a result goes by this: the screen, the sentences, the report and its figures.
It is read from the plain data of `Design.scope`, which the manifest keeps.
"""

from collections.abc import Callable, Mapping
from typing import Any

from abm.world import World
from experiments.reporting.texts import Words

PlaceName = Callable[[str], str]
"""Gives the name of a place in the language wanted."""


def place_names(world: World, words: Words) -> PlaceName:
    """Return what gives the names of a world's provinces and cities in a language."""
    names: dict[str, str] = {}
    for table, kind in ((world.cities, "city"), (world.provinces, "province")):
        names.update(zip(table[kind], table[f"{kind}_zh"].astype(str), strict=True))
    return lambda name: words.pick(name, names.get(name, ""))


def people(scope: Mapping[str, Any], words: Words, place: PlaceName) -> str:
    """Return whose people are simulated: everybody's, or those of some provinces."""
    country = words.pick(scope["country"], scope["country_zh"])
    provinces = list(map(place, scope["provinces"]))
    if scope["everywhere"]:
        return words("scope.all", country=country, count=len(provinces))
    if len(scope["without"]) < len(provinces):
        count, without = len(provinces) + len(scope["without"]), map(place, scope["without"])
        return words("scope.but", country=country, count=count, provinces=words.listed(without))
    return words("scope.some", country=country, provinces=words.listed(provinces))


def zones(
    scope: Mapping[str, Any], words: Words, place: PlaceName, named: PlaceName = str
) -> list[str]:
    """Return a line for each zone that some policy has: its places, and since when its rules."""
    alike: dict[tuple, list[str]] = {}
    for policy, zone in scope["zones"].items():
        key = (tuple(zone["places"]), zone["borders"], zone["from"])
        alike.setdefault(key, []).append(policy)
    lines = []
    for (places, borders, begins), policies in alike.items():
        where = words.listed(map(place, places)) if borders else words("scope.everywhere")
        lines.append(
            words("scope.zone", policies=words.listed(map(named, policies)), places=where,
                  month=begins)
        )  # fmt: skip
    return lines


def variants(scope: Mapping[str, Any], words: Words, named: PlaceName = str) -> dict[str, str]:
    """Return of each policy with levers set in it alone how it differs from which, in words."""
    told = {}
    for name, variant in scope.get("variants", {}).items():
        levers = words.listed(
            words("scope.lever", path=path, new=new, old=" / ".join(old))
            for path, old, new in variant["levers"]
        )
        key = "scope.variant" if levers else "scope.same"
        told[name] = words(key, of=named(variant["of"]), levers=levers)
    return told


def settings(scope: Mapping[str, Any], words: Words) -> str:
    """Return what was set for this comparison, levers and parameters; empty for nothing."""
    found = {**scope["set"], **{name: f"{v:g}" for name, v in scope["parameters"].items()}}
    told = words.listed(f"{name} = {value}" for name, value in found.items())
    return words("scope.set", settings=told) if told else ""


def one_in(scale: float) -> str:
    """Return how many real patients a simulated one stands for, as it is told."""
    return f"{1 / scale:,.0f}" if scale <= 0.1 else f"{1 / scale:.3g}"


def years(scope: Mapping[str, Any], words: Words) -> str:
    """Return the years that the scenario covers."""
    first, last = scope["first_year"], scope["last_year"]
    if first == last:
        return words("scope.year", first=first)
    return words("scope.years", first=first, last=last, count=last - first + 1)


def described(
    scope: Mapping[str, Any], words: Words, place: PlaceName, named: PlaceName = str
) -> list[str]:
    """Return all of it, a line each: people, years, variants, zones, what was set.

    Args:
        scope: What `Design.scope` tells.
        words: The texts of the language.
        place: Gives the name of a place.
        named: Gives what a policy is called.
    """
    about = words("scope.people", people=people(scope, words, place), years=years(scope, words))
    alike = [words("tell.list", what=named(name), told=how)
             for name, how in variants(scope, words, named).items()]  # fmt: skip
    where = zones(scope, words, place, named)
    return list(filter(None, (about, *alike, *where, settings(scope, words))))


def group_people(scope: Mapping[str, Any], words: Words) -> str:
    """Return what the group of all is called: everyone, or everyone simulated."""
    return words("group.all" if scope["everywhere"] else "group.all_simulated")
