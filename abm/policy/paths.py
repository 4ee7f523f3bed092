"""Levers by path ("network.slots"): what there is, what a path expects, and checks of settings.

Settings are nested dictionaries of levers, as in a policy file; a path names one leaf of them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError

from abm.calendar import month_of
from abm.errors import UserError, shortened, unknown
from abm.policy.declare import Lever, declared
from abm.policy.levers import Levers
from abm.text_files import names_in, toml_of

Settings = dict[str, Any]
"""Nested levers; a leaf is a plain value or a tuple."""


@dataclass(frozen=True)
class LeverInfo:
    """What one lever is.

    Attributes:
        path: Dotted path; a layer's levers have the path "benefits.<layer>.<lever>".
        description: Meaning, with the unit in brackets.
        unit: Unit of the value.
        expected: The values it takes, in words.
        default: Value that holds unless a policy sets another.
        schema: Its JSON Schema.
        lever: How it is declared: where it lands, when it can act.
    """

    path: str
    description: str
    unit: str
    expected: str
    default: Any
    schema: Mapping[str, Any]
    lever: Lever

    @property
    def kinds(self) -> list[Mapping[str, Any]]:
        """The schema, and those of which a value may meet any."""
        return [self.schema, *self.schema.get("anyOf", [])]


@cache
def lever_index() -> dict[str, LeverInfo]:
    """Return every lever by its path."""
    whole = Levers.model_json_schema()
    return {info.path: info for info in _walk(whole, whole["$defs"], "")}


def _walk(node: Mapping[str, Any], defs: Mapping[str, Any], path: str) -> Iterator[LeverInfo]:
    node = {**defs[node["$ref"].rsplit("/", 1)[1]], **node} if "$ref" in node else node
    if "properties" in node:
        for name, child in node["properties"].items():
            yield from _walk(child, defs, f"{path}.{name}" if path else name)
    elif "patternProperties" in node:
        (layer,) = node["patternProperties"].values()
        yield from _walk(layer, defs, f"{path}.<layer>")
    else:
        yield LeverInfo(
            path, node["description"], node["unit"], _expected(node), node.get("default"),
            node, declared(Levers)[path],
        )  # fmt: skip


def _expected(node: Mapping[str, Any]) -> str:
    if "anyOf" in node:
        return " or ".join(_expected(choice) for choice in node["anyOf"])
    if "enum" in node:
        return "one of " + ", ".join(repr(value) for value in node["enum"])
    if "const" in node:
        return repr(node["const"])
    match node.get("type"):
        case "boolean":
            return "true or false"
        case "integer" | "number" as kind:
            return f"a {'whole ' if kind == 'integer' else ''}number{_range(node)}"
        case "array" if "$ref" in node["items"]:
            return f"a rising list of 1 to {node['maxItems']} tables, such as {STEPS}"
        case "array":
            return f"a list of {_expected(node['items']).replace('one of ', '')}"
        case "string" if "pattern" in node:
            return "a month YYYY-MM"
        case "string":
            return "a name" if node.get("unit") == "choice" else "names"
    return "none"


STEPS = "[{up_to = 300000, rate = 0.8}, {up_to = inf, rate = 0.9}]"
"""An example of brackets, as files and command lines have them."""


def _range(node: Mapping[str, Any]) -> str:
    low, above, high = (node.get(key) for key in ("minimum", "exclusiveMinimum", "maximum"))
    if above is not None:
        return f" above {above}" + (f", at most {high}" if high is not None else "")
    if low is None:
        return ""
    return f" from {low} to {high}" if high is not None else f" of at least {low}"


def lever_info(path: str) -> LeverInfo:
    """Return what the lever at a path is.

    Raises:
        UserError: If there is none, with the nearest path.
    """
    parts = path.split(".")
    index = _index_for(parts[1] if parts[0] == "benefits" and len(parts) > 2 else "<layer>")
    if path in index:
        return index[path]
    if any(key.startswith(path + ".") for key in index):
        inside = [key[len(path) + 1 :] for key in index if key.startswith(path + ".")]
        raise UserError(f"{path} is a group; set one of its levers: {', '.join(inside[:12])}")
    if parts[0] == "benefits" and len(parts) == 2:
        raise UserError(
            f"{path} is a layer; expected a table of its levers, such as {path}.payer_cap"
        )
    if parts[0] == "benefits" and parts[-1] in ("rate", "up_to"):
        layer = ".".join(parts[:2])
        raise UserError(
            f"unknown lever {path!r}; a layer's rates stand in its brackets: "
            f"'{layer}.brackets=[{{up_to = inf, rate = 0.95}}]' (in quotes on a command line)"
        )
    same_leaf = [key for key in index if key.endswith("." + parts[-1])]
    raise unknown("lever", path, same_leaf or index)


@cache
def _index_for(layer: str) -> dict[str, LeverInfo]:
    return {path.replace("<layer>", layer): info for path, info in lever_index().items()}


PREFIX = "levers."
"""May stand before a lever's path."""


def by_path(settings: Any) -> dict[str, Any]:
    """Return levers by path as the rest expects them: "levers.network.slots" is "network.slots".

    Raises:
        UserError: If it is no mapping.
    """
    if not isinstance(settings, Mapping):
        raise UserError(
            f"settings {settings!r}: expected values by lever, such as {{'network.slots': 1.2}}"
        )
    return {path.removeprefix(PREFIX): value for path, value in settings.items()}


