"""The policy editor as people use it."""

import re

import pytest
from playwright.sync_api import expect

from abm.policy import load_policy
from tests.support.pages import SMALL, button

PHONE = {"width": 390, "height": 844}
START = f"{SMALL}&b=special-zone"


@pytest.fixture
def editor(shared_view):
    """Return a function that opens the editor of policy B on the module's page of a link."""

    def open_editor(query=START, **size):
        view = shared_view(query, **size)
        if view.locator(".rc-ed").count():
            close(view)
        policy = view.locator(".rc-policy-b button").first
        if not policy.is_visible():
            view.locator(".v-app-bar__nav-icon").click()
        policy.click()
        view.locator(".rc-ed").wait_for()
        undo = view.locator(".rc-ed-row .v-btn").nth(1)
        if undo.is_enabled():  # a draft outlasts the editor
            undo.click()
            expect(undo).to_be_disabled()
        return view

    return open_editor


@pytest.fixture
def view(editor):
    """The module's page with the editor newly opened."""
    return editor()


def close(view) -> None:
    button(view, "Close").click()
    expect(view.locator(".rc-ed")).to_have_count(0)


def lever(view, path: str):
    return view.locator(f'[data-lever="{path}"]')


def type_in(view, path: str, text: str) -> None:
    lever(view, path).locator("input").first.fill(text)


def open_group(view, name: str) -> None:
    view.locator(".rc-ed-nav").get_by_role("button", name=re.compile(f"^{name}")).click()


def apply(view) -> None:
    button(view, "Apply").click()
    expect(view.get_by_text("This is in force on the page")).to_be_visible()


def take_back(view) -> None:
    """Put the policy back that was there before anything was applied."""
    button(view, "Undo all").click()
    apply(view)
    expect(view).not_to_have_url(re.compile(r"[?&]b\."))


def test_what_is_typed_is_left_as_it_is_typed(view):
    open_group(view, "Registry")
    field = lever(view, "registry.compliance").locator("input").first
    field.click()
    field.press("Control+a")
    field.press_sequentially("0.250", delay=60)
    view.wait_for_timeout(500)
    expect(field).to_have_value("0.250")
    expect(view.locator(".rc-ed-difference")).to_contain_text("-> 0.25")


WRONG = {
    "7": "7", "lots": "'lots'", "": "''", "-1": "-1", "<script>": "'<script>'", "9" * 400: "999",
    "NaN": "nan", "inf": "inf",
}  # fmt: skip
"""What is typed for a share, and what the complaint says was given."""


def test_a_mistake_is_told_beside_the_field_and_cannot_be_applied(view):
    open_group(view, "Registry")
    field = lever(view, "registry.compliance")
    for text, got in WRONG.items():
        type_in(view, "registry.compliance", text)
        expect(field).to_contain_text(f"expected a number from 0 to 1, got {got}")
        expect(view.locator(".rc-ed-wrong")).to_contain_text("Registry: compliance")
        expect(button(view, "Apply")).to_be_disabled()
        expect(view.locator(".rc-ed-save")).to_be_disabled()
    field.get_by_role("button", name="Undo").click()
    expect(field.locator("input").first).to_have_value("0.5")
    expect(view.locator(".rc-ed-wrong")).to_have_count(0)
    expect(view.locator(".rc-ed-save")).to_be_enabled()


def test_a_contradiction_is_told(view):
    open_group(view, "Hospital network")
    lever(view, "network.members").locator("[aria-haspopup=listbox]").click()
    view.get_by_role("option", name="none", exact=True).click()
    expect(view.locator(".rc-ed-wrong")).to_contain_text("network")
    expect(button(view, "Apply")).to_be_disabled()


