"""What two policies that are added say against each other.

Two that set one lever to different values from one month on contradict each other there, unless
what is set on top of both decides. Policies that replace the country's insurance leave nothing to
which what pays beside it could be added.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from abm.errors import UserError
from abm.policy.files import TO_THE_END, Part, setting_text
from abm.policy.levers import LAYER, Levers
from abm.policy.paths import leaves
from agents.codes import Payer


class Clash(NamedTuple):
    """A lever that two policies in a sum set to different values.

    Attributes:
        month: From when on, from January 2019 = 0.
        path: The lever.
        policies: Names of the two.
        values: Its value in each.
        parts: How many parts of the stack are of the sum; those on top of it can decide.
        origin: How to load the sum, or None.
    """

    month: int
    path: str
    policies: tuple[str, str]
    values: tuple[Any, Any]
    parts: int
    origin: str | None


def told(found: tuple[Clash, ...]) -> str:
    """Return contradictions in a line: the first in words, and how to decide on all of them."""
    (one, other), (value, other_value) = found[0].policies, found[0].values
    values = {clash.path: setting_text(clash.values[0]) for clash in reversed(found)}
    cure = ";".join(f"{path}={values[path]}" for path in dict.fromkeys(c.path for c in found))
    origin = found[0].origin or f"{one}+{other}"
    return (
        f"policies {one!r} and {other!r} contradict each other: {found[0].path} is {value!r} in "
        f"the one and {other_value!r} in the other; say which holds, as in '{origin}:{cure}'"
    )


def clashes(
    mine: tuple[Part, ...], theirs: tuple[Part, ...], parts: int, origin: str | None
) -> tuple[Clash, ...]:
    """Return where two policies set one lever to different values, by month.

    Args:
        mine: What the one has and the other has not.
        theirs: The reverse.
        parts: Parts in the stack of both.
        origin: How to load both, or None.
    """
    months = sorted({change.from_month for part in (*mine, *theirs) for change in part.changes})
    found: list[Clash] = []
    for month in months:
        left, right = _set_by(mine, month), _set_by(theirs, month)
        for path in sorted(left.keys() & right.keys()):
            (value, policy), (other_value, other_policy) = left[path], right[path]
            if value != other_value:
                names, values = (policy, other_policy), (value, other_value)
                found.append(Clash(month, path, names, values, parts, origin))
    return tuple(found)


def undecided(found: Iterable[Clash], stack: tuple[Part, ...]) -> tuple[Clash, ...]:
    """Return the contradictions on which nothing on top of the sum decides by their month."""
    return tuple(one for one in found if one.path not in _set_by(stack[one.parts :], one.month))


def refuse_replaced(base: Levers, ending: tuple[Part, ...], adding: tuple[Part, ...]) -> None:
    """Refuse layers for what has been replaced: what is set of them would do nothing, or mislead.

    Policies that end layers of statutory insurance bring a system of their own in place of the
    country's; nothing that pays beside the country's can be added to it.

    Args:
        base: The levers of what both extend.
        ending: Parts that may end layers.
        adding: Parts that may set some.

    Raises:
        UserError: Naming both policies and the layer.
    """
    ended = {
        path.removeprefix(LAYER).removesuffix(".active"): policy
        for path, (value, policy) in _set_by(ending, TO_THE_END).items()
        if _ends_a_layer(path, value)
    }
    statutory = sorted(
        name
        for name in ended
        if name in base.benefits and base.benefits[name].payer == Payer.BASIC.label
    )
    for path, (value, policy) in sorted(_set_by(adding, TO_THE_END).items()):
        if not path.startswith(LAYER) or _ends_a_layer(path, value):
            continue
        layer, lever = path.removeprefix(LAYER).split(".", 1)
        if layer in ended:
            raise UserError(
                f"policies {ended[layer]!r} and {policy!r} contradict each other: the one ends "
                f"{LAYER}{layer}, of which the other sets {lever}"
            )
        if statutory:
            raise UserError(
                f"policies {ended[statutory[0]]!r} and {policy!r} contradict each other: the one "
                f"replaces the country's insurance ({', '.join(statutory)}), beside which "
                f"{LAYER}{layer} of the other pays"
            )


def _ends_a_layer(path: str, value: Any) -> bool:
    """Return whether a lever so set switches a benefit layer off."""
    return path.startswith(LAYER) and path.endswith(".active") and value is False


def _set_by(parts: tuple[Part, ...], month: int) -> dict[str, tuple[Any, str]]:
    """Return value and policy by path of every lever that the parts set by a month."""
    return {
        path: (value, part.name)
        for part in parts
        for change in part.changes
        if change.from_month <= month
        for path, value in leaves(change.settings).items()
    }
