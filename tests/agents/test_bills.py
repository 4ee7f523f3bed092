"""Bills: passed through the layers of the shipped policies and of policies made here, by hand."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from abm import load_policy, load_world
from abm.calendar import month_of
from abm.setup import initial_state
from abm.setup.apply_policy import apply_policy
from agents.codes import ACCOUNT_OF, INSURERS, Base, Beside, DrugFilter, Fund, Payer, Scheme, Stage
from agents.core import bitset
from agents.core.limits import DRUGS
from agents.records.bill import BillRow
from agents.records.insurance import AccountRow
from tests.support.hamlet import NO_LIMIT, RICH, build, drug, layer, patients, treat
from tests.support.plain import agents as plain


@pytest.fixture(scope="module")
def china():
    """A world of one patient: China's cities, diseases and drugs."""
    world = load_world()
    state, setup = initial_state.build(world, 0.0003, 0, False)
    one = state._replace(patients=patients(1), accounts=AccountRow.array(1))
    return SimpleNamespace(world=world, setup=setup, state=one)


def quoted(model, month, disease, city, *, price, listed, scheme=Scheme.RESIDENT, poor=0,
           enrolled=0, insured=None, policy="as-happened"):  # fmt: skip
    """Return the quote for somebody rich in a city, and the part of each payer."""
    levers = load_policy(policy).levers_at(month)
    state = apply_policy(model.state.copy(), levers, model.setup)
    names = list(model.world.cities["city"])
    row = patients(1)[0]
    row.city, row.insured = names.index(city), names.index(insured or city)
    row.disease = list(model.world.diseases["disease"]).index(disease)
    row.drug = state.diseases[row.disease].first_drug
    row.scheme, row.poor, row.enrolled = scheme, poor, enrolled
    state.patients[0] = row
    state.cities["stocked"] = bitset.of(range(DRUGS), DRUGS)
    state.funds["balance"] = 1e15
    its = state.drugs[row.drug]
    its.price, its.listed, its.by_weight, its.donated_share = price, listed, 0, 0.0
    its.next_drug = -1  # the only one
    bill = BillRow.array(1)[0]
    plain.quoting.quote(state, bill, month, state.params[0], 0)
    parts = np.zeros(len(Payer))
    for n in range(bill.lines):
        parts[bill.payer[n]] += bill.owed[n]
    return bill, parts, state


def layer_of(month, name, policy="as-happened"):
    return load_policy(policy).levers_at(month).benefits[name]


def test_nusinersen_of_a_resident_after_its_listing(china):
    """A quarter of 132,000 yuan: basic insurance, then critical illness on what is in scope."""
    month = month_of("2022-03")
    basic, critical = (layer_of(month, n) for n in ("basic-resident", "critical-illness"))
    bill, parts, state = quoted(china, month, "SMA_II_III", "Haikou", price=132_000.0, listed=1)
    income = state.cities["income"][list(china.world.cities["city"]).index("Haikou")]
    assert bill.period == 3
    assert bill.amount == 33_000
    in_list = 33_000 * (1 - basic.pre_share)
    by_basic = basic.brackets[0].rate * (in_list - basic.deductible)
    line = critical.deductible_income_share * income
    by_critical = critical.brackets[0].rate * max(0.0, in_list - by_basic - line)
    assert parts[Payer.BASIC] == pytest.approx(by_basic)
    assert parts[Payer.CRITICAL_ILLNESS] == pytest.approx(by_critical)
    assert bill.household_share == pytest.approx(33_000 - by_basic - by_critical)


def test_nusinersen_of_the_poor_and_enrolled(china):
    """Half the line and five points more, then medical assistance, then Huiminbao."""
    month = month_of("2022-03")
    names = ("basic-resident", "critical-illness", "medical-assistance", "huiminbao")
    basic, critical, aid, bought = (layer_of(month, name) for name in names)
    bill, parts, state = quoted(china, month, "SMA_II_III", "Haikou", price=600_000.0, listed=1,
                                poor=1, enrolled=1)  # fmt: skip
    income = state.cities["income"][list(china.world.cities["city"]).index("Haikou")]
    scope = 150_000 * (1 - basic.pre_share)
    expected = np.zeros(len(Payer))
    expected[Payer.BASIC] = basic.brackets[0].rate * (scope - basic.deductible)
    scope -= expected[Payer.BASIC]
    line = critical.deductible_income_share * income * critical.poor_deductible_factor
    rate = critical.brackets[0].rate + critical.poor_rate_bonus
    expected[Payer.CRITICAL_ILLNESS] = rate * (scope - line)
    scope -= expected[Payer.CRITICAL_ILLNESS]
    expected[Payer.MEDICAL_ASSISTANCE] = min(aid.payer_cap, aid.brackets[0].rate * scope)
    scope -= expected[Payer.MEDICAL_ASSISTANCE]
    expected[Payer.COMMERCIAL] = bought.brackets[0].rate * max(0.0, scope - bought.deductible)
    assert parts == pytest.approx(expected)
    assert bill.household_share == pytest.approx(150_000 - expected.sum())


