"""A world is read whole or refused with one line that says where it is wrong."""

import csv
import pickle
import re
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abm.errors import UserError
from abm.world import WORLDS, load_world
from abm.world.reading import read_table
from abm.world.schema import COLUMNS, MAY_BE_EMPTY
from agents.codes import Role, Specialty, Tier

pytestmark = pytest.mark.slow

MADE = [name for name in COLUMNS if name != "parameters"]
FIELDS = [(table, column) for table, columns in COLUMNS.items() for column in columns]
FIELD_NAMES = [f"{table}.{column.name}" for table, column in FIELDS]


def copy_world(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in COLUMNS:
        shutil.copy(WORLDS / "china" / f"{name}.csv", folder)
    shutil.copy(WORLDS / "china" / "world.toml", folder)
    shutil.copytree(WORLDS / "china" / "policies", folder / "policies", dirs_exist_ok=True)
    return folder


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write_rows(path, rows, **kwargs):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n", **kwargs).writerows(rows)


@pytest.fixture
def folder(tmp_path):
    return copy_world(tmp_path / "mine")


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return copy_world(tmp_path_factory.mktemp("world") / "china")


@pytest.fixture(scope="module")
def world(shared):
    return load_world(shared)


@pytest.fixture(scope="module")
def heads(tmp_path_factory):
    """Return the first rows of every table and a scratch folder: quick to read again."""
    source = copy_world(tmp_path_factory.mktemp("whole"))
    scratch = tmp_path_factory.mktemp("heads")
    return scratch, {name: rows_of(source / f"{name}.csv")[:12] for name in COLUMNS}


def change(folder, table, column, value, where=None):
    """Write a value into the first row whose columns are as `where` says; return its line."""
    path = folder / f"{table}.csv"
    rows = rows_of(path)
    header = rows[0]
    for line, row in enumerate(rows[1:], start=2):
        if all(row[header.index(k)] == v for k, v in (where or {}).items()):
            row[header.index(column)] = value
            write_rows(path, rows)
            return line
    raise AssertionError(f"no row with {where}")


# ---------------------------------------------------------------- what the shipped world says


def test_the_network_has_the_published_size(world):
    hospitals = world.hospitals
    assert world.network_lists == ("2019", "2024")
    assert (hospitals["joined"] == "2019").sum() == 324
    assert (hospitals["joined"] != "").sum() == 419
    assert (hospitals["role"] == "lead").sum() == 32
    assert (hospitals["role"] == "national").sum() == 1
    gained = hospitals[hospitals["joined"] == "2024"].groupby("province").size()
    assert gained["Gansu"] == 12
    assert gained["Guizhou"] == 7
    assert "Jiangsu" not in gained


def test_jiangsu_has_its_hospitals_where_they_are(world):
    members = world.hospitals[
        (world.hospitals["province"] == "Jiangsu") & (world.hospitals["role"] != "none")
    ]
    assert members["city"].value_counts().to_dict() == {
        "Nanjing": 6, "Suzhou": 2, "Xuzhou": 2, "Wuxi": 1, "Yangzhou": 1, "Huai'an": 1,
    }  # fmt: skip


def test_the_lead_of_the_corps_is_outside_the_capital(world):
    leads = world.hospitals.query("province == 'Xinjiang' and role == 'lead'")
    assert list(leads["city"]) == ["Urumqi", "Xinjiang 2"]


def test_the_best_known_centre_is_the_national_lead(world):
    ranked = world.hospitals.dropna(subset="centre_rank").sort_values("centre_rank")
    assert list(ranked["centre_rank"]) == list(range(1, 13))
    assert ranked.iloc[0]["role"] == "national"
    assert set(ranked["tier"]) == {"national", "centre"}


def test_cities_add_up_to_the_country(world):
    assert len(world.cities) == 337
    assert len(world.provinces) == 31
    assert world.cities["population"].sum() == world.provinces["population"].sum()
    capitals = world.cities.groupby("province", sort=False).first()
    assert capitals.loc["Hebei", "city"] == "Shijiazhuang"
    richer = world.cities.groupby("province", sort=False)["income_per_head"].max()
    outside = capitals.index != "Jiangsu"
    assert (capitals["income_per_head"] == richer)[outside].all()


def test_cities_are_as_far_apart_as_their_areas_say(world):
    """A province's cities lie within the disc of its area."""
    for name, cities in world.cities.groupby("province"):
        if name == "Jiangsu":
            continue
        area = world.provinces.set_index("province").loc[name, "area_km2"]
        north = (cities["lat"] - cities["lat"].iloc[0]) * 111.2
        east = (cities["lon"] - cities["lon"].iloc[0]) * 111.2
        east *= np.cos(np.radians(cities["lat"].iloc[0]))
        assert np.hypot(north, east).max() <= np.sqrt(area / np.pi) + 1


def test_patients_alive_are_the_published_twenty_million(world):
    diseases, people = world.diseases, world.provinces["population"].sum()
    alive = diseases["prevalence_per_100k"] * people / 100_000
    assert alive.sum() == pytest.approx(20e6, rel=0.001)
    assert alive[diseases["pooled"] == 0].sum() == pytest.approx(1.2e6, rel=0.1)
    assert set(diseases.loc[diseases["pooled"] == 1, "specialty"]) == set(Specialty.names())
    assert (diseases["pooled"] == 0).sum() == 36


def test_contradictory_mortalities_are_replaced(world):
    diseases = world.diseases.set_index("disease")
    assert "SMA" not in diseases.index
    assert diseases.loc["SMA_I", "mortality_untreated"] == 0.9
    assert diseases.loc["CAH", "mortality_untreated"] + diseases.loc[
        "CAH", "early_mortality"
    ] == pytest.approx(0.15)
    assert 6 < 1 / diseases.loc["IPAH", "mortality_untreated"] < 7


def test_births_fall(world):
    births = world.births.set_index("year")["births"]
    assert births[2018] == 15_230_000
    assert births[2023] == 9_020_000
    assert births.index[0] == 1939
    assert births.index[-1] == 2034


def test_spinraza_is_listed_in_2022_at_one_twentieth(world):
    drug = world.drugs.set_index("drug").loc["NUSINERSEN"]
    assert drug["listed"] == 36
    assert drug["price_before"] == 3 * 699_700
    assert drug["price_after"] == 3 * 33_000


def test_assumptions_call_themselves_so(world):
    for table in MADE:
        frame = getattr(world, table)
        assumed = frame["source"].str.startswith("assumption")
        assert (frame.loc[assumed, "tag"] == "GUESS").all(), table
        assert not frame["source"].str.contains("as above").any(), table


# ------------------------------------------------------------------------- one field is wrong


def damage(column):
    """Return texts that a column cannot hold."""
    if column.kind == "text":
        return [] if column.optional else [""]
    bad = ["", "many", "nan"] if not column.optional else ["many", "nan"]
    if column.kind in ("integer", "real"):
        bad += ["inf", "1e999", "0x10", "12,5", "1_000", "--1"]
        bad += ["1.5", "9" * 30] if column.kind == "integer" else []
        bad += ["-3"] if column.low >= 0 else []
        bad += [repr(column.above)] if column.above > -np.inf else []
        bad += [str(int(column.high) + 1)] if column.high < np.inf else []
    if column.kind == "month":
        bad += ["2020", "2020-13", "2020-1", "0219-01"]
    return bad


@pytest.mark.parametrize(("table", "column"), FIELDS, ids=FIELD_NAMES)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_a_damaged_field_is_named(heads, table, column, data):
    scratch, tables = heads
    bad = damage(column)
    if not bad:
        return
    rows = [list(row) for row in tables[table]]
    line = data.draw(st.integers(2, len(rows)), label="line")
    field = data.draw(st.sampled_from(bad), label="field")
    rows[line - 1][rows[0].index(column.name)] = field
    path = scratch / f"{table}.csv"
    write_rows(path, rows)
    with pytest.raises(UserError) as refusal:
        read_table(path, COLUMNS[table])
    message = str(refusal.value)
    assert message.startswith(f"{table}.csv, row {line}, column {column.name}: ")
    assert f"expected {column.expected}" in message
    assert "\n" not in message


@pytest.mark.parametrize("table", list(COLUMNS))
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_row_with_too_few_or_too_many_fields_is_named(heads, table, data):
    scratch, tables = heads
    rows = [list(row) for row in tables[table]]
    line = data.draw(st.integers(2, len(rows)))
    kept = data.draw(st.integers(1, len(rows[0]) - 1) | st.just(len(rows[0]) + 1))
    rows[line - 1] = (rows[line - 1] + ["more"])[:kept]
    path = scratch / f"{table}.csv"
    write_rows(path, rows)
    with pytest.raises(UserError, match=rf"^{table}\.csv, row {line}: {kept} fields, expected"):
        read_table(path, COLUMNS[table])


@pytest.mark.parametrize(("table", "column"), FIELDS, ids=FIELD_NAMES)
def test_a_missing_misspelled_or_repeated_column_is_named(heads, table, column):
    scratch, tables = heads
    path = scratch / f"{table}.csv"
    position = tables[table][0].index(column.name)
    without = [row[:position] + row[position + 1 :] for row in tables[table]]
    write_rows(path, without)
    with pytest.raises(UserError, match=rf"{table}\.csv, row 1, column {column.name}: missing"):
        read_table(path, COLUMNS[table])
    misspelled = [list(row) for row in tables[table]]
    misspelled[0][position] = column.name + "x"
    write_rows(path, misspelled)
    with pytest.raises(UserError, match=rf"unknown column '{column.name}x'; did you mean"):
        read_table(path, COLUMNS[table])
    write_rows(path, [[*row, row[position]] for row in tables[table]])
    with pytest.raises(UserError, match=rf"{table}\.csv, row 1, column {column.name}: given twice"):
        read_table(path, COLUMNS[table])


@pytest.mark.parametrize(
    ("table", "column"), [f for f in FIELDS if f[1].unique], ids=lambda x: getattr(x, "name", x)
)
def test_a_key_given_twice_is_refused(folder, table, column):
    path = folder / f"{table}.csv"
    rows = rows_of(path)
    position = rows[0].index(column.name)
    filled = [i for i, row in enumerate(rows) if i and row[position]][:2]
    rows[filled[1]][position] = rows[filled[0]][position]
    write_rows(path, rows)
    message = (
        rf"{table}\.csv, row {filled[1] + 1}, column {column.name}: .* stands in row "
        rf"{filled[0] + 1} too"
    )
    with pytest.raises(UserError, match=message):
        load_world(folder)


@pytest.mark.parametrize(
    ("table", "column"), [f for f in FIELDS if f[1].of], ids=lambda x: getattr(x, "name", x)
)
def test_a_name_that_exists_nowhere_is_refused(folder, table, column):
    path = folder / f"{table}.csv"
    rows = rows_of(path)
    position = rows[0].index(column.name)
    line = min(6, len(rows))
    right = rows[line - 1][position]
    rows[line - 1][position] = right + "x"
    write_rows(path, rows)
    found = rf"{table}\.csv, row {line}, column {column.name}: unknown .*{re.escape(right)}x"
    with pytest.raises(UserError, match=found):
        load_world(folder)


# --------------------------------------------------------------------- fields that do not fit

CONTRADICTIONS = [
    ("provinces", "population", "1000000", {"province": "Hebei"},
     "cities.csv, rows 4 to 14, column population: the sum over Hebei is 73930000"),
    ("provinces", "prefectures", "12", {"province": "Hebei"}, "column city: the number over Hebei"),
    ("provinces", "income_per_head", "33500", {"province": "Hebei"}, "column income_per_head: the"),
    ("provinces", "urban_share", "0.7", {"province": "Hebei"}, "column urban_share: the mean"),
    ("network", "hospitals", "18", {"list": "2024", "province": "Hebei"}, "18, expected 16, as in"),
    ("network", "hospitals", "11", {"province": "Hebei"}, "11, expected 12, as in the rows of hos"),
    ("network", "hospitals", "3", {"list": "2024", "province": "Hebei"}, "3, expected at least 12"),
    ("network", "list", "2024", {"province": "Hebei"}, "Hebei, expected each province only once"),
    ("network", "list", "none", {"province": "Hebei"}, "none, expected another name"),
    ("provinces", "leads", "0", {"province": "Hebei"}, "provinces.csv, row 4, column leads: 0"),
    ("provinces", "leads", "99", {"province": "Hebei"}, "99, expected 1, as in the rows of hosp"),
    ("cities", "population", "5", {"city": "Suzhou"}, "the sum over Jiangsu is"),
    ("hospitals", "province", "Hebei", {"city": "Suzhou"}, "expected 'Jiangsu', where Suzhou lies"),
    ("hospitals", "role", "member", {"city": "Suzhou"}, "expected none, as its tier is county"),
    ("hospitals", "tier", "tertiary", {"city": "Suzhou"}, "cities.csv, row 76, column city: Suzh"),
    ("hospitals", "tier", "lead", {"hospital": "Jiangsu member 1"}, "column role: member, expect"),
    ("hospitals", "tier", "centre", {"hospital": "Jiangsu member 1"}, "an empty field, expected a"),
    ("hospitals", "tier", "centre", {"hospital": "Jiangsu tertiary 1"}, "expected member or lead"),
    ("hospitals", "tier", "county", {"hospital": "Jiangsu tertiary 1"}, "one pooled county row"),
    ("hospitals", "joined", "", {"hospital": "Jiangsu member 1"}, "expected a list of network.csv"),
    ("hospitals", "joined", "2021", {"hospital": "Jiangsu member 1"}, "unknown list '2021'; did y"),
    ("hospitals", "joined", "2019", {"hospital": "Jiangsu tertiary 1"}, "expected an empty field"),
    ("hospitals", "centre_rank", "40", {"hospital": "Jiangsu member 1"}, "as its tier is member"),
    ("hospitals", "centre_rank", "", {"hospital": "Sichuan lead"}, "an empty field, expected a ra"),
    ("hospitals", "role", "national", {"hospital": "Sichuan lead"}, "column tier: centre, expect"),
    ("diseases", "prevalence_low", "9", {"disease": "HAE"}, "expected at most prevalence_per_100k"),
    ("diseases", "prevalence_high", "1", {"disease": "HAE"}, "at least prevalence_per_100k (1.5)"),
    ("diseases", "mortality_treated", "1", {"disease": "HAE"}, "at most mortality_untreated"),
    ("diseases", "early_months", "0", {"disease": "CAH"}, "column early_months: 0, expected above"),
    ("diseases", "early_only", "1", {"disease": "SCA"}, "expected 0, as its response_class is non"),
    ("drugs", "disease", "POOL_skeletal", {"disease": "HAE"}, "a disease that is not pooled"),
    ("drugs", "listed", "2001-01", {"disease": "HAE"}, "column listed: 2001-01, expected a month"),
    ("drugs", "price_after", "2000000", {"disease": "HAE"}, "at most price_before (1e+06)"),
    ("drugs", "listed", "", {"disease": "HAE"}, "as it was never listed"),
    ("drugs", "price_weight", "60", {"disease": "HAE"}, "an empty field, as by_weight is 0"),
    ("drugs", "price_weight", "0", {"disease": "FABRY"}, "column price_weight: 0, expected"),
    ("drugs", "donated_share", "0", {"disease": "SMA_I"}, "donation_from: 2019-05, expected"),
    ("drugs", "donated_share", "0.5", {"disease": "HAE"}, "donation_from: an empty field, exp"),
    ("drugs", "effect_years", "5", {"disease": "HAE"}, "an empty field, as paid_once is 0"),
    ("drugs", "paid_once", "1", {"disease": "HAE"}, "expected years, as paid_once is 1"),
    ("drugs", "older", "1", {"disease": "HAE"}, "expected less than the high of HAE, as older is"),
    ("drugs", "donation_until", "2019-04", {"disease": "SMA_I"}, "not before donation_from"),
    ("births", "year", "1900", {"year": "1990"}, "births.csv, row 53, column year: 1900, expected"),
    ("targets", "low", "5", {"target": "delay_adults"}, "targets.csv, row 2, column low: 5, expec"),
    ("targets", "measure", "hospital", {"target": "km"}, "column measure: 'hospital', expected"),
    ("targets", "survey", "adults", {"target": "km"}, "unknown survey 'adults'; did you mean"),
    ("targets", "survey", "", {"target": "km"}, "an empty field, expected a survey, as km_away is"),
    ("targets", "survey", "hae", {"target": "listed_2019"}, "hae, expected an empty field, as li"),
    ("targets", "until", "", {"target": "listed_2019"}, "an empty field, expected a month, as l"),
    ("targets", "since", "2018-12", {"target": "listed_2019"}, "expected an empty field, as liste"),
    ("targets", "until", "2018-01", {"target": "price_cut"}, "expected a month not before since"),
    ("targets", "of", "NUSINERSON", {"target": "efgartigimod"}, "column of: unknown drug 'NUSINE"),
    ("targets", "of", "", {"target": "efgartigimod"}, "column of: an empty field, expected drug"),
    ("targets", "of", "SMA", {"target": "sma_treated_before"}, "column of: unknown disease 'SMA'"),
    ("targets", "of", "twelve", {"target": "ms_over_3"}, "expected a whole number of months, as"),
    ("targets", "of", "known", {"target": "direct_growth"}, "column of: unknown register 'known'"),
    ("targets", "of", "HAE", {"target": "km"}, "HAE, expected an empty field, as km_away needs"),
    ("targets", "place", "Hunan 2", {"target": "hainan_growth"}, "unknown province 'Hunan 2'"),
    ("targets", "unit", "weeks", {"target": "hae_median"}, "weeks, expected months or years, as"),
    ("targets", "scale", "logit", {"target": "km"}, "562, expected a number below 1, as its scal"),
    ("targets", "high", "1", {"target": "km"}, "column high: 1, expected at least published (562)"),
    ("surveys", "diseases", "HAE; HAE", {"survey": "hae"}, "column diseases: disease HAE given t"),
    ("surveys", "diseases", "HAEE", {"survey": "hae"}, "column diseases: unknown disease 'HAEE'"),
    ("surveys", "diseases", "HAE:0; MS", {"survey": "hae"}, "weight '0', expected a number above"),
    ("surveys", "share_children", "0.5", {"survey": "ms_2022"}, "as only adults are asked"),
    ("charities", "low", "3000000", {"province": "Shanghai"}, "expected at most budget (2e+06)"),
    ("charities", "city", "Suzhou", {"province": "Shanghai"}, "expected Jiangsu or an empty field"),
    ("births", "births", "2000000000", {"year": "1990"}, "less than population (1143330000)"),
    ("parameters", "low", "0.9", {"name": "specialty_fit_sd"}, "0.9, expected at most value (0.8)"),
    ("parameters", "high", "0.5", {"name": "savings_ratio"}, "expected at least value (1)"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "value", "where", "message"), CONTRADICTIONS)
def test_what_does_not_fit_together_is_refused(folder, table, column, value, where, message):
    change(folder, table, column, value, where)
    with pytest.raises(UserError, match=re.escape(message)) as refusal:
        load_world(folder)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("drop", [slice(1, 2), slice(-1, None)], ids=["first", "last"])
def test_births_must_reach_back_and_ahead(folder, drop):
    path = folder / "births.csv"
    rows = rows_of(path)
    del rows[drop]
    write_rows(path, rows)
    with pytest.raises(UserError, match=r"births\.csv, row \d+, column year: \d+, expected a"):
        load_world(folder)


def test_a_province_without_cities_is_refused(folder):
    path = folder / "cities.csv"
    write_rows(path, [row for row in rows_of(path) if row[2] != "Tibet"])
    path = folder / "hospitals.csv"
    write_rows(path, [row for row in rows_of(path) if row[2] != "Tibet"])
    with pytest.raises(UserError, match=r"provinces.csv, row \d+, column province: Tibet"):
        load_world(folder)


# ------------------------------------------------------------------------------- whole files


@pytest.mark.parametrize("table", list(COLUMNS))
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "not in .*, expected there"),
        (b"", "empty, expected a header"),
        (b"\xff\xfe\x00", "not UTF-16 text"),
        (b"\xff\x00\xfe", "not UTF-8 text"),
        (b'"name', "row 1: unexpected end of data, expected CSV"),
        (b"a\x00b,c\n", "row 1"),
    ],
)
def test_an_unreadable_file_is_named(folder, table, content, message):
    path = folder / f"{table}.csv"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(UserError, match=rf"^{table}\.csv.*{message}"):
        load_world(folder)


