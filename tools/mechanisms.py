"""Write docs/mechanisms.md: every mechanism of the two documents, and what it moves.

``python tools/mechanisms.py`` runs each mechanism of ``tools/mechanisms.toml`` against the same
policy without it, on the same people, and writes the table; ``--known`` keeps the sizes that the
document holds, and renews the rest.
"""

import argparse
import importlib
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from abm.policy.paths import lever_index
from experiments import compare
from experiments.design import BEST
from experiments.measures import measures
from experiments.reporting.formatting import describe_difference

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "tools" / "mechanisms.toml"
PAGE = ROOT / "docs" / "mechanisms.md"
WITHOUT = "uniform-national"
COLUMNS = 7
DOCUMENTS = {"seminar": ("seminar",), "thesis": ("thesis",), "both": ("seminar", "thesis")}
HEAD = """<!-- Made by `{command}`; do not edit. -->
# Mechanisms

What the two documents from which the project started name: the report of the Beijing seminar of 10 August 2019 (seminar) and the study of medication security in Jiangsu (thesis). Each has a lever, a rule that carries it out, a test of its direction and a measure that it moves. The last column says by how much, between a policy with the mechanism and the same without it: mean and 95 % interval of {runs} paired runs at scale {scale:g} over {years} years, each interval for itself. Few runs of a small world: see [studies.md](studies.md) for answers.

| mechanism | document | levers | rule | test | policy, and the one without it | moves |
| --- | --- | --- | --- | --- | --- | --- |
"""  # noqa: E501


class Mechanism(NamedTuple):
    """A mechanism, as the table of `tools/mechanisms.toml` has it.

    Attributes:
        name: What it is called.
        document: Which of the two names it: seminar, thesis or both.
        words: In which words.
        levers: Paths of its levers; one that ends in ".*" is a group.
        rule: Module and name of the rule that carries it out.
        test: File and name of the test of its direction.
        compared: A policy in which it acts.
        measure: The measure that it moves.
        without: The same without it.
    """

    name: str
    document: str
    words: str
    levers: tuple[str, ...]
    rule: str
    test: str
    compared: str
    measure: str
    without: str = WITHOUT

    def file_of_rule(self) -> str:
        """Return the file of the rule, from the project's root.

        Raises:
            AttributeError: If there is no such rule.
        """
        module, _, name = self.rule.rpartition(".")
        getattr(importlib.import_module(module), name)
        return f"{module.replace('.', '/')}.py"

    def test_exists(self) -> bool:
        """Return whether there is such a test."""
        file, _, name = self.test.partition("::")
        path = ROOT / file
        return path.exists() and f"def {name}(" in path.read_text(encoding="utf-8")


def mechanisms(path: Path = SOURCE) -> list[Mechanism]:
    """Return all mechanisms, in the order of the file."""
    found = []
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["mechanisms"]:
        without = row.pop("with", WITHOUT)
        found.append(Mechanism(**{**row, "levers": tuple(row["levers"])}, without=without))
    return found


def is_one_of(path: str, levers: Iterable[str]) -> bool:
    """Return whether a lever is named, by itself or by its group."""
    return any(
        path == one or (one.endswith(".*") and path.startswith(one.removesuffix("*")))
        for one in levers
    )


def unnamed_levers(found: Iterable[Mechanism]) -> list[str]:
    """Return the levers that no mechanism names."""
    named = [lever for one in found for lever in one.levers]
    return [path for path in lever_index() if not is_one_of(path, named)]


def sizes(found: Sequence[Mechanism], scale: float, runs: int, years: int) -> dict[str, str]:
    """Return by how much each mechanism moves its measure, in words, by its name."""
    units = {one.name: one.unit for one in measures(years)}
    told = {}
    for without in dict.fromkeys(one.without for one in found):
        group = [one for one in found if one.without == without]
        references = [without, *dict.fromkeys(one.compared for one in group)]
        result = compare(references, scale=scale, runs=runs, years=years, parameters=BEST)
        names = dict(zip(references, result.policies, strict=True))
        rows = result.summary.query("by == 'all'").set_index(["policy", "measure"])
        for one in group:
            row = rows.loc[(names[one.compared], one.measure)]
            amount = describe_difference(
                row["difference"], row["difference_low"], row["difference_high"],
                units[one.measure],
            )  # fmt: skip
            told[one.name] = f"{row['label']}: {amount}"
    return told


def known_sizes(page: Path = PAGE) -> dict[str, str]:
    """Return the sizes that the document holds, by mechanism."""
    return {name: cells[-1] for name, cells in rows_of(page).items()}


def rows_of(page: Path = PAGE) -> dict[str, list[str]]:
    """Return the cells of the document's rows, by mechanism."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    rows = [row.strip().strip("|").strip().split(" | ") for row in text.splitlines()]
    return {cells[0]: cells for cells in rows if len(cells) == COLUMNS}


def cells_of(one: Mechanism, moves: str) -> list[str]:
    """Return a mechanism's row of the table, cell by cell."""
    file = one.file_of_rule()
    name = one.rule.rpartition(".")[2]
    test_file, _, test = one.test.partition("::")
    return [
        one.name,
        f"{' and '.join(DOCUMENTS[one.document])}: {one.words}",
        ", ".join(f"`{lever}`" for lever in one.levers),
        f"[`{name}`](../{file})",
        f"[`{test}`](../{test_file})",
        f"`{one.compared}`; `{one.without}`",
        moves,
    ]


def main() -> None:
    """Write the document."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--runs", type=int, default=4)
    parser.add_argument("--years", type=int, default=15)
    parser.add_argument("--known", action="store_true", help="run only what is not there")
    asked = parser.parse_args()
    found = mechanisms()
    told = known_sizes() if asked.known else {}
    missing = [one for one in found if one.name not in told]
    told |= sizes(missing, asked.scale, asked.runs, asked.years)
    head = HEAD.format(
        command="python tools/mechanisms.py", scale=asked.scale, runs=asked.runs, years=asked.years
    )
    rows = [f"| {' | '.join(cells_of(one, told[one.name]))} |" for one in found]
    PAGE.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
