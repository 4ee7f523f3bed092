"""Policy files: reading and writing TOML, and the JSON Schema of the format."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from abm.calendar import label, month_of
from abm.errors import UserError, shortened, unknown
from abm.policy.levers import Levers
from abm.policy.paths import Settings, checked
from abm.policy.ranges import EXPECTED as EXPECTED_RANGE
from abm.policy.ranges import Range, checked_ranges
from abm.policy.triggers import MEASURES, Trigger, read_trigger
from abm.text_files import text_of, toml_of

FROM_THE_START = -12_000
"""Month of a change "from always": before everything that the model can live through."""
TO_THE_END = -FROM_THE_START
"""A month after everything that the model can live through."""
NAME = r"[a-z0-9][a-z0-9-]*"
"""A policy's name, as a pattern."""


@dataclass(frozen=True)
class Change:
    """Levers set from a month on.

    Attributes:
        from_month: Month from January 2019 = 0, or `FROM_THE_START`.
        settings: Nested levers.
        source: Citation, or a text that begins with "assumption".
        ranges: Within what limits those that are guesses may lie, by path.
    """

    from_month: int
    settings: Settings
    source: str
    ranges: Mapping[str, Range] = field(default_factory=dict)

    @property
    def when(self) -> str:
        """The month as a file has it: "2020-01" or "always"."""
        return month_label(self.from_month)


@dataclass(frozen=True)
class Part:
    """The changes that one policy adds to what it extends, by date, and its triggers."""

    name: str
    changes: tuple[Change, ...]
    triggers: tuple[Trigger, ...] = ()


class ChangeTable(BaseModel):
    """One dated change: levers that hold from a month on."""

    model_config = ConfigDict(extra="forbid", strict=True)
    from_: Annotated[str, Field(alias="from", pattern=r"^(\d{4}-(0[1-9]|1[0-2])|always)$")] = Field(
        description='first month in which it holds, "YYYY-MM", or "always"'
    )
    source: str = Field(
        min_length=10, description='citation, or a text that begins with "assumption"'
    )
    set: Levers = Field(description="levers that change; those left out stay as they are")
    ranges: dict[str, list[float | bool | str]] = Field(
        {}, description=f"of those that are guesses, by path: {EXPECTED_RANGE}"
    )


class WhenTable(BaseModel):
    """When a trigger fires: at the end of a year whose scorecard has a figure above or below."""

    model_config = ConfigDict(extra="forbid", strict=True)
    measure: str = Field(
        description=f"one of {', '.join(MEASURES)}", json_schema_extra={"enum": list(MEASURES)}
    )
    above: float | None = Field(None, description="it fires where the figure is above this number")
    below: float | None = Field(None, description="it fires where the figure is below this number")
    first_year: int | None = Field(
        None, alias="in", ge=1, description="first calendar year in which it can fire, such as 2021"
    )


class ThenTable(BaseModel):
    """What follows from the next January on."""

    model_config = ConfigDict(extra="forbid", strict=True)
    set: Levers | None = Field(None, description="levers that change")
    add: dict[str, Any] | None = Field(None, description="numbers that are added to levers")


class TriggerTable(BaseModel):
    """A trigger: what a yearly scorecard finds changes the policy from the next January on."""

    model_config = ConfigDict(extra="forbid", strict=True)
    when: WhenTable = Field(description="a table: measure, and above or below")
    then: ThenTable = Field(description="a table: set or add")
    until: float | None = Field(None, description="the value beyond which nothing is added")
    times: int | None = Field(None, ge=1, description="how often it fires at most, from 1 on")
    source: str = Field(
        min_length=10, description='citation, or a text that begins with "assumption"'
    )
    ranges: dict[str, list[float]] = Field(
        {}, description="of its numbers that are guesses, by name: [low, high]"
    )


class PolicyTable(BaseModel):
    """A policy file."""

    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field(pattern=f"^{NAME}$", description="small letters and hyphens")
    title: str = Field(min_length=1, description="a few words")
    summary: str = Field("", description="a sentence or two")
    extends: str | None = Field(
        None, description='policy whose changes hold as well: a name, names joined by "+", a path'
    )
    changes: list[ChangeTable] = Field([], description="dated changes")
    triggers: list[TriggerTable] = Field([], description="changes that a year's scorecard brings")


def policy_schema() -> dict[str, Any]:
    """Return the JSON Schema of a policy file.

    Each lever has description, unit, default and range; the infinite is written "inf".
    """
    return _finite(PolicyTable.model_json_schema())


