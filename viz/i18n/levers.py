"""Levers in the page's language: names, meanings, values, and what differs between policies.

The English texts are those of the levers' declarations. The table holds the Chinese ones; a lever
that has none there is shown in English.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import solara

from abm.policy.benefits import Layer
from abm.policy.diff import Difference
from abm.policy.files import FROM_THE_START, month_label
from abm.policy.levers import INSIDE, LAYER, Levers
from abm.policy.paths import LeverInfo, lever_info
from viz.i18n.texts import Texts, readable


def lever_key(path: str) -> str:
    """Return a lever's key in the table: one for all layers, inside the zone as outside."""
    parts = path.removeprefix(INSIDE).split(".")
    if path.startswith(LAYER):
        del parts[1]
    return f"lever.{'.'.join(parts)}"


def group_of(path: str) -> str:
    """Return the group that a lever is shown in: each layer, and the zone's inside, has its own."""
    parts = path.split(".")
    return ".".join(parts[:2]) if path.startswith((LAYER, INSIDE)) else parts[0]


def group_title(group: str, texts: Texts) -> str:
    """Return the title of a group of levers; a benefit layer has its name."""
    if group.startswith(LAYER):
        return group.removeprefix(LAYER)
    return texts.get(f"lever.{group}", readable(group).capitalize())


def group_about(group: str, texts: Texts) -> str:
    """Return what a group of levers is about."""
    name = group.split(".")[0]
    return texts.get(f"lever.{name}.about", _group_meanings()[name])


@cache
def _group_meanings() -> dict[str, str]:
    """Return what the groups of levers are about, by name, as they are declared."""
    schema = Levers.model_json_schema()
    declared = {
        name: schema["$defs"].get(group.get("$ref", "").rsplit("/", 1)[-1], group)
        for name, group in schema["properties"].items()
    }
    return {name: " ".join(group["description"].split()) for name, group in declared.items()}


def lever_name(path: str, texts: Texts) -> str:
    """Return what a lever is called within its group."""
    key = lever_key(path)
    name = texts.get(key, readable(key.split(".", 2)[2]).replace(".", ": "))
    if not path.startswith(INSIDE):
        return name
    outside = group_of(path.removeprefix(INSIDE))
    return texts("change.within", group=group_title(outside, texts), name=name)


def lever_within(path: str, texts: Texts) -> str:
    """Return what a lever is called, with its group; or a whole layer."""
    if path.startswith(LAYER) and path.count(".") == 1:
        return texts("change.layer", name=path.removeprefix(LAYER))
    group = group_title(group_of(path), texts)
    return texts("change.within", group=group, name=lever_name(path, texts))


def lever_about(path: str, texts: Texts) -> str:
    """Return what a lever means, without its unit."""
    info = lever_info(path)
    return texts.get(f"{lever_key(path)}.about", info.description.removesuffix(f" ({info.unit})"))


def lever_unit(info: LeverInfo, texts: Texts) -> str:
    """Return a lever's unit."""
    return texts.get(f"lever_unit.{info.unit}", info.unit)


def input_label(info: LeverInfo, texts: Texts) -> str:
    """Return what stands on a lever's field: its unit, in words where the unit is a code."""
    return texts.get(f"input_label.{info.unit}", lever_unit(info, texts))


def expected(info: LeverInfo, texts: Texts) -> str:
    """Return what can be typed for a number or a month."""
    number = next((kind for kind in info.kinds if kind.get("type") in ("integer", "number")), None)
    if number is None:
        return texts("editor.a_month")
    kind = texts("editor.whole" if number["type"] == "integer" else "editor.number")
    low, high = number.get("minimum"), number.get("maximum")
    if low is None:
        text = texts("editor.above", kind=kind, low=number["exclusiveMinimum"], high=high)
    elif high is None:
        text = texts("editor.at_least", kind=kind, low=low)
    else:
        text = texts("editor.between", kind=kind, low=low, high=high)
    unlimited = any(kind.get("const") == "inf" for kind in info.kinds)
    return texts("editor.or_inf", expected=text) if unlimited else text


def format_value(path: str, value: Any, texts: Texts) -> str:
    """Return a lever's value in words.

    Args:
        path: The lever, or a whole layer.
        value: Its value, in the form of a draft or as the policy has it; None where it is not set.
        texts: Texts of the language.
    """
    match value:
        case None:
            return texts("editor.as_outside" if path.startswith(INSIDE) else "editor.nothing")
        case bool():
            return texts("editor.yes" if value else "editor.no")
        case Layer():
            return texts.pick(value.in_words(), _layer(path, value, texts))
        case list() | tuple():
            items = [format_value(path, item, texts) for item in value]
            return texts("editor.comma").join(items) or texts("editor.nothing")
        case Mapping():
            rate = f"{value['rate']:.1%}"
            return texts("editor.step", rate=rate, up_to=format_value(path, value["up_to"], texts))
        case int() | float():
            return texts("editor.unlimited") if value == float("inf") else f"{value:,.10g}"
    return value_name(value, texts)


def format_over_time(path: str, steps: Iterable[tuple[str, Any]], texts: Texts) -> str:
    """Return the values that a lever has one after the other, each with the month it begins."""
    first = month_label(FROM_THE_START)
    return texts("editor.then").join(
        f"{texts('editor.at_first') if when == first else when} {format_value(path, value, texts)}"
        for when, value in steps
    )


def value_name(value: str, texts: Texts) -> str:
    """Return the name of a choice, a place or a disease; a text that is none of them as it is."""
    return texts.get(f"value.{value}", readable(texts.place(value)))


def _layer(path: str, layer: Layer, texts: Texts) -> str:
    """Return what a layer sets, lever by lever, as Chinese lists it."""
    found = {"payer": layer.payer, **layer.model_dump(exclude_defaults=True)}
    return "；".join(
        f"{lever_name(f'{path}.{name}', texts)} {format_value(f'{path}.{name}', value, texts)}"
        for name, value in found.items()
    )


def format_change(difference: Difference, texts: Texts) -> str:
    """Return what differs, from when on, in one line."""
    path, when = difference.path, texts("change.always")
    if difference.month != FROM_THE_START:
        when = texts("change.from", when=difference.when)
    lever = lever_within(path, texts)
    if difference.over:
        return texts("change.over", when=when, lever=lever)
    old, new = (format_value(path, value, texts) for value in (difference.old, difference.new))
    return texts("change.line", when=when, lever=lever, old=old, new=new)


@solara.component
def ChangeLine(difference: Difference, texts: Texts) -> None:
    """Show what differs; pointing at it tells the lever's path and the source."""
    reason = ": ".join(filter(None, (difference.path, difference.source)))
    solara.v.Html(
        tag="div", children=[format_change(difference, texts)], attributes={"title": reason}
    )