@pytest.mark.parametrize("table", [name for name in COLUMNS if name not in MAY_BE_EMPTY])
def test_a_header_alone_is_refused(folder, table):
    path = folder / f"{table}.csv"
    write_rows(path, rows_of(path)[:1])
    with pytest.raises(UserError, match=rf"^{table}\.csv: no rows"):
        load_world(folder)


def test_a_file_cut_off_anywhere_is_refused(shared, tmp_path):
    """Cutting may only go unseen inside the last field, where any text is valid."""
    text = (shared / "diseases.csv").read_bytes()
    last = text.rstrip(b"\n").rindex(b",")
    start = text[:last].rindex(b"\n")
    for end in range(start + 2, last, 7):
        (tmp_path / "diseases.csv").write_bytes(text[:end])
        with pytest.raises(UserError, match=r"^diseases\.csv, row 45"):
            read_table(tmp_path / "diseases.csv", COLUMNS["diseases"])


def test_row_numbers_are_lines_of_the_file(folder):
    """A field over two lines and an empty line shift what follows."""
    path = folder / "parameters.csv"
    header, first, second, *others = path.read_text(encoding="utf-8").splitlines()
    start, _, _ = first.rpartition(",")
    name, _, rest = second.split(",", 2)
    lines = [header, f'{start},"a', 'book"', "", f"{name},x,{rest}", *others]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(UserError, match=r"^parameters\.csv, row 5, column value: 'x' is not a"):
        load_world(folder)


