"""What the policy editor edits: levers as fields, and what is wrong with a draft.

A draft is what the editor sets on top of a policy: values by path of the lever, with the month from
which each holds ("zone.provinces@2020-01"; without one, the first). What was typed wrongly stays in
the draft as it was typed, until it is put right.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from abm.errors import UserError
from abm.policy import Policy, load_policy
from abm.policy.diff import Difference
from abm.policy.files import FROM_THE_START, month_label
from abm.policy.idle import Idle, idle_levers
from abm.policy.levers import INSIDE, LAYER, Levers
from abm.policy.loading import BEGINS
from abm.policy.paths import LeverInfo, checked, dated, lever_index, nested, parsed
from abm.world import World
from viz.i18n.levers import group_of

Draft = Mapping[str, Any]


@dataclass(frozen=True)
class LeverInput:
    """A lever as a field to be filled in.

    Attributes:
        path: Dotted path.
        group: Key of the group it is shown in.
        kind: "switch", "choice", "number", "names", "month" or "brackets".
        info: What the lever is.
        choices: What can be chosen, for a choice or names.
        whole: Choices that stand for a whole list ("all").
    """

    path: str
    group: str
    kind: str
    info: LeverInfo
    choices: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()


class Sheet(NamedTuple):
    """A draft with what is wrong in it.

    Attributes:
        problems: What is wrong with single levers, by path; with the beginning, by `BEGINS`.
        contradiction: What is wrong with the whole, or an empty text.
        policy: The edited policy, or None if anything is wrong.
        difference: Where it differs from the policy it started from.
        idle: Levers, or whole layers, that are set and cannot act.
    """

    problems: dict[str, str]
    contradiction: str
    policy: Policy | None
    difference: list[Difference]
    idle: list[Idle]


def sheet(start: Policy, draft: Draft, world: World) -> Sheet:
    """Return a draft with what is wrong in it.

    Args:
        start: The policy that the draft is set on top of.
        draft: Values by path.
        world: The country whose places and lists it may name.
    """
    problems = {key: problem(key, value) for key, value in draft.items() if key != BEGINS}
    problems = {path_of(key): what for key, what in problems.items() if what}
    if problems:
        return Sheet(problems, "", None, [], [])
    begun = {key: value for key, value in draft.items() if key == BEGINS}
    try:
        moved = load_policy(start, begun, world=world)
        policy = load_policy(start, draft, world=world)
    except UserError as error:
        what = _bare(error)
        about = {path: what for path in map(path_of, draft) if what.startswith(f"{path}:")}
        return Sheet(about, "" if about else what, None, [], [])
    difference = policy.difference(moved) if draft else start.difference()
    return Sheet({}, "", policy, difference, idle_levers(policy.timeline, world))


def problem(key: str, value: Any) -> str:
    """Return what is wrong with a lever's value or its month, or an empty text."""
    try:
        path, _ = dated(key)
        checked(nested({path: parsed(path, value)}), "settings")
    except UserError as error:
        return _bare(error)
    return ""


def _bare(error: UserError) -> str:
    """Return a complaint without the long name that a policy with settings has."""
    return re.sub(r"""^(settings: |policy (['"]).*\2, )""", "", str(error))


def fields(policy: Policy, world: World, layers: Iterable[str] = ()) -> dict[str, list[LeverInput]]:
    """Return the levers, by group, in the order of the schema.

    Args:
        policy: Whose benefit layers get a group each.
        world: The country whose places and lists can be chosen.
        layers: Further layers that a draft makes.
    """
    found: dict[str, list[LeverInput]] = {}
    names = sorted({*_layers(policy), *layers})
    for path, info in lever_index().items():
        for name in names if path.startswith(LAYER) else [""]:
            field = _field(path.replace("<layer>", name), info, world)
            found.setdefault(field.group, []).append(field)
    return found


def path_of(key: str) -> str:
    """Return the lever of a key of a draft, whatever its month."""
    return key.partition("@")[0]


def key_of(draft: Draft, path: str) -> str | None:
    """Return the key under which a draft sets a lever, the latest of several; None for none."""
    return max((key for key in draft if path_of(key) == path), default=None)


def undone(draft: Draft, path: str) -> dict[str, Any]:
    """Return a draft that leaves a lever as the policy has it."""
    return {key: value for key, value in draft.items() if path_of(key) != path}


def begun_at(policy: Policy) -> str | None:
    """Return from when the first of a policy's own changes holds, None if none has a date."""
    own = [one.from_month for one in policy.changes if one.from_month > FROM_THE_START]
    return month_label(min(own)) if own and policy.base is not None else None


def starts(policy: Policy, draft: Draft, path: str, first: str) -> str:
    """Return from when the value of a lever holds.

    Args:
        policy: The policy that the draft is set on top of.
        draft: Values by path.
        path: The lever.
        first: The scenario's first month.
    """
    key = key_of(draft, path)
    if key is not None:
        return key.partition("@")[2] if "@" in key else first
    return max(history(policy, path)[-1][0].replace(month_label(FROM_THE_START), first), first)


def own_layers(policy: Policy) -> set[str]:
    """Return the names of the benefit layers of which a policy itself says something."""
    return {name for one in policy.changes for name in one.settings.get("benefits", {})}


def made_layers(draft: Draft) -> set[str]:
    """Return the names of the benefit layers in which a draft sets something."""
    return {path.split(".")[1] for path in draft if path.startswith(LAYER)}


