"""The page as people use it: play, pause, step, reset, filter, link, downloads, language."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.support.pages import (
    SMALL,
    button,
    check_charts,
    month,
    open_tab,
    wait_for_month,
    wait_past_month,
)
from viz.i18n.texts import Texts
from viz.tabs.registry import TABS
from viz.view_state import ViewState

CHARTS = {
    "Overview": 8,
    "Network": 6,
    "Flows": 6,
    "Equity": 13,
    "Why": 3,
    "Journeys": 2,
    "Money": 5,
}
WATCH_THE_MONTH = """() => {
    window.monthsShown = [];
    const shown = [...document.querySelectorAll(".rc-month")].find(e => e.offsetParent);
    new MutationObserver(() => window.monthsShown.push(+/month (\\d+) of/.exec(shown.innerText)[1]))
        .observe(shown, {childList: true, characterData: true, subtree: true});
}"""
"""Writes down every month that the page shows from now on."""
PHONE = {"width": 390, "height": 844}
DECADES = "?scale=0.003&years=40"
"""Months that go by for long enough to be paused."""


@pytest.fixture
def lived(shared_view):
    """The module's page with small countries at their last month."""
    view = shared_view(SMALL + "&month=24")
    wait_for_month(view, 24)
    return view


def test_step_play_pause_reset(view):
    button(view, "Step").click()
    wait_for_month(view, 1)
    button(view, "Play").click()
    expect(button(view, "Pause")).to_be_visible()
    wait_for_month(view, 24)
    expect(button(view, "Play")).to_be_disabled()
    expect(button(view, "Step")).to_be_disabled()
    button(view, "Reset").click()
    wait_for_month(view, 0)
    check_charts(view)


def test_a_pause_stays_at_its_month(shared_view):
    view = shared_view(DECADES)
    button(view, "Play").click()
    wait_past_month(view, 0)
    button(view, "Pause").click()
    expect(view.locator(".rc-month:visible").first).to_contain_text("stands still")
    held = month(view)
    view.evaluate(WATCH_THE_MONTH)
    assert 0 < held < 480
    button(view, "Step").click()
    wait_for_month(view, held + 1)
    assert set(view.evaluate("window.monthsShown")) <= {held, held + 1}, "a month came by itself"
    button(view, "Reset").click()
    wait_for_month(view, 0)


def test_a_reload_in_the_middle_comes_back_to_where_it_was(shared_view):
    view = shared_view(DECADES)
    button(view, "Play").click()
    wait_past_month(view, 0)
    view.reload()
    kept = int(parse_qs(urlsplit(view.url).query).get("month", ["0"])[0])
    wait_for_month(view, kept)
    button(view, "Step").click()
    wait_for_month(view, kept + 1)
    expect(view).to_have_url(re.compile(rf"month={kept + 1}(&|$)"))
    view.reload()
    wait_for_month(view, kept + 1)


@pytest.mark.parametrize(("language", "size"), [("en", {}), ("zh", PHONE)])
def test_every_tab_draws_before_the_first_month_and_after(shared_view, language, size):
    texts = Texts(language)
    view = shared_view(SMALL + ("" if language == "en" else f"&language={language}"), **size)
    for lived in (0, 14):
        if lived:
            button(view, texts("shell.play")).click()
            expect(button(view, texts("shell.pause"))).to_be_visible()
            expect(button(view, texts("shell.play"))).to_be_disabled()
        for tab, charts in CHARTS.items():
            open_tab(view, texts(f"tab.{tab.lower()}"), tab.lower())
            assert check_charts(view, charts) >= charts
            wide = view.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{tab} is {wide} pixels too wide"
    open_tab(view, texts("tab.about"), "about")
    expect(view.get_by_text(texts("about.calibration"), exact=True)).to_be_visible()
    open_tab(view, texts("tab.overview"), "overview")
    button(view, texts("shell.reset")).click()
    expect(button(view, texts("shell.play"))).to_be_enabled()


def test_cards_of_one_pair_call_nothing_better(lived):
    cards = lived.locator(".rc-card")
    expect(cards).to_have_count(9)
    told = [card.locator(".rc-verdict").last.inner_text() for card in cards.all()]
    assert any("may be chance" in text for text in told)
    assert not any("under B" in text for text in told)
    expect(lived.locator(".rc-doubt")).to_contain_text("One pair of runs")


def test_a_click_on_a_province_filters_everything_and_the_chip_clears_it(view):
    view.locator(".rc-tile", has_text="JS").first.click()
    chip = view.locator(".rc-chip")
    expect(chip).to_contain_text("Jiangsu")
    expect(view.locator('.rc-tile[aria-pressed="true"]')).to_have_count(3)
    check_charts(view)
    for tab in ("Equity", "Network", "Journeys", "Money"):
        open_tab(view, tab)
        check_charts(view, CHARTS[tab])
        expect(chip).to_contain_text("Jiangsu")
    expect(view).to_have_url(re.compile("province=Jiangsu"))
    chip.get_by_role("button", name="Back to the whole country").click()
    expect(chip).to_have_count(0)
    expect(view).not_to_have_url(re.compile("province="))
    open_tab(view, "Overview")


def test_the_map_works_from_the_keyboard(view):
    view.locator(".rc-tile", has_text="GD").first.focus()
    view.keyboard.press("Enter")
    expect(view.locator(".rc-chip")).to_contain_text("Guangdong")
    grey = view.locator(".rc-tile", has_text="HK").first
    assert grey.get_attribute("tabindex") == "-1"
    assert "no data" in grey.get_attribute("aria-label")
    view.get_by_role("button", name="Back to the whole country").click()
    expect(view.locator(".rc-chip")).to_have_count(0)