def _finite(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _finite(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_finite(value) for value in node]
    return "inf" if isinstance(node, float) and math.isinf(node) else node


def month_label(month: int) -> str:
    """Return "always" or "YYYY-MM"."""
    return "always" if month == FROM_THE_START else label(month)


def read_policy_file(path: Path) -> tuple[dict[str, Any], Part]:
    """Read one file, without what it extends.

    Returns:
        Its header (name, title, summary, extends) and its own part: changes in order of their
        dates, and triggers.

    Raises:
        UserError: If the file is missing, is not TOML, or has a wrong entry.
    """
    where = f"policy file {path}"
    try:
        table = toml_of(text_of(path, where), where)
    except OSError as error:
        raise UserError(f"{where}: {error.strerror or error}") from None
    return parse_policy(table, str(path.name))


def parse_policy(table: Mapping[str, Any], where: str) -> tuple[dict[str, Any], Part]:
    """Return header and own part of a policy given as nested tables; `where` begins errors."""
    changes = []
    for number, entry in enumerate(_entries(table, "changes", where), start=1):
        place = f"{where}, change {number} (from {entry.get('from', '?')})"
        settings = entry.get("set")
        if not isinstance(settings, Mapping):
            raise UserError(f"{place}: set: expected a table of levers [changes.set]")
        settings = checked(settings, place)
        _header(ChangeTable, {**entry, "set": {}, "ranges": {}}, place)
        ranges = checked_ranges(entry.get("ranges", {}), settings, place)
        month = FROM_THE_START if entry["from"] == "always" else month_of(entry["from"])
        changes.append(Change(month, settings, entry["source"], ranges))
    triggers = [
        _trigger(entry, f"{where}, trigger {number}")
        for number, entry in enumerate(_entries(table, "triggers", where), start=1)
    ]
    header = _header(PolicyTable, {**table, "changes": [], "triggers": []}, where)
    for name in ("changes", "triggers"):
        header.pop(name)
    in_order = sorted(changes, key=lambda change: change.from_month)
    return header, Part(header["name"], tuple(in_order), tuple(triggers))


def _entries(table: Mapping[str, Any], name: str, where: str) -> list[Mapping[str, Any]]:
    """Return the tables of a list of them."""
    raw = table.get(name, [])
    if not (isinstance(raw, list) and all(isinstance(entry, Mapping) for entry in raw)):
        raise UserError(f"{where}: {name}: expected tables [[{name}]]")
    return raw


def _trigger(entry: Mapping[str, Any], where: str) -> Trigger:
    """Return a trigger from its table."""
    for name in ("when", "then"):
        if not isinstance(entry.get(name), Mapping):
            raise UserError(f"{where}: {name}: expected a table, such as {EXAMPLES[name]}")
    when = _header(WhenTable, entry["when"], f"{where}, when")
    then = {name: entry["then"].get(name) for name in ("set", "add")}
    _header(ThenTable, {**entry["then"], "set": None}, f"{where}, then")
    if not isinstance(then["set"] or {}, Mapping):
        raise UserError(f"{where}, then: set: expected a table of levers")
    rest = _header(TriggerTable, {**entry, "when": {"measure": ""}, "then": {}}, where)
    return read_trigger(when, then, rest, where)


EXAMPLES = {
    "when": '{ measure = "fund_refused", above = 0.1 }',
    "then": '{ add = { "financing.per_head_levy" = 0.5 } }',
}
"""What the tables of a trigger look like."""


def _header(model: type[BaseModel], table: Mapping[str, Any], where: str) -> dict[str, Any]:
    try:
        return model.model_validate(table).model_dump()
    except ValidationError as error:
        first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
    key = str(first["loc"][0])
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    if key not in fields:
        raise UserError(f"{where}: {unknown('entry', key, fields)}")
    got = f", got {shortened(table[key])}" if key in table else ", which is missing"
    raise UserError(f"{where}: {key}: expected {fields[key].description}{got}")


def write_policy(
    name: str,
    title: str,
    summary: str,
    extends: str | None,
    changes: tuple[Change, ...],
    triggers: tuple[Trigger, ...] = (),
) -> str:
    """Return the TOML text of a policy file."""
    lines = [f"name = {_value(name)}", f"title = {_value(title)}", f"summary = {_value(summary)}"]
    if extends is not None:
        lines.append(f"extends = {_value(extends)}")
    for change in changes:
        lines += ["", "[[changes]]", f"from = {_value(change.when)}"]
        lines += [f"source = {_value(change.source)}"]
        lines += _tables("changes.set", change.settings)
        lines += _range_lines("changes", change.ranges)
    for trigger in triggers:
        lines += _trigger_lines(trigger)
    return "\n".join(lines) + "\n"


def _trigger_lines(trigger: Trigger) -> list[str]:
    """Return the lines of a trigger in a policy file."""
    told = {"measure": trigger.measure, "above": trigger.above, "below": trigger.below,
            "in": trigger.first_year}  # fmt: skip
    lines = ["", "[[triggers]]", f"source = {_value(trigger.source)}", f"times = {trigger.times}"]
    lines += [f"until = {_value(trigger.until)}"] if trigger.until is not None else []
    lines += [f"when = {_value({key: value for key, value in told.items() if value is not None})}"]
    if trigger.add:
        steps = ", ".join(f"{_value(path)} = {_value(step)}" for path, step in trigger.add.items())
        lines += ["[triggers.then]", f"add = {{ {steps} }}"]
    lines += _tables("triggers.then.set", trigger.set) if trigger.set else []
    return lines + _range_lines("triggers", trigger.ranges)


def _range_lines(above: str, ranges: Mapping[str, Range]) -> list[str]:
    """Return the lines of the ranges of a change or trigger."""
    entries = [f"{_value(path)} = {_value(ends)}" for path, ends in ranges.items()]
    return ["", f"[{above}.ranges]", *entries] if entries else []


def setting_text(value: Any) -> str:
    """Return a lever's value as text that `--set` and references read; a text as it is."""
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return ",".join(value)
    return value if isinstance(value, str) else _value(value)


def _tables(path: str, settings: Mapping[str, Any]) -> list[str]:
    values = {key: value for key, value in settings.items() if not isinstance(value, Mapping)}
    lines = [f"\n[{path}]", *(f"{key} = {_value(value)}" for key, value in values.items())]
    lines = lines if values or not settings else []
    for key, value in settings.items():
        if isinstance(value, Mapping):
            lines += _tables(f"{path}.{key}", value)
    return lines


def _value(value: Any) -> str:
    match value:
        case None:
            return '"none"'
        case bool():
            return str(value).lower()
        case int() | float():
            return repr(value)
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case Mapping():
            inner = ", ".join(f"{key} = {_value(item)}" for key, item in value.items())
            return f"{{ {inner} }}"
        case _:
            return f"[{', '.join(_value(item) for item in value)}]"


EXPECTED = (
    "expected NAME:path=value, such as special-zone:network.slots=1.2, with a short name before it "
    "if wanted, such as more-slots=special-zone:network.slots=1.2"
)
"""What a reference to a policy with levers set looks like."""


def with_levers(reference: str, settings: Mapping[str, Any]) -> str:
    """Return the reference to a policy with levers set on top: "zone:network.slots=1.2"."""
    return f"{reference}:{';'.join(f'{p}={setting_text(v)}' for p, v in settings.items())}"


def split_name(reference: str) -> tuple[str, str]:
    """Return the name that a reference gives a policy, empty for none, and the rest of it.

    "more-slots=special-zone:network.slots=1.2" calls the variant of the zone more-slots.
    """
    found = re.fullmatch(rf"\s*({NAME})\s*=(.+)", reference, re.DOTALL)
    if found is None:
        return "", reference
    name, rest = found.groups()
    return name, rest.strip()


def split_levers(reference: str) -> tuple[str, dict[str, str]]:
    """Return a reference's policy, and the levers set on top of it as text (`with_levers`).

    Raises:
        UserError: If a lever is set twice.
    """
    found = re.fullmatch(r"(.+?):(\s*[a-z][\w.@-]*\s*=.*)", reference, re.DOTALL)
    if found is None:
        return reference, {}
    settings: dict[str, str] = {}
    for text in filter(str.strip, found[2].split(";")):
        path, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            raise UserError(f"{reference}: {text.strip()}: {EXPECTED}")
        if path in settings:
            raise UserError(f"{reference}: {path} is set twice; expected once")
        settings[path] = value
    return found[1].strip(), settings


def is_path(reference: str) -> bool:
    """Return whether a reference to a policy is a path rather than a name."""
    return bool(re.search(r"\.toml$|[/\\]", reference))