def test_spreadsheets_may_save_a_world(folder, world):
    """A byte-order mark, CRLF and another order of columns change nothing."""
    for name in COLUMNS:
        path = folder / f"{name}.csv"
        text = "\r\n".join(
            ",".join(f'"{f}"' if "," in f else f for f in reversed(row)) for row in rows_of(path)
        )
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    again = load_world(folder)
    for name in MADE:
        assert getattr(again, name).equals(getattr(world, name))


# -------------------------------------------------------------------------------- the object


@pytest.mark.parametrize("name", ["chna", "/no/such/folder", "worlds/mine"])
def test_an_unknown_world_is_refused(name):
    with pytest.raises(UserError, match=r"unknown world .*(china|known: china)"):
        load_world(name)


def test_the_checksum_follows_every_table_as_it_is_now(world):
    """A change in Python counts; a source, and how a file is written, do not."""
    here = load_world()
    assert here.checksum == world.checksum
    for name in COLUMNS.keys() - {"parameters", "surveys", "targets"}:
        table = getattr(here, name)
        column = next(c for c in table.columns if c not in ("tag", "source"))
        before = table[column].iloc[0]
        table.loc[table.index[0], column] = before + ("x" if isinstance(before, str) else 1)
        assert here.checksum != world.checksum, name
        table.loc[table.index[0], column] = before
        table["source"] = "somebody"
        assert here.checksum == world.checksum, name
    here.parameters["genetic_test_price"] += 1.0
    assert here.checksum != world.checksum


