"""What stands below every figure: source, scale, seeds and sets, and that it is no forecast."""

from collections.abc import Sequence

from experiments.reporting import scope
from experiments.reporting.texts import Words
from viz.comparison.results import Results
from viz.i18n.texts import Texts


def lines(results: Results, texts: Texts) -> list[str]:
    """Return the lines below a figure.

    Args:
        results: What was found.
        texts: Texts of the language.
    """
    manifest, asked = results.manifest, results.manifest["parameters"]
    sets = set((asked.get("parameter_sets") or {}).values())
    return [
        texts("figure.source", version=manifest.get("versions", {}).get("rarecare", ""),
              world=manifest.get("world", {}).get("name", ""),
              scope=" · ".join(scope_lines(results, texts))),
        texts("figure.runs", share=scope.one_in(asked["scale"]), runs=results.runs,
              seeds=seeds(manifest["seeds"], texts),
              sets=texts("figure.sets", sets=len(sets)) if sets else texts("figure.no_sets")),
        texts("figure.caveat"),
    ]  # fmt: skip


def scope_lines(results: Results, texts: Texts) -> list[str]:
    """Return whose people are simulated, which zones there are, and what was set."""
    if not results.scope:
        return []

    def named(policy: str) -> str:
        return results.title(policy, texts.language)

    return scope.described(results.scope, Words(texts.language), texts.place, named)


def seeds(found: Sequence[int], texts: Texts) -> str:
    """Return seeds in few words: from the first to the last, where none is left out."""
    first, last = found[0], found[-1]
    if len(found) > 2 and list(found) == list(range(first, last + 1)):
        return f"{first}–{last}"
    return ", ".join(map(str, found))
