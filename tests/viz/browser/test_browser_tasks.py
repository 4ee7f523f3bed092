"""Nine things that people come for: how many clicks they take, and what can be read then."""

import re
from pathlib import Path
from struct import unpack

import pytest
from playwright.sync_api import expect

from tests.support.pages import SMALL, check_charts, wait_for_month
from tests.support.servers import serving
from tests.viz.conftest import page_of

pytestmark = [pytest.mark.slow, pytest.mark.browser]

END = f"{SMALL}&month=24"
PAIRS = 4
LONG = 600_000
"""Milliseconds for a batch on a busy machine."""
NUMBER = r"-?[\d.,]+"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server for all tasks, whose pages live pairs beside them."""
    with serving(tmp_path_factory.mktemp("tasks"), pairs=PAIRS) as running:
        yield running


class Person:
    """Somebody at a page, whose clicks are counted.

    Args:
        page: The page.
    """

    def __init__(self, page):
        self.page, self.clicks = page, 0

    def click(self, place) -> None:
        """Click on the first of what is there."""
        self.clicks += 1
        place.first.click()

    def open(self, tab: str) -> None:
        """Open a tab, and wait until it shows."""
        self.click(self.page.get_by_role("tab", name=tab, exact=True))
        self.page.locator(f".rc-{tab.lower()} .rc-panel").first.wait_for()

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a list: two clicks."""
        self.click(self.page.locator(".rc-choose", has_text=label).locator(".v-select__slot"))
        options = self.page.locator(".v-menu__content.menuable__content__active")
        options.evaluate("list => { list.scrollTop = list.scrollHeight; }")  # loads the rest
        self.click(options.get_by_role("option", name=option, exact=True))


@pytest.fixture
def person(open_view):
    """Somebody who looks at small countries at their last month."""
    view = open_view(END)
    wait_for_month(view, 24)
    return Person(view)


def test_a_minister_reads_who_wins_and_loses_and_pays_on_the_first_screen(
    server, watch, new_context
):
    view = page_of(new_context(viewport={"width": 1366, "height": 768}), watch)
    view.goto(server.url)
    sentence = view.locator(".rc-headline")
    expect(sentence).to_contain_text("Inside the zone")
    expect(sentence).to_contain_text("outside it")
    assert len(re.findall(rf"\({NUMBER} to {NUMBER}\)", sentence.inner_text())) >= 2
    for part in ("Who wins", "Who loses, and who pays", "What is guessed"):
        expect(view.get_by_role("heading", name=part)).to_be_in_viewport()
    view.get_by_text("per inhabitant,").first.wait_for()


def test_b_patients_read_one_life_under_both_rules_in_a_click(person):
    person.open("Journeys")
    a, b = person.page.locator(".rc-story").all_inner_texts()
    assert a.split("\n")[0] == b.split("\n")[0]
    assert a.startswith("Patient ")
    assert a != b
    assert person.clicks == 1


def test_c_officials_raise_what_the_fund_pays_and_read_why(person):
    view = person.page
    person.click(view.locator(".rc-policy-b").get_by_role("button", name="Edit policy B"))
    view.locator(".rc-ed").wait_for()
    rates = view.locator('[data-lever="benefits.zone-fund.brackets"] .rc-bracket input')
    rates.first.wait_for()
    for n in range(1, rates.count(), 2):
        rates.nth(n).fill("0.9")
    person.click(view.get_by_role("button", name="Apply", exact=True))
    person.click(view.get_by_role("button", name="Close", exact=True))
    expect(view.locator(".rc-edited")).to_contain_text("1")
    wait_for_month(view, 24)
    person.open("Why")
    told = view.locator(".rc-why-words")
    expect(told).to_contain_text(re.compile(f"Of 100 yuan billed households pay {NUMBER} under A"))
    expect(told).to_contain_text("The special fund under B has paid")
    assert person.clicks <= 6


def test_d_who_goes_from_anhui_to_shanghai(person):
    person.open("Flows")
    person.choose("From", "Anhui")
    person.choose("To", "Shanghai")
    expect(person.page).to_have_url(re.compile("origin=Anhui&goal=Shanghai"))
    years = person.page.get_by_role("img", name=re.compile("By year"))
    told = re.compile("the data for 2019 is .* the data for 2020 is", re.DOTALL)
    expect(years.first).to_have_attribute("aria-label", told)
    assert person.clicks == 5


def test_e_a_link_shows_somebody_else_the_same(person, open_view):
    view = person.page
    person.click(view.get_by_role("button", name="Link to this view"))
    person.click(view.get_by_role("button", name="Copy link", exact=True))
    link = view.locator(".rc-link pre").inner_text()
    other = open_view(link)
    wait_for_month(other, 24)
    cards = ".rc-card-values"
    assert other.locator(cards).all_inner_texts() == view.locator(cards).all_inner_texts()
    assert person.clicks == 2


def test_f_a_chart_for_a_slide_is_one_click(person):
    check_charts(person.page)
    with person.page.expect_download() as found:
        person.click(person.page.locator(".rc-figure .rc-save").get_by_text("PNG", exact=True))
    picture = Path(found.value.path()).read_bytes()
    assert unpack(">II", picture[16:24]) == (1920, 1080)
    assert found.value.suggested_filename.startswith("rarecare-china-")
    assert person.clicks == 1


def test_g_three_policies_beside_each_other(open_view):
    person = Person(open_view("?world=island&scale=0.01&years=1"))
    view = person.page
    person.open("Experiments")
    more = view.locator(".rc-batch-others")
    person.click(more.locator(".v-select__slot"))
    options = view.locator(".v-menu__content.menuable__content__active")
    third = options.get_by_role("option").first
    name = third.inner_text().strip()
    person.click(third)
    view.keyboard.press("Escape")
    view.locator(".rc-batch-runs input").fill("2")
    person.click(view.locator(".rc-batch-start"))
    expect(view.locator(".rc-past-title")).to_contain_text("2 paired runs", timeout=LONG)
    expect(view.locator(".rc-experiments")).to_contain_text(name)
    assert person.clicks == 4


def test_h_how_sure_it_is_stands_on_cards_and_tabs_by_itself(person):
    view = person.page
    expect(view.locator(".rc-doubt")).to_contain_text(f"over {PAIRS} pairs")
    between = re.compile(rf"{PAIRS} pairs: .* \[.*\]")
    expect(view.locator(".rc-interval").first).to_contain_text(between)
    assert person.clicks == 0
    person.open("Equity")
    told = view.get_by_role("img", name=re.compile("Lorenz curve: QALYs"))
    told.first.wait_for()
    person.open("Why")
    expect(view.locator(".rc-why-words")).to_contain_text("may be chance")
    assert person.clicks == 2


def test_i_what_an_indicator_means_is_one_click_away(person):
    card = person.page.locator(".rc-card", has_text="catastrophic")
    person.click(card.get_by_role("button", name=re.compile("^What is")))
    told = card.locator(".rc-explain-text")
    for part in ("capacity to pay", "Unit: %", "Who counts: Years of households", "Lower is better",
                 "CALC", "Method: Xu et al. 2003"):  # fmt: skip
        expect(told).to_contain_text(part)
    assert person.clicks == 1
