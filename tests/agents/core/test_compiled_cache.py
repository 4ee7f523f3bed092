"""What is compiled is kept on disk, whatever becomes of the files or of the disk."""

import importlib.util
import logging
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.core import compiled_cache, jit

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]

RULE = "def twice(x):\n    return x + x\n"


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A module with a rule, and the folder where what was compiled of it is kept."""
    folder = tmp_path_factory.mktemp("kept")
    source = folder / "rules_of_a_test.py"
    source.write_text(RULE)
    assert compiled(source, folder).twice(2) == 4
    return source, folder


def compiled(source: Path, folder: Path):
    """Return the module anew, its rule to be kept in the folder."""
    spec = importlib.util.spec_from_file_location(source.stem, source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.twice = numba.njit(module.twice)
    compiled_cache.keep(module.twice, str(folder))
    return module


def files(folder: Path) -> list[Path]:
    return sorted([*folder.rglob("*.nbi"), *folder.rglob("*.nbc")])


def hits(module) -> int:
    return sum(module.twice.stats.cache_hits.values())


def test_what_was_compiled_is_taken_from_disk(kept):
    again = compiled(*kept)
    assert again.twice(2) == 4
    assert hits(again) == 1
    assert len(files(kept[1])) == 2


def damage(content: bytes, kind: str, at: float) -> bytes:
    """Return what a power cut, a quota or a bad disk leaves of a file."""
    place = int(at * (len(content) - 1))
    return {
        "cut short": content[:place],
        "another byte": content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :],
        "zeros": bytes(len(content)),
        "longer": content + b"x",
        "another file": b"not compiled at all\n" * 9,
    }[kind]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=st.integers(0, 1),
    kind=st.sampled_from(["cut short", "another byte", "zeros", "longer", "another file"]),
    at=st.floats(0, 1),
)
def test_a_broken_file_is_removed_and_compiled_anew(kept, caplog, which, kind, at):
    source, folder = kept
    broken = files(folder)[which]
    broken.write_bytes(damage(broken.read_bytes(), kind, at))
    caplog.clear()
    found = compiled(source, folder)
    assert found.twice(2) == 4
    assert hits(found) == 0
    assert caplog.messages == [f"rarecare: {broken} was broken; it is compiled anew"]
    again = compiled(source, folder)
    assert again.twice(2) == 4
    assert hits(again) == 1


def test_what_can_no_longer_be_read_as_compiled_is_removed(kept, caplog):
    source, folder = kept
    index, data = files(folder)[1], files(folder)[0]
    if index.suffix == ".nbc":
        index, data = data, index
    content = b"a pickle of nothing that is known"
    data.write_bytes(compiled_cache._HASH(content).digest() + content)
    found = compiled(source, folder)
    assert found.twice(2) == 4
    assert caplog.messages == [f"rarecare: {index} was broken; it is compiled anew"]
    assert compiled(source, folder).twice(2) == 4


def test_a_file_that_cannot_be_removed_stops_nothing(kept, tmp_path, caplog):
    source = kept[0]
    own = tmp_path / "own"
    assert compiled(source, own_folder(own)).twice(2) == 4
    for file in files(own):
        file.unlink()
        file.mkdir()
    found = compiled(source, own)
    assert found.twice(2) == 4
    (line,) = caplog.messages
    assert line.startswith(f"rarecare: what is compiled is not kept in {own}: ")


def own_folder(folder: Path) -> Path:
    folder.mkdir()
    return folder


LITTLE_ROOM = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
from tests.agents.core.test_compiled_cache import compiled
from pathlib import Path
rules = compiled(Path(sys.argv[1]), Path(sys.argv[2]))
print(rules.twice(2), rules.twice(2.5))
"""