def test_nobody_pays_for_a_drug_off_the_list_without_a_local_scheme(china):
    bill, parts, _ = quoted(china, month_of("2020-06"), "GAUCHER", "Haikou", price=2e6, listed=0)
    assert bill.household_share == bill.amount == 500_000
    assert not parts.any()


def test_zhejiangs_brackets_and_the_patients_cap(china):
    """80 % to 300,000, 85 % to 700,000, 90 % above; the patient pays 100,000 a year at most."""
    month = month_of("2020-06")
    bill, parts, _ = quoted(china, month, "GAUCHER", "Hangzhou", price=1_200_000.0, listed=0)
    assert parts[Payer.SPECIAL_FUND] == pytest.approx(0.8 * 300_000)
    assert bill.household_share == pytest.approx(60_000)
    bill, parts, _ = quoted(china, month, "GAUCHER", "Hangzhou", price=2_400_000.0, listed=0)
    assert parts[Payer.SPECIAL_FUND] == pytest.approx(500_000)  # 85 % would leave 110,000 - 20,000
    assert bill.household_share == pytest.approx(100_000)


def test_zhejiang_pays_for_the_insured_wherever_they_live(china):
    month = month_of("2020-06")
    there, parts, _ = quoted(china, month, "GAUCHER", "Haikou", price=8e5, listed=0,
                             insured="Hangzhou")  # fmt: skip
    away = layer_of(month, "zhejiang-2020").away_cut
    cut = load_policy("as-happened").levers_at(month).away.cut_unreferred
    assert parts[Payer.SPECIAL_FUND] == pytest.approx(160_000 * (1 - cut) * (1 - away))
    stranger, _, _ = quoted(china, month, "GAUCHER", "Hangzhou", price=8e5, listed=0,
                                insured="Haikou")  # fmt: skip
    assert stranger.household_share == stranger.amount
    assert there.household_share < there.amount


def test_the_list_supersedes_the_local_scheme(china):
    bill, parts, _ = quoted(china, month_of("2022-06"), "FABRY", "Hangzhou", price=3e5, listed=1)
    assert parts[Payer.SPECIAL_FUND] == 0
    assert parts[Payer.BASIC] > 0
    assert bill.household_share > 0


def test_the_uninsured_pay_all(china):
    bill, _, _ = quoted(china, month_of("2022-03"), "SMA_II_III", "Haikou", price=132_000.0,
                        listed=1, scheme=Scheme.NONE)  # fmt: skip
    assert bill.household_share == bill.amount


def year_of_quarters(layers, price, n=4, first=0, **fields):
    """Return the state after so many quarterly bills of one patient."""
    state = build(layers=layers, a_drug=drug(price))
    for name, value in fields.items():
        state.patients[name] = value
    for quarter in range(n):
        state = treat(state, month=first + 3 * quarter)
        assert state.patients["stage"][0] == Stage.TREATED
    return state


@pytest.mark.parametrize(
    ("disease", "price", "basic", "channel"),
    [
        ("GAUCHER", 300_000.0, 0.7, 0.0),
        ("GAUCHER", 600_000.0, 0.7, 0.5 * 0.3),
        ("MPS_I", 300_000.0, 0.0, 0.0),
        ("MPS_I", 600_000.0, 0.0, 0.5),
        ("MPS_IVA", 300_000.0, 0.0, 0.5),
        ("MPS_IVA", 600_000.0, 0.0, 0.0),
    ],
)
def test_classified_care_sorts_by_response_and_by_cost(china, disease, price, basic, channel):
    """Off the list: high response, moderate and low, each below and above what is dear."""
    month = month_of("2021-06")
    bill, parts, _ = quoted(
        china, month, disease, "Haikou", price=price, listed=0, policy="classified"
    )
    assert parts[Payer.BASIC] == pytest.approx(basic * bill.amount)
    assert parts[Payer.SPECIAL_FUND] == pytest.approx(channel * bill.amount)
    _, before, _ = quoted(
        china, month, disease, "Haikou", price=price, listed=0, policy="uniform-national"
    )
    assert before[Payer.BASIC] == before[Payer.SPECIAL_FUND] == 0.0


