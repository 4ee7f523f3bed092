"""What is set on a command line: levers and parameters by path, and a parameter set."""

from abm.errors import UserError
from abm.policy.paths import PREFIX
from abm.text_files import names_in
from abm.world import World
from experiments.design import BEST, SETS, chosen


def settings_of(texts: list[str] | None) -> dict[str, str]:
    """Return levers by path from texts such as "network.slots=1.2".

    Raises:
        UserError: If a text is not a path and a value, or a lever is set twice.
    """
    return assigned("--set", texts, "path=value, such as network.slots=1.2", PREFIX)


def lives_with(named: str) -> str:
    """Return whether runs live with the world's parameter sets or all alike: "sets" or "best".

    Args:
        named: What was typed; a number or a file has been put into the world by `with_set`.
    """
    return BEST if named == BEST else SETS


def with_set(world: World, named: str, *words: str) -> World:
    """Return a world with one of its parameter sets, if one is named, or with those of a file.

    Args:
        world: The world.
        named: What was typed.
        words: What else it can be.

    Raises:
        UserError: If it is neither, or there is no such set.
    """
    return chosen(world, named, words, "--parameters")


def grouped(texts: list[str] | None) -> dict[str, list[str]]:
    """Return groups of parameters by name from texts such as "tests=genetic_test_price,...".

    Raises:
        UserError: If a text is not a name and parameters, or a name is given twice.
    """
    found = assigned("--group", texts, "NAME=parameter,parameter")
    return {name: names_in(listed) for name, listed in found.items()}


def assigned(
    option: str, texts: list[str] | None, expected: str, prefix: str = ""
) -> dict[str, str]:
    """Return values by name from texts such as "name=value".

    Args:
        option: What gave them, for an error.
        texts: The texts.
        expected: What a text should be.
        prefix: What may stand before a name.

    Raises:
        UserError: If a text is not a name and a value, or a name is given twice.
    """
    found: dict[str, str] = {}
    for text in texts or ():
        name, equals, value = text.partition("=")
        name = name.strip().removeprefix(prefix)
        if not equals or not name:
            raise UserError(f"{option} {text}: expected {expected}")
        if name in found:
            raise UserError(f"{option} {name}: given twice, {found[name]} and {value.strip()}")
        found[name] = value.strip()
    return found
