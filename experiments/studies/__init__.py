"""One short script per policy question: `rarecare study`, `rarecare study who-pays`.

Each names the policies that answer its question, or the search that does, and the sentence.
"""

import importlib
import pkgutil

from abm.errors import unknown
from experiments.studies.searched import SearchStudy
from experiments.studies.study import Study

KINDS = ("study", "searched")
"""Modules that are no studies, but say what one is."""


def study_names() -> list[str]:
    """Return the names of all studies."""
    found = [info.name for info in pkgutil.iter_modules(__path__)]
    return sorted(name.replace("_", "-") for name in found if name not in KINDS)


def load_study(name: str) -> Study | SearchStudy:
    """Return a study by its name.

    Raises:
        UserError: If there is none of that name.
    """
    if name not in study_names():
        raise unknown("study", name, study_names())
    return importlib.import_module(f"{__name__}.{name.replace('-', '_')}").STUDY