def test_classified_care_leaves_what_responds_poorly_out_of_basic_insurance(china):
    month = month_of("2021-06")
    for disease, stays in (("NPC", False), ("HATTR", True)):
        parts = {}
        for policy in ("uniform-national", "classified"):
            _, parts[policy], _ = quoted(
                china, month, disease, "Haikou", price=100_000.0, listed=1, policy=policy
            )
        before, after = (found[Payer.BASIC] for found in parts.values())
        assert before > 0.0
        assert (after > before) == stays
        assert (after == 0.0) != stays


def test_a_years_bills_pass_the_deductible_once():
    state = year_of_quarters([layer(deductible=1000.0, brackets=[(1e18, 0.5)])], 400_000.0)
    account = state.accounts[0]
    assert account.billed == 400_000
    assert account.paid[Payer.BASIC] == pytest.approx(0.5 * 399_000)
    assert account.paid[Payer.HOUSEHOLD] == pytest.approx(400_000 - 0.5 * 399_000)


def test_the_new_year_brings_the_deductible_again():
    state = year_of_quarters([layer(deductible=1000.0)], 400_000.0, first=9, n=2)
    assert state.accounts[0].paid[Payer.BASIC] == pytest.approx(2 * 0.5 * 99_000)


def test_zhejiangs_patient_pays_no_more_than_the_cap_in_a_year():
    fund = layer(Payer.SPECIAL_FUND, [(300_000, 0.8), (700_000, 0.85), (1e18, 0.9)],
                 patient_cap=100_000.0, base=Base.ALL)  # fmt: skip
    state = year_of_quarters([fund], 2_200_000.0)
    account = state.accounts[0]
    assert account.paid[Payer.SPECIAL_FUND] == pytest.approx(2_100_000)
    assert account.household_share == pytest.approx(100_000)


def test_the_brackets_go_on_from_bill_to_bill():
    fund = layer(Payer.SPECIAL_FUND, [(300_000, 0.8), (700_000, 0.85), (1e18, 0.9)],
                 base=Base.ALL)  # fmt: skip
    state = year_of_quarters([fund], 1_200_000.0)
    expected = 0.8 * 300_000 + 0.85 * 400_000 + 0.9 * 500_000
    assert state.accounts[0].paid[Payer.SPECIAL_FUND] == pytest.approx(expected)


@pytest.mark.parametrize("between", [0, 1, 2])
def test_layers_of_one_payer_share_a_base_whatever_stands_between_them(between):
    """Each of them looks at a part of the same bill, which counts once for the year's brackets."""
    first, on_top = (layer(Payer.SPECIAL_FUND, [(1e18, 0.3)], base=Base.ALL, beside=Beside.ON_TOP)
                     for _ in range(2))  # fmt: skip
    others = [layer(payer, [(1e18, 0.1)], base=Base.ALL)
              for payer in (Payer.BASIC, Payer.COMMERCIAL)]  # fmt: skip
    account, _ = lived([first, *others[:between], on_top, *others[between:]], [400_000.0])
    assert account.base[ACCOUNT_OF[Payer.SPECIAL_FUND]] == pytest.approx(100_000)


def test_the_payers_cap_ends_its_part_of_the_year():
    state = year_of_quarters([layer(payer_cap=120_000.0)], 400_000.0)
    assert state.accounts[0].paid[Payer.BASIC] == pytest.approx(120_000)


def test_two_layers_of_one_payer_share_its_yearly_cap_within_one_bill():
    first, second = (layer(Payer.SPECIAL_FUND, [(1e18, 0.4)], payer_cap=100_000.0,
                           base=Base.ALL) for _ in range(2))  # fmt: skip
    state = treat(build(layers=[first, second], a_drug=drug(4_000_000.0)))
    assert state.accounts[0].paid[Payer.SPECIAL_FUND] == pytest.approx(100_000)


