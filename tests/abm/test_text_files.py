"""Text files as editors and spreadsheets leave them are read as what they say, or refused."""

import codecs
import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abm.errors import UserError
from abm.policy import load_policy
from abm.text_files import DEEPEST, decoded, toml_of
from abm.world import load_world
from abm.world.schema import COLUMNS
from tests.support.policy_texts import change, write
from tests.support.worlds import copy_of

pytestmark = pytest.mark.slow

MARKED = {
    "utf-8": b"", "utf-8 with a mark": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE, "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}  # fmt: skip
ENDS = {"unix": "\n", "windows": "\r\n", "old mac": "\r"}


def encoded(text: str, origin: str, end: str = "\n") -> bytes:
    return MARKED[origin] + text.replace("\n", end).encode(origin.split(" ")[0])


@pytest.fixture
def folder(tmp_path):
    return copy_of("island", tmp_path / "isle")


ISLAND = load_world("island")


def tables(folder):
    return sorted(folder.glob("*.csv"))


@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0\ufeff")),
    origin=st.sampled_from(list(MARKED)),
    end=st.sampled_from(list(ENDS.values())),
)
def test_a_text_is_the_same_whoever_wrote_it(text, origin, end):
    assert decoded(encoded(text, origin, end), "a text") == text


@given(st.binary())
def test_any_bytes_are_a_text_or_refused_in_a_line(content):
    try:
        told = decoded(content, "a text")
    except UserError as error:
        told = str(error)
        ok = re.fullmatch(r"a text, row \d+: .*expected.*", told)
    else:
        ok = "\r" not in told
    assert ok, told


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
@pytest.mark.parametrize("origin", MARKED)
def test_a_world_is_the_same_in_any_encoding_and_with_any_line_ends(folder, origin, end):
    for file in (*tables(folder), folder / "world.toml", *(folder / "policies").glob("*.toml")):
        file.write_bytes(encoded(file.read_text(encoding="utf-8"), origin, end))
    found = load_world(folder)
    assert found.checksum == ISLAND.checksum
    assert load_policy("zone", world=found).canonical() == load_policy(
        "zone", world=ISLAND
    ).canonical()  # fmt: skip


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "big5"])
def test_another_encoding_is_refused_with_what_to_do(folder, encoding):
    file = folder / "cities.csv"
    text = file.read_text(encoding="utf-8").replace("迎风港", "城市").replace("背风湾", "海")
    file.write_bytes(text.encode(encoding))
    with pytest.raises(UserError, match=r"^cities.csv, row 2: not UTF-8 text.*save it as UTF-8"):
        load_world(folder)
    policy = folder / "policies" / "zone.toml"
    policy.write_bytes("# 城市\n".encode(encoding) + policy.read_bytes())
    with pytest.raises(UserError, match=r"zone.toml, row 1: not UTF-8 text.*save it as UTF-8"):
        load_policy(str(policy))


def test_half_of_a_wide_character_is_refused_with_its_row():
    content = encoded("a\nb\nc", "utf-16-le")[:-1]
    with pytest.raises(UserError, match=r"^t, row 3: not UTF-16 text, expected UTF-16$"):
        decoded(content, "t")


def test_a_wide_text_without_its_mark_is_refused():
    with pytest.raises(UserError, match=r"^t, row 1: a character of value 0, expected UTF-8"):
        decoded("a\nb".encode("utf-16-le"), "t")


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_written_back_by_pandas_is_the_same(folder, name):
    file = folder / f"{name}.csv"
    pd.read_csv(file).to_csv(file, index=False)
    assert load_world(folder).checksum == ISLAND.checksum


def test_a_table_of_china_written_back_by_pandas_is_the_same(tmp_path, world):
    """Its lists are years, which pandas takes for numbers: 2019 becomes 2019.0."""
    folder = copy_of("china", tmp_path / "china")
    for name in COLUMNS:
        file = folder / f"{name}.csv"
        pd.read_csv(file).to_csv(file, index=False)
    assert "2019.0" in (folder / "hospitals.csv").read_text(encoding="utf-8")
    assert load_world(folder).checksum == world.checksum


SEPARATORS = {"semicolons": ";", "tabs": "\t"}


@pytest.mark.parametrize("separator", SEPARATORS.values(), ids=SEPARATORS.keys())
@pytest.mark.parametrize("quoting", [0, 1])  # as little as possible; all
def test_a_table_may_be_separated_as_spreadsheets_do(folder, separator, quoting):
    for file in tables(folder):
        frame = pd.read_csv(file, dtype=str, keep_default_na=False)
        frame.to_csv(file, index=False, sep=separator, quoting=quoting)
    assert load_world(folder).checksum == ISLAND.checksum


