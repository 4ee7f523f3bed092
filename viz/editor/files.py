"""A draft of the policy editor as what a link holds, and as a TOML file."""

import json
import re
from dataclasses import replace
from typing import Any

from abm.errors import UserError
from abm.policy import Policy
from abm.policy.files import FROM_THE_START, is_path, parse_policy, split_levers
from abm.policy.loading import BEGINS
from abm.policy.paths import leaves
from abm.text_files import toml_of
from abm.world import World
from viz.editor.draft import Draft, plain
from viz.view_state import PolicySpec

NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


def spec_of(policy: str, draft: Draft) -> PolicySpec:
    """Return a draft as what a link holds.

    Args:
        policy: Name of the policy that the draft is set on top of.
        draft: Values by path, all of them right.
    """
    return PolicySpec(
        policy, tuple((path, json.dumps(value)) for path, value in sorted(draft.items()))
    )


def to_file(policy: Policy, name: str, title: str) -> str:
    """Return the TOML file of an edited policy.

    Args:
        policy: What the file holds.
        name: Its name: small letters, digits and hyphens.
        title: A few words.

    Raises:
        UserError: If the name is none, or no title is given.
    """
    if not NAME.fullmatch(name):
        raise UserError(f"name {name!r}: expected small letters, digits and hyphens")
    if not title.strip():
        raise UserError("title: expected a few words")
    return replace(policy, name=name, title=title.strip()).to_toml()


def from_file(text: str, name: str, world: World) -> PolicySpec:
    """Return what a TOML file of a policy holds, as what a link holds.

    Args:
        text: Content of the file.
        name: Its name, for the errors.
        world: The country for which it is.

    Raises:
        UserError: If it is no policy, or one that the editor cannot hold.
    """
    table = toml_of(text, name)
    header, own = parse_policy(table, name)
    if own.triggers:
        raise UserError(
            f"{name}: has triggers, which the editor cannot hold (rarecare compare takes any file)"
        )
    start, begun = split_levers(header["extends"] or "")
    if not start or is_path(start) or set(begun) - {BEGINS}:
        extends = header["extends"]
        raise UserError(f"{name}: extends: expected the name of a shipped policy, got {extends!r}")
    draft: dict[str, Any] = {**begun}
    for change in own.changes:
        if change.from_month == FROM_THE_START:
            raise UserError(f"{name}: has a change from always; expected a month of the scenario")
        at = "" if change.from_month == world.first_month else f"@{change.when}"
        for path, value in leaves(change.settings).items():
            draft[f"{path}{at}"] = "none" if value is None else plain(value)
    spec = spec_of(start, draft)
    spec.load(world)
    return spec
