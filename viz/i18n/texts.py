"""The view's texts in English and Chinese, from the tables `texts.csv` beside what shows them.

Where English is left out, the text is that of a declaration elsewhere: a lever's schema, a policy's
title. What is declared there and has no row here is shown in English in both languages.
"""

from collections.abc import Iterator
from functools import cache
from numbers import Integral
from pathlib import Path

from abm.world import World
from experiments.reporting.texts import TABLE, read_texts, rows_of
from viz.worlds import chinese_names, served_world

ROOT = Path(__file__).parents[1]


class Count(int):
    """A whole number that a text can name the counted of: {n:lever|levers}."""

    def __format__(self, words: str) -> str:
        """Return the number, with the first of two words for one and the second for others."""
        if "|" not in words:
            return super().__format__(words)
        one, many = words.split("|")
        return f"{int(self)} {one if self == 1 else many}"


class Texts:
    """The texts of one language about a country; the same two give equal objects.

    Args:
        language: "en" or "zh".
        world: The country; by default the one that pages show if their link names none.

    Raises:
        KeyError: If the language is neither.
    """

    def __init__(self, language: str, world: World | None = None):
        self.language = language
        self.world = world or served_world()
        self._texts = table()[language]

    def __call__(self, key: str, **values: object) -> str:
        """Return a text, with values put in place of its {names}.

        Every text may speak of the country's {first_year}. {n:lever|levers} is "1 lever" for one,
        and "2 levers" for two.

        Raises:
            KeyError: If there is no such text, or a value is missing.
        """
        text = self._texts[key]
        values = {name: _counted(value) for name, value in values.items()}
        if values or "{first_year}" in text:
            return text.format(first_year=self.world.first_year, **values)
        return text

    def get(self, key: str, own: str) -> str:
        """Return a text, or what it is called where it is declared if there is none.

        Args:
            key: Key of the table.
            own: The English text of the declaration.
        """
        return self._texts.get(key, own)

    def name(self, kind: str, code: str) -> str:
        """Return the name of a code, such as a payer's; the code itself where nobody named it.

        Args:
            kind: What is named: the beginning of the key.
            code: Name in the code, in small letters.
        """
        return self.get(f"{kind}.{code}", readable(code))

    def __contains__(self, key: str) -> bool:
        """Return whether there is such a text."""
        return key in self._texts

    def __eq__(self, other: object) -> bool:
        """Return whether these are the texts of the same language about the same country."""
        if not isinstance(other, Texts):
            return False
        return self.language == other.language and self.world is other.world

    def __hash__(self) -> int:
        """Return the same number for the same language and country."""
        return hash((self.language, self.world))

    def place(self, name: str) -> str:
        """Return the name of a place, disease, region or hospital of the country."""
        return self.pick(name, chinese_names(self.world).get(name, ""))

    @property
    def country(self) -> str:
        """The country's name."""
        about = self.world.about
        return self.pick(about.name, about.name_zh or about.name)

    def pick(self, en: str, zh: str) -> str:
        """Return the name in this language, the English one where there is no Chinese."""
        return zh if self.language == "zh" and zh else en


def _counted(value: object) -> object:
    """Return a value so that a text can name what it counts."""
    return Count(value) if isinstance(value, Integral) and not isinstance(value, bool) else value


def readable(code: str) -> str:
    """Return a name of the code as people write it: "fiscal_money" is "fiscal money"."""
    return code.replace("_", " ")


@cache
def table() -> dict[str, dict[str, str]]:
    """Return all texts by language and key.

    Raises:
        ValueError: If a row does not have three columns, or a key stands there twice.
    """
    return read_texts(ROOT, *sorted(ROOT.rglob(TABLE)))


def rows() -> Iterator[tuple[str, list[str]]]:
    """Yield the rows of all tables with where each stands, heads left out."""
    return rows_of(ROOT, sorted(ROOT.rglob(TABLE)))
