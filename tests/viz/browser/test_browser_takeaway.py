"""What people take away from the page: pictures, numbers, a link, one file with all months."""

import csv
import re
from io import StringIO
from pathlib import Path
from struct import unpack
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

from tests.support.pages import PATIENCE, button, check_charts, open_tab, wait_for_month

ISLAND = "?world=island&scale=0.01&years=2&month=14"


@pytest.fixture
def view(shared_view):
    """The module's page with the island in its second year."""
    view = shared_view(ISLAND)
    wait_for_month(view, 14)
    check_charts(view)
    return view


def saved(view, place, kind: str) -> tuple[str, bytes]:
    """Return the name and the content of a picture."""
    with view.expect_download() as found:
        place.locator(".rc-save").get_by_text(kind, exact=True).first.click()
    return found.value.suggested_filename, Path(found.value.path()).read_bytes()


@pytest.mark.parametrize("place", [".rc-figure", ".rc-map"])
def test_charts_and_maps_are_pictures_that_stand_alone(view, place):
    name, picture = saved(view, view.locator(place).first, "PNG")
    assert picture[:4] == b"\x89PNG"
    assert unpack(">II", picture[16:24]) == (1920, 1080)
    assert re.fullmatch(r"rarecare-island-\d{4}-\d\d-[\w-]+\.png", name)
    name, picture = saved(view, view.locator(place).first, "SVG")
    assert name.endswith(".svg")
    root = ElementTree.fromstring(picture)
    assert (root.get("width"), root.get("height")) == ("1920", "1080")
    told = " ".join(root.itertext())
    for part in ("A: ", "B: ", "seed 1", "0.01 real", "Source: rarecare", "no forecast"):
        assert part in told, part
    assert "127.0.0.1" not in picture.decode()


def test_the_numbers_are_tidy(view):
    with view.expect_download() as found:
        view.get_by_role("button", name="All numbers (CSV)").click()
    rows = list(csv.DictReader(StringIO(Path(found.value.path()).read_text())))
    assert list(rows[0]) == ["month", "side", "place", "group", "measure", "unit", "value"]
    assert {row["side"] for row in rows} == {"A", "B"}
    months = {row["month"] for row in rows if row["measure"] == "undiagnosed"}
    assert len(months) == 14


def test_a_link_is_copied_and_opened_on_another_page(open_view):
    view = open_view(f"{ISLAND}&tab=money&province=Leeward&b.network.slots=1.5")
    wait_for_month(view, 14)
    view.get_by_role("button", name="Link to this view").click()
    link = view.locator(".rc-link pre").inner_text()
    assert link.startswith("?")
    assert "127.0.0.1" not in link
    button(view, "Copy link").click()
    expect(button(view, "Copied")).to_be_visible()
    other = open_view("?world=island&scale=0.01&years=2")
    other.get_by_role("button", name="Link to this view").click()
    field = other.get_by_label("Open a link")
    field.fill(f"http://elsewhere.example:1234/{link}")
    field.press("Enter")
    wait_for_month(other, 14)
    expect(other.locator(".rc-chip")).to_contain_text("Leeward")
    expect(other.get_by_role("tab", name="Money")).to_have_attribute("aria-selected", "true")
    expect(other.locator(".rc-policy-b .rc-edited")).to_be_visible()


def test_a_link_of_another_version_says_so(open_view):
    view = open_view(f"{ISLAND}&version=0.0.1")
    expect(view.locator(".rc-complaints")).to_contain_text("made by version 0.0.1")


@pytest.mark.parametrize("tab", ["Overview", "Flows"])
def test_one_file_holds_every_month_and_opens_without_a_server(open_view, context, tmp_path, tab):
    view = open_view(ISLAND)
    wait_for_month(view, 14)
    open_tab(view, tab)
    card = view.locator(".rc-card-values").first.inner_text()
    button(view, "Every month in one file (HTML)").click()
    ready = view.get_by_role("button", name="Save the file")
    ready.wait_for(timeout=PATIENCE)
    with view.expect_download() as found:
        ready.click()
    file = tmp_path / "snapshot.html"
    found.value.save_as(file)
    assert file.stat().st_size < 6_000_000
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url)
            if not request.url.startswith(("file:", "data:")) else None)  # fmt: skip
    page.goto(file.as_uri())
    page.locator("#cards > div").first.wait_for()
    shown = page.locator(".values").first
    assert shown.inner_text().split() == card.split()
    assert page.locator("#charts svg").count() >= 4
    slider = page.get_by_role("slider")
    slider.fill("3")
    expect(page.locator("#now")).to_have_text(re.compile("-03$"))
    slider.press("ArrowRight")
    expect(page.locator("#now")).to_have_text(re.compile("-04$"))
    page.locator("#play").click()
    expect(page.locator("#now")).to_have_text(re.compile("-02$"))
    assert shown.inner_text().split() == card.split()
    assert wrong == []