def test_donated_vials_are_booked_at_list_price_and_nobody_pays_for_them():
    gift = drug(1_200_000.0, listed=0, donated_share=2 / 3, donation_from=-12, donation_until=60)
    half = layer(Payer.SPECIAL_FUND, base=Base.ALL)
    state = build(layers=[half], a_drug=gift)
    state.levers["donation_programmes"] = 1
    account = treat(state).accounts[0]
    assert account.billed == 300_000
    assert account.paid[Payer.DONATION] == pytest.approx(200_000)
    assert account.paid[Payer.SPECIAL_FUND] == pytest.approx(50_000)
    assert account.paid[Payer.HOUSEHOLD] == pytest.approx(50_000)


def test_more_layers_than_a_bill_has_lines_lose_no_money():
    """Seven layers, one of whose funds is short, so that the bill is passed through twice."""
    layers = [layer(Payer.SPECIAL_FUND, [(1e18, 0.1)], base=Base.ALL) for _ in range(6)]
    layers.append(layer(Payer.BASIC, base=Base.ALL))
    state = build(layers=layers, a_drug=drug(400_000.0))
    state.funds["balance"][Fund.SPECIAL_FUND] = 10_000.0
    state = treat(state)
    account = state.accounts[0]
    assert account.billed == pytest.approx(account.paid.sum())
    for fund, payer in [(Fund.BASIC_RESIDENT, Payer.BASIC),
                        (Fund.SPECIAL_FUND, Payer.SPECIAL_FUND)]:  # fmt: skip
        assert state.funds[fund].paid_rare == pytest.approx(account.paid[payer])


def some_layer(draw, listing):
    ends = [*sorted(set(draw(st.lists(st.floats(1e3, 1e6), max_size=2)))), 1e18]
    return layer(
        draw(st.sampled_from(INSURERS)),
        [(end, draw(st.floats(0, 1))) for end in ends],
        base=draw(st.sampled_from(list(Base))),
        pre_share=draw(st.floats(0, 0.5)),
        deductible=draw(st.floats(0, 5e4)),
        payer_cap=draw(st.sampled_from([1e18, 1e5])),
        patient_cap=draw(st.sampled_from([1e18, 5e4])),
        drug_filter=listing,
    )


@st.composite
def stacks(draw):
    """Up to four layers, at most one of each payer, in some order."""
    found = {}
    for _ in range(draw(st.integers(1, 4))):
        one = some_layer(draw, DrugFilter.ANY)
        found[one.payer] = one
    return list(found.values())


@st.composite
def years(draw):
    """Yearly prices of a drug, quarter by quarter."""
    return draw(st.lists(st.floats(7e4, 3e6), min_size=1, max_size=4))


def lived(layers, prices, listed=1):
    """Return account and funds after a year of quarters, passed by the plain rules."""
    state = build(layers=layers, a_drug=drug(1.0, listed=listed))
    patient, its = state.patients[0], state.drugs[0]
    account = plain.billing.account_of(state, patient, 0, 0)
    for price in prices:
        its.price = price
        bill = BillRow.array(1)[0]
        plain.billing.draw_up(state, bill, 0, state.params[0])
        plain.billing.adjudicate(state, bill, patient, account)
        assert bill.household_share >= 0.0
        plain.billing.pay_lines(state, bill, 1.0)
        plain.billing.book(state, bill, patient, account, bill.household_share, 0)
    return account, state


@pytest.mark.slow
@cases(layers=stacks(), price=st.floats(7e4, 3e6), listed=st.integers(0, 1))
def test_to_adjudicate_changes_nothing_but_the_bill(layers, price, listed):
    """A bill may be quoted again and again; only to disburse it moves money."""
    state = build(layers=layers, a_drug=drug(price, listed=listed))
    patient, bill = state.patients[0], BillRow.array(1)[0]
    account = plain.billing.account_of(state, patient, 0, 0)
    plain.billing.draw_up(state, bill, 0, state.params[0])
    before = state.copy()
    plain.billing.adjudicate(state, bill, patient, account)
    first = bill.copy()
    plain.billing.adjudicate(state, bill, patient, account)
    assert all(np.array_equal(bill[name], first[name]) for name in BillRow.fields)
    assert all(np.array_equal(*pair) for pair in zip(before, state.copy(), strict=True))
    plain.billing.disburse(state, bill, patient, account)
    owed = bill.owed[: bill.lines].sum()
    spent = before.funds["balance"].sum() - state.funds["balance"].sum()
    assert spent == pytest.approx(owed, abs=1e-2)
    assert owed + bill.household_share + bill.donated == pytest.approx(bill.amount)