def test_rows_and_columns_in_which_nothing_stands_are_none(folder):
    for file in tables(folder):
        header, *rows = file.read_text(encoding="utf-8").splitlines()
        blank = "," * header.count(",")
        lines = [f"{line},," for line in (header, *rows, blank, blank)]
        file.write_text("\n".join([*lines, "", "  ", ""]), encoding="utf-8")
    assert load_world(folder).checksum == ISLAND.checksum


def test_what_stands_beyond_the_header_is_refused_with_its_row(folder):
    file = folder / "births.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[2] += ",a note"
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(UserError, match=r"^births.csv, row 3: 6 fields, expected 5"):
        load_world(folder)


@pytest.mark.parametrize("written", ["0,7", "1.234,5", "1,000"])
def test_a_comma_in_a_number_is_refused_with_what_to_write(folder, written):
    file = folder / "cities.csv"
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    frame.loc[0, "urban_share"] = written
    frame.to_csv(file, index=False, sep=";")
    with pytest.raises(UserError) as error:
        load_world(folder)
    told = f"cities.csv, row 2, column urban_share: '{written}' is not a number (a point, not a"
    assert str(error.value).startswith(told) or "1.234" in written


@pytest.mark.parametrize("written", ["2019.0", "2019.", "2019.000"])
def test_a_whole_number_may_have_a_point_and_zeros(written):
    column = next(c for c in COLUMNS["births"] if c.name == "year")
    assert column.convert(written) == 2019
    assert type(column.convert(written)) is int


@pytest.mark.parametrize("written", ["2019.5", "2019.05", "9" * 5000, "1e3", ".0", "2019.0.0"])
def test_what_is_no_whole_number_is_none(written):
    column = next(c for c in COLUMNS["births"] if c.name == "year")
    assert column.convert(written) is None
    assert column.fault(written)


POLICY = """
name = "own"
title = "Own"
extends = "special-zone"
[[changes]]
from = "2021-01"
source = "assumption: one of a test"
[changes.set.network]
slots = 1.5
"""


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
@pytest.mark.parametrize("origin", MARKED)
def test_a_policy_is_the_same_whoever_wrote_it(tmp_path, origin, end):
    file = tmp_path / "own.toml"
    file.write_bytes(encoded(POLICY, origin, end))
    assert load_policy(str(file)).levers_at(24).network.slots == 1.5


NESTED = {
    "lists": "a = " + "[" * 500 + "]" * 500,
    "more lists than Python has room for": "a = " + "[" * 50_000 + "]" * 50_000,
    "tables": "a = " + "{a = " * 500 + "1" + "}" * 500,
    "a dotted key": "a" + ".a" * 2000 + " = 1",
    "a header": "[a" + ".a" * 800 + "]\nb = 1",
}


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED.keys())
def test_what_is_nested_too_deeply_is_refused_in_a_line(text):
    with pytest.raises(UserError, match=r"^t: nested too deeply, expected at most \d+ "):
        toml_of(text, "t")


@settings(max_examples=30)
@given(st.integers(1, DEEPEST - 1))
def test_what_is_not_nested_too_deeply_is_read(depth):
    found = toml_of("a = " + "[" * depth + "]" * depth, "t")["a"]
    for _ in range(depth - 1):
        (found,) = found
    assert found == []


def test_a_number_longer_than_python_reads_is_refused_in_a_line():
    with pytest.raises(UserError, match=r"^t: not valid TOML: .*4300"):
        toml_of("a = " + "9" * 5000, "t")


def chain(folder, length: int) -> str:
    for number in range(length):
        extends = f"./p{number - 1}.toml" if number else "special-zone"
        body = change("2021-01", f"network.slots = {1 + number / 1000}")
        file = write(folder, f"p{number}", body, extends)
    return str(file)


def test_two_hundred_policies_may_extend_each_other_and_a_thousand_are_refused(tmp_path):
    assert load_policy(chain(tmp_path, 200)).levers_at(24).network.slots == 1.199
    with pytest.raises(UserError, match=r"p999.toml: more than 250 policies extend each other"):
        load_policy(chain(tmp_path, 1000))


LONG = "a" * 10_000


@pytest.mark.parametrize("name", [LONG, f"./{LONG}.toml", f"{LONG}+{LONG}", f"~{LONG}/x.toml"])
def test_a_name_of_any_length_is_looked_up(name, tmp_path):
    with pytest.raises(UserError, match=r"unknown policy|no such file"):
        load_policy(name)
    with pytest.raises(UserError, match="unknown world"):
        load_world(name)