def test_every_kind_of_widget_sets_its_lever(view):
    open_group(view, "Registry")
    lever(view, "registry.reporting").locator("[aria-haspopup=listbox]").click()
    view.get_by_role("option", name="mandatory").click()
    open_group(view, "Special zone")
    provinces = lever(view, "zone.provinces")
    provinces.locator(".v-chip", has_text="Shanghai").locator("button").click()
    difference = view.locator(".rc-ed-difference")
    expect(difference).to_contain_text("Jiangsu -> Shandong, Zhejiang, Jiangsu")
    provinces.locator("input[type=text]").first.fill("Gans")
    view.get_by_role("option", name="Gansu").click()
    view.keyboard.press("Escape")
    open_group(view, "zone-fund")
    lever(view, "benefits.zone-fund.poor_only").locator("input").first.check(force=True)
    brackets = lever(view, "benefits.zone-fund.brackets")
    brackets.get_by_role("button", name="Remove this bracket").first.click()
    expect(brackets.locator(".rc-bracket input")).to_have_count(4)
    brackets.locator("input").nth(1).fill("0.5")
    type_in(view, "benefits.zone-fund.start", "2021-01")
    zone = "Shandong, Shanghai, Zhejiang, Jiangsu -> Shandong, Zhejiang, Jiangsu, Gansu"
    for texts in (
        "from 2019-11: Registry: reporting: network -> mandatory",
        f"Special zone: provinces: {zone}",
        "zone-fund: poor only: no -> yes",
        "50.0% to 700,000, 90.0% to no limit",
        "zone-fund: start: nothing -> 2021-01",
    ):
        expect(difference).to_contain_text(texts)
    apply(view)
    take_back(view)


def test_a_search_finds_levers_of_all_groups(view):
    view.locator(".rc-ed-search input").fill("dual channel")
    expect(view.locator("[data-lever]")).to_have_count(2)
    type_in(view, "zone.inside.access.dual_channel", "0.75")
    expect(view.locator(".rc-ed-nav")).to_contain_text("Rules inside the zone (1)")
    view.locator(".rc-ed-search input").fill("xyzzy")
    expect(view.locator(".rc-ed-fields")).to_contain_text("No lever has these words")
    button(view, "Undo all").click()
    expect(view.locator(".rc-ed-nav")).not_to_contain_text("(1)")


def test_a_saved_file_loads_as_the_same_policy_here_and_elsewhere(view, tmp_path):
    open_group(view, "Hospital network")
    type_in(view, "network.slots", "2")
    view.locator(".rc-ed-name input").fill("My zone")
    expect(view.locator(".rc-ed-files")).to_contain_text("small letters")
    view.locator(".rc-ed-name input").fill("my-zone")
    with view.expect_download() as waiting:
        view.locator(".rc-ed-save").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert file.name == "my-zone.toml"
    saved, meant = load_policy(str(file)), load_policy("special-zone", {"network.slots": 2.0})
    for month in meant.timeline.turns:
        assert saved.levers_at(month) == meant.levers_at(month)
    button(view, "Undo all").click()
    expect(lever(view, "network.slots").locator("input").first).to_have_value("1")
    view.locator(".rc-upload-input").set_input_files(file)
    expect(lever(view, "network.slots").locator("input").first).to_have_value("2")
    apply(view)
    take_back(view)


def leave(view, how: str) -> None:
    view.wait_for_timeout(500)  # a dialog that is still opening does not close
    if how == "Close":
        button(view, "Close").click()
    elif how == "Escape":
        view.locator(".rc-ed-search input").press("Escape")
    else:
        view.mouse.click(5, 400)
    expect(view.locator(".rc-ed")).to_have_count(0)


def test_what_is_not_applied_is_there_when_the_editor_opens_again(view):
    share = lever(view, "zone.inside.registry.compliance").locator("input[type=text]").first
    share.fill("0.6")
    expect(view.locator(".rc-ed-difference")).to_contain_text("from 2020-01")
    for how in ("Escape", "Close", "a click outside"):
        leave(view, how)
        expect(view.locator(".rc-policy-b .rc-unapplied")).to_be_visible()
        view.locator(".rc-policy-b button").first.click()
        expect(share).to_have_value("0.6")
    field = lever(view, "zone.inside.registry.compliance")
    expect(field.locator("del")).to_have_text("0.9")
    button(view, "Undo all").click()
    expect(view.locator(".rc-policy-b .rc-unapplied")).to_have_count(0)


