"""Which places and diseases a policy's layers cover, and which layers can meet one bill."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, product
from typing import NamedTuple

import numpy as np

from abm.errors import UserError
from abm.policy.benefits import Layer
from abm.policy.levers import Definition, Levers
from abm.world import World
from abm.world.limits import at_most
from agents.codes import Catalogue, Scheme
from agents.core.limits import LAYERS, LINES


def zone_of(levers: Levers, world: World) -> np.ndarray:
    """Return which cities lie in the special zone; a sectoral zone is the whole country."""
    cities = world.cities
    inside = cities["province"].isin(levers.zone.provinces) | cities["city"].isin(
        levers.zone.cities
    )
    return (inside | levers.zone.sectoral).to_numpy()


def is_everywhere(levers: Levers, world: World) -> bool:
    """Return whether the special zone is the whole country."""
    zone, places = levers.zone, zip(world.cities["province"], world.cities["city"], strict=True)
    return zone.sectoral or all(p in zone.provinces or c in zone.cities for p, c in places)


def cities_of(layer: Layer, zone: np.ndarray, world: World) -> np.ndarray:
    """Return in which cities a layer holds; `zone` says which lie in the special zone."""
    if layer.where == "zone":
        return zone
    if layer.where == "all":
        return np.ones(len(zone), bool)
    names = zip(world.cities["province"], world.cities["city"], strict=True)
    return np.array([province in layer.where or city in layer.where for province, city in names])


def diseases_of(layer: Layer, levers: Levers, world: World) -> np.ndarray:
    """Return which diseases a layer names; the response class is another condition.

    Of a catalogue by rule all that could ever be in it; what is in it the model reviews each year.
    """
    return _diseases(layer.diseases, levers.definition, world)


def _diseases(named: str | tuple[str, ...], definition: Definition, world: World) -> np.ndarray:
    names = world.diseases["disease"]
    if named == "all":
        return np.ones(len(names), bool)
    if named == "catalogue":
        limit = Catalogue.of(definition.catalogue)
        listed = world.diseases["catalogue"].to_numpy()
        rare = (world.diseases["prevalence_per_100k"] <= definition.prevalence_threshold).to_numpy()
        if limit == Catalogue.RULE:
            treatable = names.isin(world.drugs["disease"]).to_numpy()
            return rare & (treatable | (not definition.treatable_only))
        return ((listed > 0) & (listed <= limit) | (limit == Catalogue.ALL)) & rare
    return np.array([name in named for name in names])


def dearest_drug(layer: Layer, levers: Levers, world: World) -> float:
    """Return the highest price that a drug for a layer's diseases can have, yuan a year.

    That at launch or, where it was listed at a higher one, that; minus infinity where there is no
    drug for them.
    """
    return _dearest(layer.diseases, layer.response, levers.definition, world)


@lru_cache(maxsize=64)
def _dearest(
    named: str | tuple[str, ...], response: tuple[str, ...], definition: Definition, world: World
) -> float:
    these = world.diseases["disease"][_diseases(named, definition, world)]
    covered = world.drugs["disease"].isin(these) & world.drug_responses.isin(response)
    drugs = world.drugs[covered]
    prices = np.fmax(drugs["price_before"], drugs["price_after"])
    return float(prices.max()) if len(prices) else -np.inf


class Crowded(NamedTuple):
    """The bill that most layers can meet: an insured's of a city, with a disease."""

    layers: tuple[str, ...]
    city: str
    disease: str


def check_room(where: str, levers: Levers, world: World) -> None:
    """Refuse more layers than the records have room for, in all or on one bill.

    Args:
        where: The policy and month, for the message.
        levers: All levers of the month.
        world: Its places, diseases and drugs.

    Raises:
        UserError: Naming the layers, their number and the limit.
    """
    layers = [layer for _, layer in levers.layers]
    at_most(where, len(layers), "benefit layers pay at once", LAYERS)
    if len(layers) <= LINES or all(sum(way) <= LINES for way in _ways(layers)):
        return  # whatever places and diseases they are for
    worst = most_on_one_bill(levers, world)
    if len(worst.layers) > LINES:
        raise UserError(
            f"{where}: {len(worst.layers)} benefit layers can meet one bill (insured in "
            f"{worst.city}, {worst.disease}: {', '.join(worst.layers)}), expected at most {LINES}"
        )


