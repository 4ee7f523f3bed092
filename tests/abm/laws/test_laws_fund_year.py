"""A fund lives the whole year: its money comes month by month, and lasts."""

import numpy as np
import pytest

from abm import RareCareModel
from agents.codes import Fund, Source, Stage
from tests.support import policy_texts

pytestmark = pytest.mark.slow


def incomes(model):
    """Return what each fund has received by source at each month's end, since the year began.

    Without the fiscal money that passes through for programmes, which cost what they cost.
    """
    found = []
    while model.steps < model.horizon:
        model.step()
        income = model.state.funds["income"].copy()
        income[:, Source.FISCAL] -= model.state.funds["programmes_fiscal"]
        found.append(income)
    return np.array(found)


def by_month(received):
    """Return what came in each month: the books add up from January on."""
    before = np.roll(received, 1, axis=0)
    before[::12] = 0.0
    return received - before


def test_all_ordinary_income_and_all_levies_come_in_equal_parts():
    """But of commercial insurance, which is bought in January for the year."""
    settings = {"financing.per_head_levy": 0.02, "financing.fiscal": 0.01,
                "financing.donations": 1e6, "financing.maternity_levy": 0.03}  # fmt: skip
    model = RareCareModel(policy="surplus-share", settings=settings, scale=0.002, years=3, rng=1)
    parts = by_month(incomes(model))
    parts = np.delete(parts, Source.TRANSFERS, axis=2)  # pools merge once
    kinds = model.state.funds["kind"]
    parts = parts[:, kinds != Fund.COMMERCIAL]
    kinds = kinds[kinds != Fund.COMMERCIAL]
    for year in range(3):
        months = parts[12 * year : 12 * year + 12]
        special = months[0][kinds == Fund.SPECIAL_FUND].sum(axis=0)
        assert (special[special > 0.0].size == 5) == (year > 0)
        surplus = months[:, :, Source.SURPLUS].sum(axis=1)
        assert np.allclose(surplus, surplus[0], rtol=1e-2)  # a pool that is short gives less
        months = np.delete(months, Source.SURPLUS, axis=2)
        assert np.allclose(months, months[:1], rtol=1e-9, atol=1e-3)


@pytest.mark.parametrize(("start", "months"), [("2020-01", 12), ("2020-07", 6), ("2020-12", 1)])
@pytest.mark.parametrize("money", ["per_head_levy = 2.0", "surplus_share = 0.0001",
                                   "fiscal = 1.0", "donations = 1e9"])  # fmt: skip
def test_a_scheme_has_the_months_income_from_its_first_month_on(start, months, money, tmp_path):
    scheme = (
        f"financing.{money}\nbenefits.fund.payer = 'special_fund'\nbenefits.fund.base = 'all_oop'\n"
        "benefits.fund.drug = 'any'\nbenefits.fund.brackets = [{up_to = 'inf', rate = 0.9}]"
    )
    path = policy_texts.write(tmp_path, "late", policy_texts.change(start, scheme),
                              "uniform-national")  # fmt: skip
    model = RareCareModel(policy=str(path), scale=0.002, years=3, rng=1).run()
    books = model.outcomes()["ledger"].query("fund == 'special_fund'").groupby("year").sum(True)
    own = ["income_levy", "income_surplus", "income_fiscal", "income_donations"]
    income = books[own].sum(axis=1)
    if "surplus" not in money:  # what has been accumulated grows
        assert income[2020] == pytest.approx(income[2021] * months / 12.0)
    assert income[2020] > 0.0
    assert books["paid_rare"][2020] > 0.3 * income[2020]


@pytest.mark.parametrize("policy", ["maternity-levy", "surplus-share", "special-zone",
                                    "special-zone-national"])  # fmt: skip
def test_no_month_of_a_steady_year_pays_more_than_twice_another(policy, tables):
    """From its third year on; nothing is left over either. So large that no bill is a month."""
    found = tables(policy, scale=0.03, years=8)
    paid = found["months"].groupby("month")["paid_special_fund"].sum().to_numpy().reshape(-1, 12)
    books = found["ledger"].query("fund == 'special_fund'").groupby("year").sum(True)
    for year in range(3, 8):
        assert paid[year].max() <= 2.0 * paid[year].min()
    assert (books["rationed"].loc[2021:] > 0.0).all()
    assert (books["closing"].loc[2021:] < 0.1 * books["income"].loc[2021:]).all()


def test_nobody_waits_in_line_twice_or_while_treated():
    model = RareCareModel(policy="surplus-share", scale=0.004, years=4, rng=2)
    lengths = []
    while model.steps < model.horizon:
        model.step()
        line = model.schedule.unfunded
        assert len(np.unique(line)) == len(line)
        lengths.append(len(line))
        stage = model.state.patients["stage"][line]
        assert np.isin(stage, [Stage.DIAGNOSED, Stage.INTERRUPTED, Stage.DEAD]).all()
    assert max(lengths) > 50


@pytest.mark.parametrize(
    ("policy", "province", "seed"), [("shanghai", "Shanghai", 1), ("qingdao", "Shandong", 3)]
)
def test_a_shipped_scheme_does_not_pile_up_money(policy, province, seed, tables):
    """It had several years of claims in hand; its drugs are listed later, and it pays nothing.

    A fifth of the people of its province: a fund of a few thousandths could not carry one patient,
    and in some samples nobody in Qingdao can pay the rest of the price and begins. In Shanghai a
    third is left of what a fixed levy leaves, with the same payments, for four seeds of five; for
    the fifth the forecast has missed patients in one year, and a sixth less was paid.
    """
    shrinks, fixed = (
        tables(
            policy,
            (("financing.levies", rule),),
            scale=0.2,
            years=8,
            provinces=(province,),
            rng=seed,
        )["ledger"]
        .query("fund == 'special_fund'")
        .groupby("year")
        .sum(numeric_only=True)
        for rule in ("forecast", "fixed")
    )
    assert shrinks["closing"][2026] < 0.4 * fixed["closing"][2026]
    assert shrinks["income_levy"][2026] < 0.01 * fixed["income_levy"][2026]
    assert shrinks["paid_rare"].sum() > 0.85 * fixed["paid_rare"].sum() > 0.0