def test_only_keeps_people_of_some_provinces(world):
    part = world.only(["Tibet", "Jiangsu"])
    assert part.inhabited == ("Jiangsu", "Tibet")
    assert part.lived_in.sum() == 13 + 7
    assert part.hospitals is world.hospitals
    assert world.lived_in.all()
    assert part.checksum == world.checksum


@pytest.mark.parametrize(
    ("provinces", "message"),
    [(["Jangsu"], "unknown province 'Jangsu'; did you mean 'Jiangsu'"), ([], "no province given")],
)
def test_only_refuses_unknown_provinces(world, provinces, message):
    with pytest.raises(UserError, match=message):
        world.only(provinces)


NAMED = {"江苏": "Jiangsu", "江苏省": "Jiangsu", "北京市": "Beijing",
         "内蒙古自治区": "Inner Mongolia", "广西壮族自治区": "Guangxi", "宁夏回族自治区": "Ningxia",
         "新疆维吾尔自治区": "Xinjiang", "西藏自治区": "Tibet"}  # fmt: skip


@pytest.mark.parametrize(("chinese", "english"), NAMED.items(), ids=NAMED.values())
def test_a_province_is_known_by_its_chinese_name_with_and_without_its_kind(world, chinese, english):
    assert world.only([chinese]).inhabited == (english,)


