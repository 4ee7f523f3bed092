"""A hostile page in the same browser reaches nothing of the view."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytestmark = pytest.mark.slow

OPEN = """url => new Promise(resolve => {
    const socket = new WebSocket(url);
    socket.onopen = () => resolve("open");
    socket.onerror = () => resolve("refused");
})"""
READ = """url => fetch(url).then(answer => answer.text(), () => "refused")"""
FRAME = """url => new Promise(resolve => {
    const frame = document.createElement("iframe");
    frame.onload = () => {
        // a refused frame shows the browser's own page, whose origin nobody may read either
        resolve(frame.contentWindow.length);
    };
    frame.src = url;
    document.body.append(frame);
})"""


@pytest.fixture
def hostile():
    """Return the address of another server of this machine, with a page of its own."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>free games</title>")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "evil.example"])
def test_another_page_opens_no_connection(server, browser, hostile, name):
    page = browser.new_page()
    page.goto(f"http://{name}:{hostile}")
    address = server.url.removeprefix("http://")
    path = "/jupyter/api/kernels/0f1e2d3c-0000-4000-8000-000000000000/solara"
    assert page.evaluate(OPEN, f"ws://{address}{path}") == "refused"
    assert page.evaluate(READ, f"{server.url}/") == "refused"
    page.close()


def test_the_page_is_shown_in_no_frame(server, browser, hostile):
    page = browser.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"http://127.0.0.1:{hostile}")
    page.evaluate(FRAME, f"{server.url}/")
    assert any("frame" in line.lower() for line in said), said
    page.close()


def test_a_name_made_to_point_here_is_refused(server, browser):
    """DNS rebinding: the hostile site's own name, which now means this machine."""
    page = browser.new_page()
    port = server.url.rpartition(":")[2]
    answer = page.goto(f"http://evil.example:{port}/")
    assert answer.status == 403
    page.close()
