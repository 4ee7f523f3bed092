"""Only the page itself, under names that the server was started for, is answered."""

import pytest

from viz.safety import HEADERS, SameOrigin, is_same


def asked(kind="http", path="/", host="127.0.0.1:8765", origin=None, names=()):
    """Return what a request is answered with: its messages, and whether the page was reached."""
    reached, sent = [], []

    async def app(scope, receive, send):
        reached.append(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": f"{kind}.connect"}

    headers = [(b"host", host.encode())] if host is not None else []
    headers += [(b"origin", origin.encode())] if origin is not None else []
    scope = {"type": kind, "path": path, "headers": headers}
    with pytest.raises(StopIteration):  # nothing in it waits, so it ends at once
        SameOrigin(app, names)(scope, receive, send).send(None)
    return sent, bool(reached)


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "[::1]:8765", "192.168.1.7"])
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_the_page_is_answered_under_its_own_address(kind, host):
    sent, reached = asked(kind, host=host, origin=f"http://{host}")
    assert reached
    assert {key.decode() for key, _ in sent[0]["headers"]} == set(HEADERS)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("evil.example:8765", "http://evil.example:8765"),  # a name made to point here
        ("evil.example", None),
        ("127.0.0.1.evil.example", None),
        ("localhost@evil.example", None),
        ("", None),
        (None, None),
        ("127.0.0.1:port", None),
        ("127.0.0.1:8765", "http://evil.example"),
        ("127.0.0.1:8765", "http://127.0.0.1:9999"),  # another server of this machine
        ("127.0.0.1:8765", "http://localhost:8765"),
        ("127.0.0.1:8765", "null"),
        ("127.0.0.1:8765", "file://127.0.0.1:8765"),
        ("127.0.0.1:8765", ""),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_anybody_else_is_refused(kind, host, origin):
    sent, reached = asked(kind, host=host, origin=origin)
    assert not reached
    assert sent[0].get("status", 403) == 403
    assert sent[0]["type"] in ("http.response.start", "websocket.close")


def test_a_websocket_has_to_say_where_it_comes_from():
    assert not asked("websocket")[1]
    assert asked("http")[1]  # a person who types the address says nothing


def test_a_name_that_the_server_was_started_for_is_served():
    assert asked(host="rare.example:443", names=["Rare.Example"])[1]
    assert asked("websocket", host="rare.example", origin="https://rare.example",
                 names=["rare.example"])[1]  # fmt: skip


@pytest.mark.parametrize("path", ["/resourcez", "/resourcez/", "/_solara/api/evict/1"])
def test_nobody_reads_diagnostics(path):
    sent, reached = asked(path=path)
    assert not reached
    assert sent[0]["status"] == 404


def test_the_usual_port_may_be_left_out():
    assert is_same("https://rare.example", "rare.example:443")
    assert not is_same("https://rare.example", "rare.example:80")
