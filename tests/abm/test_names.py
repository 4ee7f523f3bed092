"""Another package that has taken one of our names is told of in one line."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = "'''A framework for language models.'''\n"


def test_a_foreign_package_named_agents_is_told_of(tmp_path):
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents" / "__init__.py").write_text(FOREIGN)
    (tmp_path / "abm").symlink_to(ROOT / "abm")
    done = subprocess.run(
        [sys.executable, "-S", "-c", "import abm"],  # no installed packages
        env={"PYTHONPATH": str(tmp_path)}, cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1
    assert last.startswith(f"ImportError: {tmp_path}/agents/__init__.py is not rarecare's")
    assert "virtual environment" in last
