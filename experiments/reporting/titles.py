"""What policies are called where people read: their titles, in English or Chinese."""

import re
from collections import Counter

from abm.errors import UserError
from abm.policy import Policy, load_policy
from abm.world import World
from experiments.design import Design
from experiments.reporting.texts import Words

SET_HERE = r", [a-z_]+\.[\w.-]+="
"""Where a title goes on with what was set, which is told elsewhere."""


def titles(design: Design, words: Words) -> dict[str, str]:
    """Return the title of each policy by its name, no two alike, those of variants' own too.

    A variant is called by the short name that it was given, or by the title of what it is a
    variant of with the levers as they were typed; what has no Chinese title has an English one.

    Args:
        design: What is compared.
        words: The texts of the language.
    """
    world, variants = design.setting.world, design.scope["variants"]
    found = {
        name: _of_variant(name, variants[name]["of"], policy, world, words)
        if name in variants
        else _own(name, policy, world, words)
        for name, policy in design.policies.items()
    }
    for variant in variants.values():
        if (of := variant["of"]) not in found:
            found[of] = _by_name(of, world, words)
    counts = Counter(found.values())
    return {name: title if counts[title] == 1 else words("tell.of_policy", policy=title, told=name)
            for name, title in found.items()}  # fmt: skip


def _by_name(name: str, world: World, words: Words) -> str:
    """Return the title of a policy that is not compared itself; its name if it was a file."""
    try:
        return _own(name, load_policy(name, world=world), world, words)
    except UserError:
        return name


def summaries(design: Design, words: Words) -> dict[str, str]:
    """Return what is said of each policy that is no variant, in a sentence or two."""
    world, variants = design.setting.world, design.scope["variants"]
    return {
        name: words.pick(" ".join(policy.summary.split()),
                         chinese(name, world).get("summary_zh", ""))
        for name, policy in design.policies.items() if name not in variants
    }  # fmt: skip


def _own(name: str, policy: Policy, world: World, words: Words) -> str:
    """Return the title of a policy, or of several joined by "+", without what was set in it."""
    zh = [chinese(part.strip(), world).get("title_zh", "") for part in name.split("+")]
    english = re.split(SET_HERE, policy.title)[0]
    return words.pick(english, " + ".join(zh) if all(zh) else "")


def _of_variant(name: str, of: str, policy: Policy, world: World, words: Words) -> str:
    """Return what a variant is called: its short name if it has one."""
    if not name.startswith(f"{of}["):
        return name
    return f"{_own(of, policy, world, words)} {name.removeprefix(of)}"


def chinese(policy: str, world: World) -> dict[str, str]:
    """Return `title_zh` and `summary_zh` of a policy, empty if its world has none.

    Args:
        policy: Its name in the world's tables.
        world: The world.
    """
    table = world.view_table("policies").set_index("policy")
    return (
        {key: str(text) for key, text in table.loc[policy].items()} if policy in table.index else {}
    )