def test_a_full_disk_is_told_once_and_nothing_is_kept(kept, tmp_path):
    """A file may have a hundred bytes here; a quota or a full disk ends a write as well."""
    folder = own_folder(tmp_path / "full")
    ran = python(LITTLE_ROOM, str(kept[0]), str(folder))
    assert (ran.returncode, ran.stdout) == (0, "4 5.0\n")
    assert re.fullmatch(f"rarecare: what is compiled is not kept in {folder}: .+\n", ran.stderr)
    assert files(folder) == []


def python(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, check=False,
    )  # fmt: skip


def test_a_folder_without_room_is_passed_over_and_told(tmp_path, monkeypatch, caplog):
    full, home = own_folder(tmp_path / "full"), own_folder(tmp_path / "home")
    real = shutil.disk_usage
    monkeypatch.setenv("RARECARE_CACHE", str(full))
    monkeypatch.setattr(jit.Path, "home", lambda: home)
    monkeypatch.setattr(
        jit.shutil, "disk_usage", lambda p: real(p)._replace(free=2**20 * (full not in p.parents))
    )
    monkeypatch.setattr(jit, "FREE", 2**20)
    assert home in Path(jit._cache_folder()).parents
    (line,) = caplog.messages
    assert line.startswith(f"rarecare: compiled rules are not kept in {full}: ")
    assert line.endswith(f"; {home / '.cache' / 'rarecare'} is used instead")


@pytest.mark.parametrize("chosen", ["/proc/none", "/dev/null/x", "a\0b"])
def test_a_folder_that_cannot_be_is_passed_over_and_told(tmp_path, monkeypatch, caplog, chosen):
    monkeypatch.setattr(jit, "_chosen", lambda: Path(chosen))
    monkeypatch.setattr(jit.Path, "home", lambda: tmp_path)
    assert tmp_path in Path(jit._cache_folder()).parents
    assert len(caplog.messages) == 1


def test_nobody_elses_temporary_folder_is_used(tmp_path, monkeypatch, caplog):
    """Compiled code is run: a folder that others can write to could hold theirs."""
    monkeypatch.setenv("RARECARE_CACHE", "/proc/none")
    monkeypatch.setattr(jit.tempfile, "gettempdir", lambda: str(tmp_path))

    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(jit.Path, "home", homeless)
    assert tmp_path in Path(jit._cache_folder()).parents
    (own,) = tmp_path.iterdir()
    own.chmod(0o777)
    caplog.clear()
    assert jit._cache_folder() is None
    assert len(caplog.messages) == 1
    assert "every process compiles them" in caplog.messages[0]


def test_a_command_mends_what_is_broken(tmp_path):
    """The whole way: one broken file of the real rules, one line, the same tables, whole files."""
    from experiments import cli  # the processes above do without it

    command = ["run", "zone", "--world", "island", "--scale", "0.05", "--years", "1", "--out"]
    assert cli.run([*command, str(tmp_path / "before")]) == 0
    kept = shutil.copytree(Path(jit.FOLDER).parents[1], tmp_path / "kept")
    ours = kept / jit.VERSIONS / Path(jit.FOLDER).name
    file = next(ours.rglob("*.close_books-*.nbi"))
    file.write_bytes(file.read_bytes()[:20])
    ran = subprocess.run(
        [sys.executable, "-m", "experiments", *command, str(tmp_path / "broken")], cwd=ROOT,
        capture_output=True, text=True, env={**os.environ, "RARECARE_CACHE": str(kept)},
        check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    told = [line for line in ran.stderr.splitlines() if "broken" in line]
    assert told == [f"rarecare: {file} was broken; it is compiled anew"]
    assert all(compiled_cache._content(str(one)) for one in files(ours))
    tables = [(tmp_path / out / "patients.parquet").read_bytes() for out in ("before", "broken")]
    assert tables[0] == tables[1]


def test_lines_are_told_on_standard_error_without_more():
    ran = python("from agents.core.compiled_cache import tell; tell('one line')")
    assert (ran.stdout, ran.stderr) == ("", "one line\n")
    assert isinstance(logging.getLogger("rarecare"), logging.Logger)