def dated(key: str) -> tuple[str, int | None]:
    """Return a lever's path and the month from which a setting of it holds, None for the first.

    Args:
        key: A path, or a path with a month: "zone.provinces@2021-06".

    Raises:
        UserError: If what follows the "@" is no month.
    """
    path, at, when = key.partition("@")
    try:
        return path, month_of(when) if at else None
    except UserError as error:
        raise UserError(f"{path}: {error}") from None


def leaves(settings: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Return the settings' values by dotted path."""
    found: dict[str, Any] = {}
    for name, value in settings.items():
        path = f"{above}.{name}" if above else str(name)
        found.update(leaves(value, path) if isinstance(value, Mapping) else {path: value})
    return found


def nested(values: Mapping[str, Any]) -> Settings:
    """Return nested settings from values by dotted path (the reverse of `leaves`)."""
    settings: Settings = {}
    for path, value in values.items():
        *groups, name = path.split(".")
        place = settings
        for group in groups:
            place = place.setdefault(group, {})
        place[name] = value
    return settings


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> Settings:
    """Return both settings in one; where both set a lever, `above` holds."""
    result = dict(below)
    for name, value in above.items():
        old = result.get(name)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            value = merged(old, value)
        result[name] = value
    return result


def checked(settings: Mapping[str, Any], where: str) -> Settings:
    """Return settings with every name, type and range checked, in their normal form.

    Args:
        settings: Nested levers, as read from a file.
        where: What the error message begins with.

    Raises:
        UserError: For an unknown lever, or a wrong type or range.
    """
    try:
        levers = Levers.model_validate(settings)
    except ValidationError as error:
        raise UserError(f"{where}: {_in_words(error, settings)}") from None
    return levers.model_dump(exclude_unset=True)


def _in_words(error: ValidationError, settings: Mapping[str, Any]) -> str:
    errors = error.errors()
    beside = [one for one in errors if one["loc"][:-1] == errors[0]["loc"][:-1]]
    first = next((one for one in beside if one["type"] == "extra_forbidden"), errors[0])
    names = [str(part) for part in first["loc"]]
    if first["type"] == "extra_forbidden" and "brackets" not in names:
        try:
            lever_info(".".join(names))
        except UserError as unknown_lever:
            return str(unknown_lever)
    if "[key]" in names:
        return f"benefits: {names[1]!r} is no layer name; use small letters, digits and hyphens"
    value: Any = settings
    for depth, name in enumerate(names):
        value = value[name]
        path = ".".join(names[: depth + 1])
        if not isinstance(value, Mapping):
            break
    try:
        info = lever_info(path)
    except UserError as problem:
        return str(problem)
    tables = "$ref" in info.schema.get("items", {})
    if tables and (step := _step(first, names[depth + 1 :])):
        return f"{path}: {step}; expected {info.expected}"
    # Of a choice or a list, what is wrong with the list is said after that it is no choice.
    told = [e["msg"] for e in errors if e["loc"][: depth + 1] == first["loc"][: depth + 1]]
    reasons = [text.removeprefix("Value error, ") for text in told if "Value" in text]
    reason = f" ({reasons[0]})" if reasons else ""
    return f"{path}: expected {info.expected}, got {shortened(value)}{reason}"


def _step(error: Any, place: list[str]) -> str:
    """Return what is wrong within one step of a list of tables; empty if it is the list itself."""
    if not place or not place[0].isdigit():
        return ""
    step = f"step {int(place[0]) + 1}"
    if len(place) < 2:
        return f"{step} is {shortened(error['input'])}, not a table"
    known = Levers.model_json_schema()["$defs"]["Bracket"]["properties"]
    if error["type"] == "missing":
        return f"{step} has no {place[1]}"
    if place[1] not in known:
        return f"{step}: {unknown('entry', place[1], known)}"
    value, wanted = shortened(error["input"]), _expected(known[place[1]])
    return f"{step}: {place[1]} is {value}, expected {wanted}"


def parsed(path: str, value: Any) -> Any:
    """Return a setting's value as the lever's type, from text such as a command line gives.

    Args:
        path: The lever.
        value: Text ("1.2", "true", "North,South", "[{up_to = inf, rate = 0.8}]") or a value.

    Raises:
        UserError: If there is no such lever, or a list of tables cannot be read.
    """
    info = lever_info(path)
    choices = info.kinds
    if not isinstance(value, str):
        return value
    text = re.sub(r"(?<![\w.\"'])\.(?=\d)", "0.", value.strip())  # .95 is 0.95 in TOML
    kinds = {choice.get("type") for choice in choices}
    if any(text in choice.get("enum", []) for choice in choices):
        return text
    tables = "$ref" in info.schema.get("items", {})
    if "array" in kinds and not text.startswith("[") and not tables:
        return [name.strip(" \"'") for name in names_in(text)]
    if "string" in kinds and "array" not in kinds:
        return text
    try:
        return toml_of(f"value = {text}", path)["value"]
    except UserError as error:
        if tables:
            reason = str(error).removeprefix(f"{path}: not valid TOML: ").split(" (at")[0].lower()
            raise UserError(
                f"{path}: {text} cannot be read ({reason}); expected {info.expected}"
            ) from None
        return {"true": True, "false": False}.get(text.lower(), text)
