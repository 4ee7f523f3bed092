"""All that a report says in words, in every language: what the manifest of a comparison keeps."""

from typing import Any

from experiments.design import Design
from experiments.reporting.answer import answer_of
from experiments.reporting.checklists import filled
from experiments.reporting.contrasts import Contrasts
from experiments.reporting.narrative import narrate
from experiments.reporting.texts import LANGUAGES, Words
from experiments.reporting.titles import summaries, titles


def in_words(contrasts: Contrasts, design: Design) -> dict[str, dict[str, Any]]:
    """Return what a report says, by language, as plain data.

    Args:
        contrasts: What a comparison has found.
        design: What was compared.

    Returns:
        By language: `titles` and `summaries` of the policies, `answer` (title, lead, sentences,
        sections), `findings` and `caveat` with titles in place of names, `checklists`.
    """
    return {language: _in(contrasts, design, Words(language)) for language in LANGUAGES}


def _in(contrasts: Contrasts, design: Design, words: Words) -> dict[str, Any]:
    called, about = titles(design, words), summaries(design, words)
    told = answer_of(contrasts, design, words, called)
    findings, caveat = narrate(contrasts, design, words, called.__getitem__, about)
    return {
        "titles": called, "summaries": about,
        "answer": {**told._asdict(), "sections": [one._asdict() for one in told.sections]},
        "findings": findings, "caveat": caveat,
        "checklists": [one._asdict()
                       for one in filled(contrasts, design, words, called, told)],
    }  # fmt: skip
