"""`rarecare` as a process: whatever its terminal is like, it ends in a line at most."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.waiting import LONG

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MANY = ["policies", "special-zone"]
"""Prints more than a pipe or a buffer holds, some of it in Chinese."""


def ran(arguments: list[str], redirected: str = "", **environment: str):
    """Return a finished `rarecare`, its output redirected as a shell does."""
    command = f'exec "$0" -m viz "$@" {redirected}'
    return subprocess.run(
        ["sh", "-c", command, sys.executable, *arguments], cwd=ROOT, capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, timeout=LONG, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(("encoding", "more"), [("ascii", []), ("cp1252", ["--json"])])
def test_output_of_any_encoding_is_printed(encoding, more):
    done = ran([*MANY, *more], PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Geographic special zone" in done.stdout.decode(encoding)


NOWHERE = b"rarecare: standard output: cannot be written (No space left on device)\n"


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [MANY, ["--help"]])
def test_a_full_disk_under_the_output_is_told_in_a_line(arguments, unbuffered):
    done = ran(arguments, ">/dev/full", PYTHONUNBUFFERED=unbuffered)
    assert (done.returncode, done.stderr) == (1, NOWHERE)


def test_a_reader_that_leaves_is_no_fault():
    done = ran(MANY, "| head -c 10")
    assert (done.stdout[10:], done.stderr) == (b"", b"")


@pytest.mark.parametrize(
    ("redirected", "arguments", "status"),
    [
        ("<&- >&- 2>&-", ["policies"], 0),
        (">&- 2>&-", ["policies", "nowhere"], 2),
        ("2>/dev/full", ["policies", "nowhere"], 2),
    ],
)
def test_what_is_closed_or_full_changes_no_status(redirected, arguments, status):
    done = ran(arguments, redirected)
    assert done.returncode == status
    assert b"Traceback" not in done.stdout + done.stderr


def test_a_complaint_never_takes_the_place_of_output():
    done = ran(["policies", "nowhere", "--json"], "2>&-")
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_run_goes_on_where_its_progress_cannot_be_shown(tmp_path):
    out = str(tmp_path / "one")
    asked = ["run", "zone", "--world", "island", "--scale", "0.01", "--years", "1"]
    done = ran([*asked, "--out", out], "2>/dev/full")
    assert done.returncode == 0
    assert (tmp_path / "one" / "summary.csv").is_file()


IN_THE_MIDDLE = """
import builtins, os, signal, sys
real, loaded = builtins.__import__, 0

def interrupting(name, *arguments, **options):
    global loaded
    loaded += 1
    if loaded == NTH:
        os.kill(os.getpid(), signal.SIGINT)
    return real(name, *arguments, **options)

signal.signal(signal.SIGINT, signal.default_int_handler)
from viz.start import main
builtins.__import__ = interrupting
sys.argv = ["rarecare", "policies"]
main()
"""


@pytest.mark.parametrize("nth", [1, 100, 1000])
def test_ctrl_c_while_it_loads_ends_in_a_line(nth):
    """At the n-th import rather than after n seconds: the same on any machine."""
    done = subprocess.run(
        [sys.executable, "-c", IN_THE_MIDDLE.replace("NTH", str(nth))], cwd=ROOT,
        capture_output=True, text=True, timeout=LONG, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "rarecare: interrupted\n")


@pytest.mark.parametrize("command", ["policies", "run"])
def test_ctrl_c_during_a_command_ends_in_a_line(command, tmp_path):
    code = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from experiments import cli\n"
        "cli.load_world = lambda name: os.kill(os.getpid(), signal.SIGINT)\n"
        "from viz.start import main\n"
        f"sys.argv = ['rarecare', '{command}', 'special-zone']\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=LONG,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "rarecare: interrupted\n")
    assert list(tmp_path.iterdir()) == []


def test_where_a_shell_tells_it_to_take_no_notice_it_takes_none():
    done = subprocess.run(
        [sys.executable, "-c", "import os, signal\nfrom viz.start import main\n"
         "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
         "import sys; sys.argv = ['rarecare', '--version']\n"
         "import experiments.reporting.streams as s; flush = s.flush\n"
         "s.flush = lambda: (os.kill(os.getpid(), signal.SIGINT), flush())\n"
         "main()"],
        cwd=ROOT, capture_output=True, text=True, timeout=LONG, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("rarecare ")


def test_what_starts_it_loads_nothing_that_takes_time():
    code = (
        "import os, signal, types, sys; before = set(sys.modules); import viz.start; "
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True,
                          check=True)  # fmt: skip
    assert done.stdout.split() == ["viz", "viz.start"]
