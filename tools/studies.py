"""Answer every study, and write docs/studies.md with the answers and figures.

``python tools/studies.py`` runs ``rarecare study`` for each, with the study's own numbers (or with
``--scale`` and ``--runs``, but for searches and the studies of single provinces), and keeps the
results under ``runs/studies``; started again, it runs only what is not there. Names of studies run
those alone; the others stay as they are in the document.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from experiments.running.manifest import FIGURES, FILE
from experiments.studies import load_study, study_names
from experiments.studies.searched import SearchStudy
from viz.command import run

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "studies.md"
PICTURES = ROOT / "docs" / "studies"
RESULTS = ROOT / "runs" / "studies"
HEAD = """<!-- Made by `{command}`; do not edit. -->
# Studies

The questions that the two documents argued about, each answered by `rarecare study NAME` in a \
sentence: differences between policies on the same simulated people, with their intervals of 95 %, \
and "not clear" where they may be luck beside all others that the study tells. Each rests on the \
model's assumptions, many of them guesses ([parameters.md](parameters.md)): none is a forecast, \
and the intervals tell the spread between runs only. The short scripts in `experiments/studies/` \
say what is compared.
"""


def answer(name: str, numbers: Sequence[str]) -> str:
    """Answer a study and return its part of the document.

    Args:
        name: The study.
        numbers: Options of `rarecare study` in place of the study's own numbers.

    Raises:
        SystemExit: If it failed.
    """
    folder = RESULTS / name
    status = run(["study", name, *numbers, "--out", str(folder)])
    if status:
        sys.exit(status)
    found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    PICTURES.mkdir(exist_ok=True)
    shutil.copyfile(folder / FIGURES / "study.svg", PICTURES / f"{name}.svg")
    asked = found["parameters"]
    policies = "; ".join(f"`{one['given_as']}`" for one in found["policies"])
    whose = ", ".join(load_study(name).provinces or ()) or "the whole country"
    command = " ".join(["rarecare study", name, *numbers])
    return "\n".join([
        f"## {found['study']['question']}", "",
        f"`{command}`: {policies}; people of {whose}, scale {asked['scale']:g}, "
        f"{asked['runs']} paired runs of {asked['years']} years.", "",
        found["study"]["answer"], "",
        f"![{found['study']['question']}](studies/{name}.svg)", "",
    ])  # fmt: skip


def parts_of(text: str) -> dict[str, str]:
    """Return the parts of a document by the name of their study."""
    found = {}
    for part in text.split("\n## ")[1:]:
        name = part.split("`rarecare study ", 1)[1].split("`", 1)[0].split()[0]
        found[name] = f"## {part.rstrip()}\n"
    return found


def main() -> None:
    """Write the document."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="studies to answer; all by default")
    parser.add_argument("--scale", help="in place of each study's own")
    parser.add_argument("--runs", help="in place of each study's own")
    asked = parser.parse_args()
    given = [("--scale", asked.scale), ("--runs", asked.runs)]
    numbers = [word for name, value in given if value for word in (name, value)]
    parts = parts_of(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else {}
    head = HEAD.format(command=" ".join(["python tools/studies.py", *numbers]))
    for name in asked.names or study_names():
        study = load_study(name)  # a province is run whole, and a search takes long as it is
        own = study.provinces is not None or isinstance(study, SearchStudy)
        parts[name] = answer(name, [] if own else numbers)
        known = [parts[one] for one in study_names() if one in parts]
        PAGE.write_text("\n".join([head, *known]), encoding="utf-8")


if __name__ == "__main__":
    main()