def test_a_slider_and_a_month_set_a_lever_and_the_policys_beginning(view):
    tests = lever(view, "zone.inside.testing.genetic_covered")
    tests.get_by_role("slider").focus()
    view.keyboard.press("ArrowLeft")
    difference = view.locator(".rc-ed-difference")
    expect(difference).to_have_text(re.compile("^from 2020-01: .*: 1 -> 0.95$"))
    begins = lever(view, "begins").locator("input")
    begins.fill("2021-06")
    expect(difference).to_contain_text("the policy begins: 2020-01 -> 2021-06")
    expect(difference).to_contain_text(re.compile("from 2021-06: .*: 1 -> 0.95"))
    expect(lever(view, "begins").locator("del")).to_have_text("2020-01")
    apply(view)
    expect(view).to_have_url(re.compile(r"b\.begins="))
    take_back(view)


BAD_FILES = {
    "no TOML": b"= 3",
    "not text": bytes(range(256)),
    "an unknown lever": b'name = "x"\ntitle = "x"\nextends = "special-zone"\n[[changes]]\n'
    b'from = "2019-01"\nsource = "assumption: x"\n[changes.set.netwrok]\nslots = 2\n',
    "a file as parent": b'name = "x"\ntitle = "x"\nextends = "/etc/passwd.toml"\n',
    "too large": b"#" * 300_000,
}


def test_a_file_that_is_no_policy_is_refused_in_one_line(view):
    told = view.locator(".rc-ed-refused")
    for name, content in BAD_FILES.items():
        file = f"{name.replace(' ', '-')}.toml"
        view.locator(".rc-upload-input").set_input_files(
            {"name": file, "mimeType": "application/toml", "buffer": content}
        )
        expect(told).to_contain_text(file)
        assert "\n" not in told.inner_text().strip()
        expect(button(view, "Apply")).to_be_disabled()


def test_a_changed_lever_is_marked_told_and_applied(view):
    open_group(view, "Hospital network")
    type_in(view, "network.slots", "2.5")
    expect(lever(view, "network.slots")).to_contain_text("changed")
    expect(lever(view, "network.slots").locator("del")).to_have_text("1")
    difference = view.locator(".rc-ed-difference")
    expect(difference).to_have_text("from 2019-01: Hospital network: slots: 1 -> 2.5")
    apply(view)
    close(view)
    expect(view.locator(".rc-policy-b .rc-edited")).to_be_visible()
    expect(view.locator(".rc-policy-a .rc-edited")).to_have_count(0)
    view.wait_for_function("location.search.includes('b.network.slots')")
    view.reload()
    view.locator(".rc-card-values").first.wait_for()
    expect(view.locator(".rc-policy-b .rc-edited")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_on_a_phone_everything_fits(editor, language):
    view = editor(f"{START}&language={language}", **PHONE)
    view.locator(".rc-ed-pick .v-select__slot").click()
    view.get_by_role("option", name="Charity" if language == "en" else "慈善").click()
    type_in(view, "charity.grant_cap", "20000")
    change = {
        "en": "Charity: grant cap: 10,000 -> 20,000",
        "zh": "慈善 · 资助上限：10,000 → 20,000",
    }
    expect(view.locator(".rc-ed-difference")).to_contain_text(change[language])
    for part in (".rc-ed", ".rc-ed-fields", ".rc-ed-files"):
        box = view.locator(part).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
    held = view.locator(".rc-ed-apply").bounding_box()
    view.evaluate("document.activeElement.blur()")
    view.wait_for_timeout(100)
    assert view.locator(".rc-ed-apply").bounding_box() == held  # else a click in time misses it
    view.locator(".rc-ed-apply").click()
    expect(view.locator(".rc-ed-apply")).to_be_disabled()
