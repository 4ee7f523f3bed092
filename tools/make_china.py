"""Make the tables of the shipped world from the published facts.

    python tools/make_china.py            write abm/data/worlds/china/*.csv (not parameters.csv)
    python tools/make_china.py --check    exit with 1 if the files there differ from the facts

The facts are abm/data/facts/*.csv: published figures, and small tables of assumptions beside
them (regions, jiangsu_extra, slots_by_tier, centres, disease_choices, pooled_diseases,
drug_choices, births_by_year). The same facts always give the same bytes.
"""

import argparse
import csv
import io
import sys
from pathlib import Path

from china_diseases import births, diseases, drugs
from china_hospitals import hospitals
from china_places import cities, network, provinces

WORLD = Path(__file__).resolve().parent.parent / "abm" / "data" / "worlds" / "china"


def tables() -> dict[str, list[dict]]:
    """Return every table of the world, rows in file order."""
    places = provinces()
    towns = cities(places)
    ills = diseases(sum(p["population"] for p in places))
    return {
        "provinces": places,
        "cities": towns,
        "hospitals": hospitals(places, towns, network()),
        "network": network(),
        "diseases": ills,
        "drugs": drugs(),
        "births": births(),
    }


def render(rows: list[dict]) -> str:
    """Return rows as CSV text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def main() -> int:
    """Write the tables, or compare them with what is there."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    check = parser.parse_args().check
    stale = []
    for name, rows in tables().items():
        path, text = WORLD / f"{name}.csv", render(rows)
        if not check:
            path.write_text(text, encoding="utf-8", newline="")
        elif not path.exists() or path.read_bytes() != text.encode():
            stale.append(path.name)
    if stale:
        print(f"differ from the facts: {', '.join(stale)}; run python tools/make_china.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