def check_paid_once(where: str, levers: Levers, world: World) -> None:
    """Refuse two layers of one payer that can meet on one bill, unless the later says how.

    Somebody who is poor and has bought commercial cover can meet every layer that others meet.

    Args:
        where: The policy and month, for the message.
        levers: All levers of the month.
        world: Its places, diseases and drugs.

    Raises:
        UserError: Naming both layers, their payer, a bill on which they meet, and what to set.
    """
    layers = [layer for _, layer in levers.layers]
    pairs = [
        (k, n)
        for k, n in combinations(range(len(layers)), 2)
        if layers[k].payer == layers[n].payer
        and layers[n].beside == "alone"
        and any(map(all, _ways([layers[k], layers[n]])))
    ]
    if not pairs:
        return
    here, treats = _places(layers, levers, world), _treatable(layers, levers, world)
    for k, n in pairs:
        city, disease = here[k] & here[n], treats[k] & treats[n]
        if city.any() and disease.any():
            (name, first), (other, _) = levers.layers[k], levers.layers[n]
            raise UserError(
                f"{where}: benefits.{name} and benefits.{other} are both paid by {first.payer!r} "
                f"and can meet one bill (insured in {world.cities['city'].iloc[city.argmax()]}, "
                f"{world.drugs['disease'].iloc[disease.argmax()]}); set benefits.{other}.beside to "
                f"'otherwise' (it pays where {name} does not hold) or to 'on-top' (it pays of what "
                f"{name} leaves), or let them cover different people or drugs"
            )


def most_on_one_bill(levers: Levers, world: World) -> Crowded:
    """Return the bill that most layers can meet, whatever the drug costs and wherever it is had.

    Somebody who is poor and has bought commercial cover meets every layer that others meet.
    """
    layers = [layer for _, layer in levers.layers]
    here, city = _distinct(_places(layers, levers, world))
    treats, disease = _distinct(_treatable(layers, levers, world))
    best = Crowded((), "", "")
    for open_to in map(np.array, _ways(layers)):
        met = (here & open_to[:, None]).T.astype(np.int32) @ treats.astype(np.int32)
        if met.size and met.max() > len(best.layers):
            c, d = np.unravel_index(met.argmax(), met.shape)
            names = (
                levers.layers[k][0] for k in np.flatnonzero(open_to & here[:, c] & treats[:, d])
            )
            best = Crowded(
                tuple(names),
                str(world.cities["city"].iloc[city[c]]),
                str(world.drugs["disease"].iloc[disease[d]]),
            )
    return best


def _ways(layers: list[Layer]) -> Iterator[list[bool]]:
    """Yield which layers are open to a scheme and a drug, for each scheme, on and off the list.

    Of the drug's price only the ends of the layers' ranges matter: the most ranges overlap there.
    """
    prices = sorted({layer.cost_below for layer in layers})
    for way in product(Scheme.names(), ("listed", "unlisted"), prices):
        yield [_meets(layer, *way) for layer in layers]


def _meets(layer: Layer, scheme: str, listed: str, price: float) -> bool:
    """Return whether a layer is open to a scheme, and to drugs on or off the list at a price."""
    priced = layer.cost_above < price <= layer.cost_below
    return priced and scheme in layer.schemes and layer.drug in (listed, "any")


def _places(layers: list[Layer], levers: Levers, world: World) -> np.ndarray:
    """Return which layers an insured of each city can meet, shape (layers, cities).

    Where outsiders may travel to the zone, its layers can meet anybody's bill.
    """
    zone = zone_of(levers, world)
    here = np.array([cities_of(layer, zone, world) for layer in layers])
    if levers.zone.outsiders == "travel":
        here[[layer.where == "zone" for layer in layers]] = True
    return here


def _treatable(layers: list[Layer], levers: Levers, world: World) -> np.ndarray:
    """Return which layers cover the disease of each drug, shape (layers, drugs)."""
    responses = world.drug_responses
    row = {name: i for i, name in enumerate(world.diseases["disease"])}
    its_disease = [row[name] for name in world.drugs["disease"]]
    return np.array([
        diseases_of(layer, levers, world)[its_disease] & responses.isin(layer.response).to_numpy()
        for layer in layers
    ])  # fmt: skip


def _distinct(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct columns of an array, and where each stands first."""
    return np.unique(columns, axis=1, return_index=True)