def _layers(policy: Policy) -> set[str]:
    return {name for levers in policy.timeline.written.values() for name in levers.benefits}


def _field(path: str, info: LeverInfo, world: World) -> LeverInput:
    group, kinds = group_of(path), info.kinds
    enum = tuple(value for kind in kinds for value in kind.get("enum", ()))
    lists = [kind for kind in kinds if kind.get("type") == "array"]
    if lists and "$ref" in lists[0]["items"]:
        return LeverInput(path, group, "brackets", info)
    if lists:
        choices = tuple(lists[0]["items"].get("enum", ())) or _names(path.rsplit(".", 1)[-1], world)
        return LeverInput(path, group, "names", info, (*enum, *choices), enum)
    if info.schema.get("type") == "boolean":
        return LeverInput(path, group, "switch", info)
    if enum:
        allowed = tuple(value for value in enum if not problem(path, value))
        return LeverInput(path, group, "choice", info, allowed)
    if info.unit == "choice" and info.schema.get("type") == "string":
        return LeverInput(path, group, "choice", info, _names(path.rsplit(".", 1)[-1], world))
    if any("pattern" in kind for kind in kinds):
        return LeverInput(path, group, "month", info)
    return LeverInput(path, group, "number", info)


def _names(leaf: str, world: World) -> tuple[str, ...]:
    """Return the names of a country that a lever may take."""
    tables: dict[str, tuple[Iterable[str], ...]] = {
        "members": (("none",), world.network_lists),
        "diseases": (world.diseases["disease"],),
        "provinces": (world.provinces["province"],),
        "cities": (world.cities["city"],),
    }
    columns = tables.get(leaf, (world.provinces["province"], world.cities["city"]))
    return tuple(dict.fromkeys(name for column in columns for name in column))


def value_of(policy: Policy, path: str) -> Any:
    """Return what a policy sets a lever to in the end, in the form of a draft; None for nothing.

    Inside the zone, nothing means: as outside.
    """
    return history(policy, path)[-1][1]


def history(policy: Policy, path: str) -> list[tuple[str, Any]]:
    """Return the values that a policy gives a lever: from when, and what."""
    steps: list[tuple[str, Any]] = []
    for month, levers in policy.timeline.written.items():
        value = plain(_read(levers, path))
        if not steps or steps[-1][1] != value:
            steps.append((month_label(month), value))
    return steps


def _read(levers: Levers, path: str) -> Any:
    """Return a lever, or None where it is not set: a layer there is not, as outside the zone."""
    node: Any = levers
    for name in path.split("."):
        if isinstance(node, Mapping):
            node = node.get(name)
        elif (
            path.startswith(INSIDE)
            and node is not levers
            and name not in (node.model_fields_set | {"inside"})
        ):
            return None
        else:
            node = getattr(node, name)
        if node is None:
            return None
    return node


def plain(value: Any) -> Any:
    """Return a lever's value in the form of a draft: lists and dictionaries."""
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value.model_dump() if hasattr(value, "model_dump") else value


def changed(
    policy: Policy, draft: Draft, path: str, value: Any, first: str, start: str | None = None
) -> dict[str, Any]:
    """Return a draft with one lever set; a new value does not move its beginning.

    What the policy has in the end, from when it has it, is no change.

    Args:
        policy: The policy that the draft is set on top of.
        draft: Values by path.
        path: The lever.
        value: A value, or a text as typed.
        first: The scenario's first month.
        start: From when it holds, by default as before.
    """
    others = undone(draft, path)
    start = starts(policy, draft, path, first) if start is None else start
    last = history(policy, path)[-1][1]
    if last == value and value is not None and start == starts(policy, {}, path, first):
        return others
    return {**others, path if start == first else f"{path}@{start}": value}


def begun(
    written: Policy, draft: Draft, month: str | None, world: World, first: str
) -> dict[str, Any]:
    """Return a draft under which the policy itself begins in another month.

    Levers that the draft sets from where the policy changes them move with it.

    Args:
        written: The policy as it is written.
        draft: Values by path.
        month: The month, or a text as typed; the policy's own, or None, is no change.
        world: The country.
        first: The scenario's first month.
    """
    before = beginning(written, draft.get(BEGINS), world)
    same = month is None or month == begun_at(written)
    made: dict[str, Any] = {} if same else {BEGINS: month}
    after = beginning(written, made.get(BEGINS), world)
    for key, value in draft.items():
        path, _, start = key.partition("@")
        if key != BEGINS and (start or first) == starts(before, {}, path, first):
            start = starts(after, {}, path, first)
            key = path if start == first else f"{path}@{start}"
        if key != BEGINS:
            made[key] = value
    return made


def beginning(written: Policy, month: Any, world: World) -> Policy:
    """Return a policy that begins in a month; as written for none, or for what is no month."""
    try:
        return load_policy(written, {} if month is None else {BEGINS: month}, world=world)
    except UserError:
        return written


def number_of(text: str) -> int | float | str:
    """Return the number that a text tells, or the text where it tells none."""
    for kind in (int, float):
        try:
            return kind(text.strip().replace(" ", "").replace(",", ""))
        except ValueError:
            continue
    return text


def format_input(value: Any) -> str:
    """Return a value as a field to be typed in shows it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return "inf" if math.isinf(value) else f"{value:.15g}"
    return str(value)
