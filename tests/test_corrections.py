"""The corrections of a history are found, run once each, and told before and after."""

from pathlib import Path

import pytest

from abm.errors import UserError
from tests.support.tools import load_tool

pytestmark = pytest.mark.slow

tool = load_tool("corrections")

TOY = '''
"""A toy model: `python -m experiments compare ... --out FOLDER` writes a summary."""

import os
import sys
from pathlib import Path

TREATED = {treated}

with open(os.environ["TOY_RUNS"], "a") as file:
    file.write(f"{{TREATED}}\\n")
if TREATED is None:
    print("first line", file=sys.stderr)
    sys.exit("the toy is broken")
out = Path(sys.argv[sys.argv.index("--out") + 1])
out.mkdir(parents=True)
(out / "summary.csv").write_text(f"""measure,by,group,policy,baseline,mean,difference
treated,all,all,plain,plain,{{TREATED}},
treated,all,all,zone,plain,{{TREATED + 0.1}},0.1
treated,zone,inside,zone,plain,0.9,0.7
spending,all,all,plain,plain,2000000000,
spending,all,all,zone,plain,2000000000,{{1e9 * TREATED}}
""")
'''
SETTING = tool.Setting(0.5, 3, 7)
OPTIONS = ["--scale", "0.5", "--runs", "3", "--years", "7"]


@pytest.fixture
def history(tmp_path, monkeypatch):
    """A clone whose second and fourth commit are corrections, and one to write elsewhere."""
    monkeypatch.setenv("TOY_RUNS", str(tmp_path / "runs.txt"))
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Toy")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "toy@example.org")
    folder = tmp_path / "toy"
    (folder / "experiments").mkdir(parents=True)
    tool.git(folder, "init", "--quiet")
    commit(folder, 0.25, "A first commit")
    commit(folder, 0.5, "Drugs are given\n\nWhy.\n\nCorrection: Drugs reach those\n who need them.")
    (folder / "notes.md").write_text("Correction: this is no message")
    commit(folder, 0.5, "Notes\n\nCorrection: in the text is none.\n\nThe end.")
    commit(folder, 0.75, "More | drugs\n\nCorrection: twice as many.\nReviewed-by: Toy")
    return folder


def commit(folder: Path, treated: float | None, message: str) -> None:
    (folder / "experiments" / "__main__.py").write_text(TOY.format(treated=treated))
    tool.git(folder, "add", "--all")
    tool.git(folder, "commit", "--quiet", "--allow-empty", "--message", message)


def made(folder: Path, *options: str) -> tuple[int, str, list[str]]:
    """Run the tool; return its status, the document and what has been run so far."""
    beside = folder.parent
    out, runs = beside / "corrections.md", beside / "runs.txt"
    status = tool.main([*OPTIONS, "--repository", str(folder), "--out", str(out),
                        "--cache", str(beside / "kept"), *options])  # fmt: skip
    return (
        status,
        out.read_text() if out.exists() else "",
        runs.read_text().split() if runs.exists() else [],
    )


def test_corrections_are_found_by_their_last_line(history):
    found = tool.corrections(history)
    assert [(one.text, one.subject) for one in found] == [
        ("Drugs reach those who need them.", "Drugs are given"),
        ("Twice as many.", "More | drugs"),
    ]
    hashes = tool.git(history, "log", "--reverse", "--format=%H").split()
    assert [(one.parent, one.commit) for one in found] == [
        (hashes[0], hashes[1]), (hashes[2], hashes[3]),
    ]  # fmt: skip


def test_each_is_told_before_and_after_with_its_command(history):
    status, page, ran = made(history)
    assert status == 0
    command = "rarecare compare --scale 0.5 --runs 3 --years 7"
    assert page.count(f"`{command}` at ") == 2
    assert "python tools/corrections.py --scale 0.5 --runs 3 --years 7" in page
    first, second = page.split("\n## ")[2:]
    assert first.startswith("1. Drugs reach those who need them.")
    label = "Ever treated among those with a drug on the market, %"
    assert f"| {label} | 25.0 | **50.0** | +10.0 | +10.0 |" in first
    assert "billion yuan a year | 2.00 | 2.00 | +0.250 | **+0.500** |" in first
    assert f"| {label} | 50.0 | **75.0** | +10.0 | +10.0 |" in second
    whole = page.split("\n## ")[1]
    assert f"| {label} | 25.0 | **75.0** |" in whole
    # The notes' commit has the sources of the one before it, and is not run again.
    assert ran == ["0.25", "0.5", "0.75"]


