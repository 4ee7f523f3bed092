import asyncio
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest
import uvicorn

from tests.support.waiting import LONG, wait_until
from viz import command
from viz.server import end_quietly, listen

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def test_all_commands_are_offered(capsys):
    assert command.run([]) == 0
    told = capsys.readouterr().out
    for name in ("policies", "run", "compare", "view"):
        assert re.search(rf"^  {name} ", told, re.MULTILINE)


def test_what_draws_and_serves_is_not_loaded_for_other_commands():
    lines = (
        "import sys; from viz.command import run; assert run(['policies']) == 0; "
        "print([name for name in ('solara', 'ipywidgets', 'uvicorn', 'py_mini_racer', "
        "'viz.report', 'viz.charts', 'scipy.stats') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr.strip() == "[]"


@pytest.fixture
def taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


BAD = {
    "a port in use": (["--port", "TAKEN"], "in use"),
    "a port too high": (["--port", "65536"], "65535"),
    "a negative port": (["--port", "-1"], "--port"),
    "a port that is no number": (["--port", "eighty"], "--port"),
    "a host that is none": (["--host", "no.such.host.invalid"], "127.0.0.1"),
    "a host that is no name": (["--host", "a" * 300], "127.0.0.1"),
    "a host elsewhere": (["--host", "192.0.2.1"], "this machine"),
    "a world that is none": (["--world", "iland"], "did you mean 'island'"),
    "a folder that is no world": (["--world", str(ROOT / "tests")], "world.toml"),
}


@pytest.mark.parametrize(("arguments", "texts"), BAD.values(), ids=BAD.keys())
def test_a_mistake_is_one_line(arguments, texts, taken, capsys):
    arguments = [str(taken) if text == "TAKEN" else text for text in arguments]
    assert command.run(["view", "--no-open", *arguments]) == 2
    told = capsys.readouterr()
    assert texts in told.err
    assert told.err.count("\n") == 1
    assert told.err.startswith("rarecare: ")
    assert not told.out


def test_any_free_port_is_taken_where_none_is_named():
    one, other = listen("127.0.0.1", 0), listen("127.0.0.1", 0)
    with one, other:
        assert one.getsockname()[0] == "127.0.0.1"
        assert one.getsockname()[1] != other.getsockname()[1]


class Running:
    """A `rarecare view` in a process of its own."""

    def __init__(self, folder: Path, *arguments: str):
        self.errors = folder / "errors.txt"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "viz", "view", "--port", "0", "--no-open", *arguments],
            cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
            stdout=subprocess.PIPE, stderr=self.errors.open("w"),
        )  # fmt: skip
        self.url = re.search(r"http://\S+", self.process.stdout.readline())[0]
        self.port = int(self.url.rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def interrupted(self) -> int:
        """Interrupt it as a terminal does; return its exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(LONG)

    def answers(self) -> bool:
        """Return whether it serves its page, waiting until it does."""
        wait_until(self._answers, "an answer")
        return True

    def _answers(self) -> bool:
        try:
            return urlopen(self.url, timeout=LONG).status == 200
        except OSError:
            return False


def reachable(host: str, port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(LONG)
        return client.connect_ex((host, port)) == 0


def test_it_listens_on_this_machine_only_and_ends_cleanly(tmp_path):
    with Running(tmp_path, "--world", "island") as running:
        assert running.answers()
        assert reachable("127.0.0.1", running.port)
        assert not reachable("127.0.0.2", running.port)
        assert running.interrupted() == 0
        assert running.errors.read_text() == ""


def test_listening_to_others_is_warned_of(tmp_path):
    with Running(tmp_path, "--world", "island", "--host", "0.0.0.0") as running:
        assert running.answers()
        assert running.interrupted() == 0
        told = running.errors.read_text()
    assert told.startswith("warning: ")
    assert "anyone who reaches it" in told
    assert told.count("\n") == 1


def test_nothing_is_sent_or_fetched_from_outside():
    lines = (
        "import os; from viz.server import ENVIRONMENT, _server; os.environ.update(ENVIRONMENT); "
        "_server(print, []); import solara.settings; from solara.server import settings as s; "
        "print(s.telemetry.mixpanel_enable, s.theme.show_banner, s.main.mode, "
        "solara.settings.assets.cdn)"
    )
    done = subprocess.run([sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False", "production", "http://127.0.0.1:9/"]


@pytest.mark.parametrize(("quiet", "told"), [(end_quietly, False), (lambda serving: None, True)])
def test_an_end_cuts_requests_off_without_a_traceback(quiet, told, capsys, monkeypatch):
    """The second case is uvicorn's own way: it does complain."""
    monkeypatch.setattr(logging.getLogger("uvicorn.error"), "filters", [])
    asked = threading.Event()

    async def slow(scope, receive, send):
        asked.set()
        await asyncio.sleep(6000)

    with listen("127.0.0.1", 0) as listening:
        config = uvicorn.Config(
            slow, log_level="error", lifespan="off", timeout_graceful_shutdown=1
        )
        serving = uvicorn.Server(config)
        quiet(serving)
        running = threading.Thread(target=serving.run, kwargs={"sockets": [listening]})
        running.start()
        port = listening.getsockname()[1]
        asking = threading.Thread(target=ask, args=(f"http://127.0.0.1:{port}",))
        asking.start()
        assert asked.wait(LONG)
        serving.should_exit = True
        running.join(LONG)
        asking.join(LONG)
    assert not running.is_alive()
    assert ("Exception in ASGI application" in capsys.readouterr().err) is told


def ask(url: str) -> None:
    """Ask for a page that does not come."""
    with suppress(OSError):
        urlopen(url)
