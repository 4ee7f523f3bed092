"""Print the public functions that no test has entered, from what coverage.py has measured.

docs/coverage.md says how to measure.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path


def uncovered(report: dict) -> dict[str, list[str]]:
    """Return the public functions and methods without an executed line, by file.

    Args:
        report: What ``coverage json`` writes.
    """
    found = {}
    for file, parts in report["files"].items():
        names = [
            name
            for name, part in parts["functions"].items()
            if not any(word.startswith("_") for word in name.split(".") if word)
            and name
            and part["summary"]["num_statements"]
            and not part["executed_lines"]
        ]
        if names:
            found[file] = names
    return found


def main() -> int:
    """Print them, and the share of lines of each package."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        subprocess.run([sys.executable, "-m", "coverage", "json", "-q", "-o", path], check=True)
        report = json.loads(path.read_text(encoding="utf-8"))
    for package in ("agents", "abm", "experiments", "viz"):
        of = [part["summary"] for file, part in report["files"].items()
              if file.split("/")[0] == package]  # fmt: skip
        lines, hit = (sum(one[key] for one in of) for key in ("num_statements", "covered_lines"))
        print(f"{package}: {hit / max(lines, 1):.0%} of {lines} statements")
    for file, names in sorted(uncovered(report).items()):
        print(f"{file}: {', '.join(names)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