@cases(layers=stacks(), prices=years(), listed=st.integers(0, 1))
def test_every_yuan_is_booked_to_exactly_one_payer(layers, prices, listed):
    account, state = lived(layers, prices, listed)
    assert account.paid.sum() == pytest.approx(account.billed, rel=1e-9)
    assert (account.paid >= 0.0).all()
    by_fund = state.funds["paid_rare"]
    for payer in INSURERS:
        assert by_fund[list(payer.all_funds)].sum() == pytest.approx(account.paid[payer])


@cases(layers=stacks(), prices=years(), which=st.integers(0, 3), tier=st.integers(0, 2),
       rise=st.floats(0, 1), listed=st.integers(0, 1))  # fmt: skip
def test_a_higher_rate_never_raises_what_the_household_pays(
    layers, prices, which, tier, rise, listed
):
    before, _ = lived(layers, prices, listed)
    better = [one.copy() for one in layers]
    rule = better[which % len(better)]
    rule.rate[tier] += (1.0 - rule.rate[tier]) * rise
    after, _ = lived(better, prices, listed)
    assert after.paid[Payer.HOUSEHOLD] <= before.paid[Payer.HOUSEHOLD] + 1e-6


@cases(layers=stacks(), price=st.floats(7e4, 3e6))
def test_what_is_out_of_scope_is_not_shared_by_in_scope_layers(layers, price):
    for one in layers:
        one.base = Base.IN_SCOPE
    account, _ = lived(layers, [price], listed=0)
    if all(one.patient_cap > 1e17 for one in layers):
        assert account.paid[Payer.HOUSEHOLD] == pytest.approx(account.billed)


def test_means_are_out_of_current_income_and_then_of_savings():
    state = build(a_drug=drug(100_000.0), treatment_income_share=0.5, saving_rate=0.0)
    state.patients["income"], state.patients["savings"] = 100_000, 50_000
    state = treat(state)
    # A quarter costs 25,000: the quarter's income, and no savings are touched.
    assert state.patients["savings"][0] == 50_000
    assert state.patients["spent"][0] == 25_000
    state.drugs["price"] = 200_000.0
    state = treat(state, month=3)
    # Half of 25,000 and all savings can pay 50,000; 25,000 come out of savings.
    assert state.patients["stage"][0] == Stage.TREATED
    assert state.patients["savings"][0] == 25_000
    state.drugs["price"] = 400_000.0
    state = treat(state, month=6)
    assert state.patients["stage"][0] == Stage.INTERRUPTED
    assert state.patients["savings"][0] == 25_000
    assert state.accounts[0].billed == 75_000


def test_the_rich_are_rich_enough():
    assert treat(build(a_drug=drug(RICH / 10))).patients["stage"][0] == Stage.TREATED


@pytest.mark.parametrize(
    ("beside", "first", "paid"),
    [
        (Beside.ON_TOP, {}, 0.6 + 0.4 * 0.5),
        (Beside.OTHERWISE, {}, 0.6),
        (Beside.OTHERWISE, {"payer": Payer.BASIC}, 0.6 + 0.4 * 0.5),  # another payer's
        (Beside.OTHERWISE, {"drug_filter": DrugFilter.UNLISTED}, 0.5),  # it does not hold
        (Beside.OTHERWISE, {"deductible": 1e9}, 0.0),  # it holds, and owes nothing
    ],
)
def test_two_layers_of_one_payer_pay_as_the_later_says(beside, first, paid):
    """The first pays 60 %, the second half: of the rest, or in its place."""
    earlier = layer(**{"payer": Payer.SPECIAL_FUND, "base": Base.ALL, **first},
                    brackets=((NO_LIMIT, 0.6),))  # fmt: skip
    later = layer(Payer.SPECIAL_FUND, ((NO_LIMIT, 0.5),), base=Base.ALL, beside=beside)
    state = treat(build(layers=[earlier, later], a_drug=drug(40_000.0)))
    account = state.accounts[0]
    assert account.billed - account.paid[Payer.HOUSEHOLD] == pytest.approx(40_000 * paid)
    assert account.paid.sum() == pytest.approx(account.billed)