def test_what_is_kept_is_not_run_again(history):
    _, page, ran = made(history)
    assert made(history) == (0, page, ran)
    kept = history.parent / "kept"
    second = tool.corrections(history)[1]
    (kept / f"{second.commit}-0.5-3-7.json").write_text("{")
    assert made(history) == (0, page, [*ran, "0.75"])
    assert not list(kept.glob("*.tmp"))
    # Another setting is another result.
    assert made(history, "--runs", "4")[2] == [*ran, "0.75", *ran]


def test_stopped_it_goes_on(history, monkeypatch):
    run = tool.compare_at

    def second_is_stopped(repository, commit, setting):
        if list((history.parent / "kept").glob("*.json")):
            raise KeyboardInterrupt
        return run(repository, commit, setting)

    monkeypatch.setattr(tool, "compare_at", second_is_stopped)
    assert made(history)[0] == 130
    monkeypatch.setattr(tool, "compare_at", run)
    assert made(history)[2] == ["0.25", "0.5", "0.75"]


def test_with_known_results_only_nothing_is_run(history):
    status, page, ran = made(history, "--known")
    assert (status, ran) == (0, [])
    assert page.count("Not run yet.") == 3
    _, page, _ = made(history, "--known", "HEAD~1..HEAD")
    assert "`python tools/corrections.py 'HEAD~1..HEAD' --scale 0.5 --runs 3 --years 7`" in page
    assert page.count("Not run yet.") == 1


def test_working_trees_are_removed(history):
    made(history)
    assert len(tool.git(history, "worktree", "list").splitlines()) == 1
    assert tool.git(history, "status", "--porcelain") == ""


def test_a_commit_that_fails_is_told_and_the_others_are_run(history, capsys):
    commit(history, None, "Broken\n\nCorrection: Nothing works.")
    commit(history, 0.8, "Mended\n\nCorrection: It works.")
    status, page, ran = made(history)
    assert status == 1
    assert "the toy is broken" in capsys.readouterr().err
    assert ran[-2:] == ["None", "0.8"]
    broken, mended = page.split("\n## ")[4:]
    assert "| 75.0 | – | +10.0 | – |" in broken
    assert "| – | 80.0 | – | +10.0 |" in mended
    assert len(tool.git(history, "worktree", "list").splitlines()) == 1
    assert made(history)[2] == [*ran, "None"]


def test_what_moves_nothing_is_said_to(history):
    commit(history, 0.75, "The same\n\nCorrection: Told better.")
    assert made(history)[1].endswith("It moves nothing of what is compared here.\n")


def test_a_folder_that_is_no_clone_is_refused(tmp_path, capsys):
    assert made(tmp_path)[0] == 2
    assert "is not a git clone; clone the project" in capsys.readouterr().err


def test_a_shallow_history_is_refused(history, tmp_path):
    shallow = tmp_path / "shallow"
    tool.git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{history}", str(shallow))
    with pytest.raises(UserError, match="shallow history; run: git fetch --unshallow"):
        tool.corrections(shallow)


def test_a_history_without_corrections_is_refused(history):
    with pytest.raises(UserError, match="no commit has a last line 'Correction: "):
        tool.corrections(history, "HEAD~3")
    with pytest.raises(UserError, match=r"git log: .*nowhere"):
        tool.corrections(history, "nowhere")


def test_a_machine_without_git_is_told(history, tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(UserError, match="git is not installed"):
        tool.corrections(history)


def test_the_cache_that_cannot_be_made_is_told(history, capsys):
    (history.parent / "kept").write_text("a file")
    assert made(history)[0] == 2
    assert "kept: cannot be made" in capsys.readouterr().err
