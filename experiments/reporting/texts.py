"""Texts in English and Chinese, from tables `key,en,zh`; those of this package stand beside it."""

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from abm.errors import unknown

LANGUAGES = ("en", "zh")
TABLE = "texts.csv"
"""Name of a table of texts."""

Texts = dict[str, dict[str, str]]
"""By language and key."""


class Words:
    """The texts of one language, of the screen and of what reports share with it.

    Args:
        language: "en" or "zh".

    Raises:
        UserError: If the language is neither.
    """

    def __init__(self, language: str = LANGUAGES[0]):
        if language not in LANGUAGES:
            raise unknown("language", language, LANGUAGES)
        self.language = language
        self._texts = _own()[language]

    def __call__(self, key: str, **values: object) -> str:
        """Return a text, with values put in place of its {names}.

        Raises:
            KeyError: If there is no such text, or a value is missing.
        """
        return self._texts[key].format(**values) if values else self._texts[key]

    def pick(self, en: str, zh: str) -> str:
        """Return the text in this language, the English one where there is no Chinese."""
        return zh if self.language == "zh" and zh else en

    def listed(self, names: Iterable[str]) -> str:
        """Return names one after another."""
        return self("and").join(names)


@cache
def _own() -> Texts:
    here = Path(__file__).parent
    return read_texts(here, here / TABLE)


def read_texts(root: Path, *tables: Path) -> Texts:
    """Return the texts of some tables by language and key.

    Args:
        root: The folder from which errors name a table.
        tables: The files.

    Raises:
        ValueError: If a row does not have three columns, or a key stands there twice.
    """
    texts: Texts = {language: {} for language in LANGUAGES}
    known: set[str] = set()
    for where, row in rows_of(root, tables):
        if len(row) != 3 or row[0] in known:
            raise ValueError(f"{where}: expected a new key, English, Chinese")
        known.add(row[0])
        for language, text in zip(LANGUAGES, row[1:], strict=True):
            if text:
                texts[language][row[0]] = text
    return texts


def rows_of(root: Path, tables: Iterable[Path]) -> Iterator[tuple[str, list[str]]]:
    """Yield the rows of some tables with where each stands, heads left out."""
    for path in tables:
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.reader(file), 1):
                if number > 1:
                    yield f"{path.relative_to(root.parent)}, row {number}", row