def test_another_country_is_watched_by_its_link(open_view):
    view = open_view("?world=island&scale=0.01&years=2")
    expect(view.locator(".rc-tile")).to_have_count(6)
    expect(view.get_by_text("Poor Leeward becomes a special zone from 2022")).to_be_visible()
    button(view, "Step").click()
    expect(view.locator(".rc-month:visible").first).to_contain_text("January 2021, month 1 of 24")
    view.locator(".rc-tile", has_text="LW").first.click()
    expect(view.locator(".rc-chip")).to_contain_text("Leeward")
    for tab, charts in CHARTS.items():
        open_tab(view, tab)
        check_charts(view, charts)
    expect(view).to_have_url(re.compile("world=island&a=uniform&b=zone"))


UNNAMED = """() => [...document.querySelectorAll('button, a[href], input')].filter(e =>
    e.offsetParent && !(e.innerText || '').trim() && !e.ariaLabel && !e.title
    && !(e.labels && e.labels.length) && !e.closest('[role=button], [role=combobox]')
).map(e => e.outerHTML.slice(0, 200))"""
FOCUSED = """() => {
    const e = document.activeElement;
    return (e.innerText || e.ariaLabel || e.id || '').trim();
}"""


FROM_THE_TOP = """() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
}"""
"""Lets the keyboard begin before the first control, wherever a test before was."""


def test_every_control_has_a_name_and_takes_the_focus(view):
    expect(button(view, "Play")).to_be_enabled()
    assert view.evaluate(UNNAMED) == []
    view.evaluate(FROM_THE_TOP)
    reached = set()
    for _ in range(90):
        view.keyboard.press("Tab")
        reached.add(view.evaluate(FOCUSED))
    assert {"Play", "Step", "Reset", "Edit policy A", "Edit policy B", "Network"} <= reached


def test_the_link_restores_the_whole_setting(open_view):
    view = open_view("?world=island&b=base&scale=0.01&years=3&seed=4&month=5&tab=money"
                     "&province=Leeward&b.network.slots=1.5")  # fmt: skip
    wait_for_month(view, 5)
    button(view, "Step").click()
    wait_for_month(view, 6)
    expect(view).to_have_url(re.compile("month=6"))
    view.get_by_role("button", name="Link to this view").click()
    link = view.locator(".rc-link pre").inner_text()
    state, complaints = ViewState.from_query(link, TABS)
    assert complaints == []
    assert (state.month, state.tab, state.province) == (6, "money", "Leeward")
    other = open_view(link)
    wait_for_month(other, 6)
    expect(other.get_by_role("tab", name="Money")).to_have_attribute("aria-selected", "true")
    expect(other.locator(".rc-chip")).to_contain_text("Leeward")
    expect(other.locator(".rc-policy-b")).to_contain_text("As it happened on the island")
    expect(other.locator(".rc-edited")).to_contain_text("1")
    cards = view.locator(".rc-cards").inner_text()
    expect(other.locator(".rc-cards")).to_have_text(cards, use_inner_text=True)


def test_the_language_changes_and_back(view):
    button(view, "中文").click()
    expect(button(view, "播放")).to_be_visible()
    assert view.evaluate("document.documentElement.lang") == "zh"
    check_charts(view)
    button(view, "English").click()
    expect(button(view, "Play")).to_be_visible()


def test_another_policy_is_shown_with_its_sentence_and_difference(view):
    view.locator(".rc-policy-b .v-select__slot").click()
    options = view.locator(".v-menu__content.menuable__content__active")
    options.evaluate("list => { list.scrollTop = list.scrollHeight; }")  # loads the rest
    view.get_by_role("option", name="No charity").click()
    expect(view.locator(".rc-policy-b .rc-sentence")).to_contain_text("without grants")
    button(view, "Step").click()
    wait_for_month(view, 1)
    view.get_by_text(re.compile("Where B differs from A")).click()
    expect(view.locator(".rc-difference")).to_contain_text("Charity: donations")


def test_the_python_lines_are_those_of_the_screen(lived):
    lived.get_by_text("The same in Python").click()
    expect(lived.locator(".rc-copy pre")).to_have_text(
        ViewState(scale=0.003, years=2, month=24).python()
    )
    button(lived, "Copy").click()
    expect(button(lived, "Copied")).to_be_visible()


def test_a_patient_can_be_chosen_and_is_the_same_under_both(lived):
    open_tab(lived, "Journeys")
    lived.locator(".rc-choose-patient .v-select__slot").click()
    lived.get_by_role("option").nth(2).click()
    expect(lived).to_have_url(re.compile(r"patient=\d+"))
    a, b = lived.locator(".rc-story").all_inner_texts()
    assert a.split("\n")[0] == b.split("\n")[0]
    assert a.startswith("Patient ")


def test_a_policy_comes_as_a_column_and_goes_again(view):
    open_tab(view, "Columns")
    heads, rows = (view.locator(f".rc-columns-table {part} tr") for part in ("thead", "tbody"))
    expect(heads.locator("th")).to_have_count(3)
    button(view, "Add a policy as a column").click()
    expect(heads.locator("th")).to_have_count(4)
    expect(heads.locator("th").last).to_contain_text("C · ")
    expect(view).to_have_url(re.compile(r"[?&]c="))
    expect(rows.first.locator("td")).to_have_count(3)
    check_charts(view, 8)
    button(view, "Remove policy C").click()
    expect(heads.locator("th")).to_have_count(3)
    expect(view).not_to_have_url(re.compile(r"[?&]c="))
    open_tab(view, "Overview")
