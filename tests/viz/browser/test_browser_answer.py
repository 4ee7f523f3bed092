"""The first screen: an answer at once, in both languages, and the ways on from it."""

import pytest
from playwright.sync_api import expect

from tests.support.pages import SMALL, button, check_charts
from tests.viz.conftest import page_of
from viz.i18n.texts import Texts
from viz.shell.tour import STEPS
from viz.tabs.answer import words
from viz.tabs.answer.data import story_of

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.mark.parametrize(("language", "width"), [("en", 1366), ("zh", 390)])
def test_a_bare_address_answers_without_a_model_and_the_tour_has_five_steps(
    server, watch, new_context, language, width
):
    texts = Texts(language)
    view = page_of(new_context(viewport={"width": width, "height": 850}), watch)
    view.goto(server.url + ("" if language == "en" else "/?language=zh"))
    sentence = words.headline(story_of(texts.world), texts)
    expect(view.locator(".rc-headline")).to_have_text(sentence)
    expect(view.locator(".rc-card")).to_have_count(0)
    check_charts(view, 5)
    expect(view.locator(".rc-way")).to_have_count(4)
    wide = view.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    view.goto(f"{server.url}/{SMALL}&tab=answer&language={language}")
    button(view, texts("story.take_tour")).click()
    tour = view.locator(".rc-tour")
    for step, tab in enumerate(STEPS, 1):
        expect(tour).to_contain_text(texts(f"tour.{step}"))
        view.locator(f".rc-{tab} .rc-panel").first.wait_for()
        if step < len(STEPS):
            button(view, texts("tour.next")).click()
    button(view, texts("tour.close")).click()
    expect(tour).to_have_count(0)


def test_watching_lives_the_pair_from_there(server, watch, new_context):
    view = page_of(new_context(viewport={"width": 1366, "height": 850}), watch)
    view.goto(server.url + "/?tab=answer&scale=0.003&years=2")
    button(view, "Watch it happen").click()
    expect(view.get_by_role("tab", name="Overview")).to_have_attribute("aria-selected", "true")
    expect(view.locator(".rc-month:visible").first).to_contain_text("month 24 of 24")