def test_a_misspelt_chinese_name_is_told_with_the_nearest(world, island):
    with pytest.raises(UserError, match="unknown province '内蒙'; did you mean '内蒙古'"):
        world.only(["内蒙自治区"])
    with pytest.raises(UserError, match="unknown province '江苏'; known: "):
        island.only(["江苏省"])


def test_a_world_can_be_sent_to_another_process(world):
    again = pickle.loads(pickle.dumps(world))
    assert again.checksum == world.checksum
    assert again.cities.equals(world.cities)


def test_every_word_of_the_schema_is_used(world):
    assert set(world.hospitals["tier"]) == set(Tier.names())
    assert set(world.hospitals["role"]) == set(Role.names())


def test_every_column_is_explained():
    for table, column in FIELDS:
        assert column.meaning, f"{table}.{column.name}"
        assert column.unit or column.kind in ("text", "choice", "integer"), table


BEYOND = {
    "diseases": {"prevalence_per_100k": "200000", "delay_median_years": "-1",
                 "mortality_untreated": "13"},
    "drugs": {"price_before": "1e15", "price_after": "1e15"},
    "hospitals": {"slots": "1e12"},
    "charities": {"budget": "1e15"},
    "cities": {"income_per_head": "1e7", "radius_km": "1e9"},
    "births": {"births": "9" * 400},
}  # fmt: skip


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        (table, column, value)
        for table, columns in BEYOND.items()
        for column, beyond in columns.items()
        for value in (beyond, "nan", "inf", "-inf", "1e999", "-1")
    ],
)
def test_a_number_beyond_its_range_is_refused_with_its_place(folder, table, column, value):
    path = folder / f"{table}.csv"
    rows = rows_of(path)
    rows[1][rows[0].index(column)] = value
    write_rows(path, rows)
    with pytest.raises(UserError, match=rf"^{table}\.csv, row 2, column {column}: .*expected"):
        load_world(folder)


WORLD_TOML = {
    "price_year": ("-5", "1900 to 2200"),
    "name": ('"  "', "the country's name"),
    "currency": ('" "', "what the tables' money is counted in"),
    "compared": ('["special-zone", "special-zone"]', "stands there twice"),
}


@pytest.mark.parametrize(("entry", "told"), WORLD_TOML.items(), ids=WORLD_TOML.keys())
def test_a_world_that_contradicts_itself_is_refused(folder, entry, told):
    path = folder / "world.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(rf"(?m)^{entry} =.*$", f"{entry} = {told[0]}", text), encoding="utf-8")
    with pytest.raises(UserError, match=rf"^world.toml, {entry}: .*{re.escape(told[1])}"):
        load_world(folder)


def test_a_world_does_not_compare_its_baseline_with_itself(folder):
    path = folder / "world.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        re.sub(r"(?m)^compared =.*$", 'compared = ["uniform-national"]', text), encoding="utf-8"
    )
    with pytest.raises(UserError, match=r"compared: 'uniform-national' is the baseline"):
        load_world(folder)
