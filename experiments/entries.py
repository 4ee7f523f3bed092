"""The entries of a file or a call that asks for a batch: read, and refused if of another kind."""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from abm.errors import UserError, shortened, unknown
from abm.policy import Policy
from abm.policy.files import setting_text
from abm.text_files import path_of, text_of, toml_of

Kinds = Mapping[str, tuple[tuple[type, ...], str]]
"""Of entries that are no lists: what they can be, and that in words."""


class Expected(NamedTuple):
    """What entries there can be.

    Attributes:
        names: All of them.
        lists: Those that are lists; a text alone is a list of one.
        tables: Those that are tables.
        single: Those that are neither; numbers are checked where they are used.
    """

    names: Collection[str]
    lists: Sequence[str]
    tables: Sequence[str]
    single: Kinds


class Given(NamedTuple):
    """What was asked for.

    Attributes:
        where: What asked for it, for an error.
        entries: Its entries by name.
        folder: Where its paths begin, None for the present folder.
    """

    where: str
    entries: dict[str, Any]
    folder: Path | None


def read_entries(
    kind: str, source: str | Path | Mapping[str, Any] | None, others: Mapping[str, Any],
    expected: Expected,
) -> Given:  # fmt: skip
    """Return the entries of a file or a mapping, with those that hold instead of its own.

    Args:
        kind: What it is: "design", "goal".
        source: The path of a TOML file, its entries, or None.
        others: Entries that hold instead; None means not given.
        expected: What entries there can be.

    Raises:
        UserError: For a file that cannot be read, an unknown entry, or one of another kind.
    """
    if source is None or isinstance(source, Mapping):
        where, entries, folder = kind, dict(source or {}), None
    else:
        path = path_of(source)
        where, folder = f"{kind} {source}", path.absolute().parent
        try:
            entries = toml_of(text_of(path, where), where)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise UserError(f"{where}: {reason}; expected a TOML file") from None
    for name in (*entries, *others):
        if name not in expected.names:
            raise UserError(f"{where}: {unknown('entry', str(name), expected.names)}")
    for name in expected.lists:
        if isinstance(entries.get(name), str):
            entries[name] = [entries[name]]
    entries |= {name: value for name, value in others.items() if value is not None}
    _check_kinds(entries, where, expected)
    return Given(where, entries, folder)


def _check_kinds(entries: Mapping[str, Any], where: str, expected: Expected) -> None:
    """Refuse lists and tables that are none."""
    for name in expected.lists:
        value = entries.get(name)
        if value is not None and (isinstance(value, Mapping) or not hasattr(value, "__iter__")):
            raise UserError(f"{where}: {name}: expected a list, got {shortened(value)}")
    for name in expected.tables:
        if not isinstance(entries.get(name, {}), Mapping):
            found = shortened(entries[name])
            raise UserError(f"{where}: {name}: expected a table [{name}], got {found}")
    for name, (kinds, words) in expected.single.items():
        if name in entries and not isinstance(entries[name], kinds):
            raise UserError(f"{where}: {name}: expected {words}, got {shortened(entries[name])}")


def beside(policy: str | Path | Policy, folder: Path | None) -> str | Path | Policy:
    """Return a policy's file that lies beside the file that names it as the path of it."""
    if folder is None or isinstance(policy, Policy) or not str(policy).endswith(".toml"):
        return policy
    there = folder / str(policy)
    return there if there.is_file() else policy


def toml_value(value: Any) -> str:
    """Return a value as TOML has it."""
    texts = isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
    if isinstance(value, str) or texts:
        return json.dumps(value, ensure_ascii=False)
    return setting_text(value)
