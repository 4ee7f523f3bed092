"""What is read off a run's record agrees with the run's own tables, worked out another way."""

from types import SimpleNamespace

import numpy as np
import pytest

from abm import RareCareModel
from agents.codes import Payer, Scheme, Stage, Tier
from experiments.validation import record
from experiments.validation.record import RECORDS, Kept, steps_after

pytestmark = pytest.mark.slow

END = 23
"""Last month that is looked at: two years are lived."""


@pytest.fixture(scope="module")
def lived():
    """Return two years of the island, what is kept of them, and the tables at their end."""
    model = RareCareModel(world="island", scale=0.05, years=2, rng=2, follow=1.0)
    moments = {0: model.state.copy()}
    while model.steps < 24:
        model.step()
        if model.steps in (12, 24):
            moments[model.steps] = model.state.copy()
    return model, Kept(model.world, model.scale, moments), model.outcomes()


def row(**fields):
    """Return a row of targets with the columns that a measure looks at."""
    return SimpleNamespace(**{"of": "", "place": "", "since": -1.0, "until": float(END), **fields})


def all_drugs(model):
    return "; ".join(model.world.drugs["drug"])


def test_the_end_of_a_month_is_when_it_has_been_lived():
    assert [steps_after(month) for month in (-30, -1, 0, 11)] == [0, 0, 1, 12]


def test_bills_are_those_of_the_patients_table(lived):
    _, kept, tables = lived
    people = tables["patients"]
    bills = people["billed"] - people["paid_donation"]
    assert record.billed(kept.at(END)).sum() == pytest.approx(bills.sum())
    household = people["paid_household"].sum()
    assert record.household_paid(kept.at(END)).sum() == pytest.approx(household)
    assert record.reimbursed_share(kept, row()) == pytest.approx(1 - household / bills.sum())


def test_the_bills_of_places_add_up_to_the_countrys(lived):
    model, kept, _ = lived
    months = lived[2]["months"]
    bills = months["billed"] - months["paid_donation"]
    for place in model.world.provinces["province"]:
        here = months["province"] == place
        years = [bills[here & (months["month"] // 12 == year)].sum() for year in (0, 1)]
        growth = record.billed_growth(kept, row(since=11.0, place=place))
        # Of people by where they live, not of months by where they were billed.
        assert growth == pytest.approx(years[1] / years[0], rel=0.05)


def test_those_on_treatment_are_those_of_the_table(lived):
    model, kept, tables = lived
    people = tables["patients"]
    alive = people[people["died"].isna() & (people["disease"] == "PEARL")]
    share = (alive["stage"] == Stage.TREATED.label).mean()
    assert record.treated_share(kept, row(of="PEARL")) == pytest.approx(share)
    begun = record.users_begun(kept, row(since=0.0, of=all_drugs(model))) * model.scale
    assert begun >= people["treated"].between(0, END).sum()  # some begin with a second drug


def test_users_begin_before_or_after(lived):
    model, kept, _ = lived
    of = all_drugs(model)
    before = record.users_begun(kept, row(since=-2000.0, until=11.0, of=of))
    later = record.users_begun(kept, row(since=12.0, of=of))
    share = record.users_after(kept, row(since=12.0, of=of))
    assert share == pytest.approx(later / (before + later))


def test_stocks_are_those_of_hospitals_above_the_county(lived):
    model, kept, _ = lived
    state = kept.at(END)
    drug = model.world.drugs["drug"].iloc[0]
    has = [
        int(hospital["stocked"][0]) & 1
        for hospital in state.hospitals
        if hospital["tier"] != Tier.COUNTY
    ]
    assert record.stocked(kept, row(of=drug)) == pytest.approx(np.mean(has))


def test_payers_shares_of_drug_bills_are_parts_of_one(lived):
    model, kept, _ = lived
    of = all_drugs(model)
    shares = [measure(kept, row(of=of)) for measure in (record.household_share,
                                                        record.insurer_share)]  # fmt: skip
    assert all(0.0 < share < 1.0 for share in shares)
    every = {payer: record._drug_share(kept, row(of=of), payer) for payer in Payer
             if payer != Payer.DONATION}  # fmt: skip
    assert sum(every.values()) == pytest.approx(1.0)
    assert [every[Payer.HOUSEHOLD], every[Payer.BASIC]] == shares


def test_what_a_scheme_promises_is_read_of_those_whom_it_insures(lived):
    model, kept, _ = lived
    state = kept.at(END)
    patients = state.patients.copy()
    users = np.flatnonzero((patients["treated"] <= 11) & (patients["stage"] == Stage.TREATED))
    asked = row(since=11.0, of=all_drugs(model))
    paid = record._over(kept, asked, record._paid_by(Payer.HOUSEHOLD))
    member = users[np.argmin(paid[users])]
    patients["scheme"][users] = Scheme.NONE
    patients["scheme"][member] = Scheme.RESIDENT
    alone = {**kept.moments, END + 1: state._replace(patients=patients)}
    found = record.paid_most(Kept(model.world, model.scale, alone), asked)
    assert found == pytest.approx(paid[member])
    assert found < paid[users].max()


def test_the_list_and_its_prices_are_those_of_the_drugs_table(lived):
    model, kept, tables = lived
    last = tables["drugs"][tables["drugs"]["year"] == model.world.first_year + 1]
    sold = model.state.drugs["launched"] <= END
    assert record.listed_share(kept, row()) == pytest.approx(last["listed"][sold].mean())
    assert record.listed_growth(kept, row(since=float(END))) == 1.0


def test_where_nobody_is_to_be_measured_there_is_no_number(lived):
    model, kept, _ = lived
    nobody = Kept(model.world, model.scale, {
        step: state._replace(patients=state.patients[:0]) for step, state in kept.moments.items()
    })  # fmt: skip
    for name in ("burden", "paid_most", "household_share",
                 "search_household_share", "billed_per_patient"):  # fmt: skip
        asked = row(of=all_drugs(model)) if name in ("burden", "paid_most",
                                                     "household_share") else row()  # fmt: skip
        assert np.isnan(RECORDS[name].measured(nobody, asked)), name
