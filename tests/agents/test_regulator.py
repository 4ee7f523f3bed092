"""Regulator and manufacturer: catalogue, recorded list, supply and donated vials."""

import numpy as np
import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from agents.records.drug import DrugRow
from agents.records.hospital import HospitalRow
from tests.support.hamlet import bare_levers as levers
from tests.support.hamlet import build, disease, drug, params, unlisted
from tests.support.plain import agents as plain

regulator, manufacturer = plain.regulator, plain.manufacturer


def test_the_record_lists_on_its_day_at_its_price():
    its = unlisted(record_listed=36, record_price=33_000.0)
    assert not regulator.follow_record(its, 35)
    assert regulator.follow_record(its, 36)
    assert (its.listed, its.listed_month, its.price) == (1, 36, 33_000)
    assert not regulator.follow_record(its, 37)
    assert not regulator.follow_record(unlisted(), 300)


@pytest.mark.parametrize(
    ("catalogue", "list_in_force", "counts"),
    [(0, 2, False), (1, 0, False), (1, 1, True), (2, 1, False), (2, 2, True), (0, 3, True)],
)
def test_which_diseases_count_as_rare(catalogue, list_in_force, counts):
    terms = levers(catalogue=list_in_force)
    assert regulator.in_catalogue(disease(catalogue=catalogue), terms) == counts


def test_vials_are_donated_between_two_dates_while_the_drug_is_off_the_list():
    its = unlisted(donated_share=0.6, donation_from=5, donation_until=9)
    terms = levers(donation_programmes=1)
    given_away = [manufacturer.donates(its, month, terms) for month in (4, 5, 9, 10)]
    assert given_away == [0.0, 0.6, 0.6, 0.0]
    assert manufacturer.donates(its, 7, levers()) == 0.0
    its.listed = 1
    assert manufacturer.donates(its, 7, terms) == 0.0


def test_dose_by_weight():
    terms = params(adult_weight=60.0, weight_at_birth=4.0, weight_gain_per_year=3.3)[0]
    its = drug(by_weight=1, typical_weight=37.0)
    assert manufacturer.dose_factor(its, 10.0, terms) == 1.0
    assert manufacturer.dose_factor(its, 40.0, terms) == pytest.approx(60 / 37)
    assert manufacturer.dose_factor(drug(by_weight=0), 1.0, terms) == 1.0


def hospital(rank):
    row = HospitalRow.array(1)[0]
    row.rank = rank
    return row


@cases(rank=st.integers(0, 3), years=st.floats(0, 40), later=st.floats(0, 10),
       dual=st.floats(0, 1), listed=st.integers(0, 1))  # fmt: skip
def test_stock_is_a_share_that_grows_with_years_and_designated_pharmacies(
    rank, years, later, dual, listed
):
    its, place = drug(listed=listed, approved=0, listed_month=0), hospital(rank)

    def share(at, terms):
        return manufacturer.availability(place, its, params()[0], terms, 12 * at)

    now = share(years, levers())
    assert 0.0 <= now <= share(years + later, levers()) <= 1.0
    assert now <= share(years, levers(dual_channel=dual)) <= 1.0


def test_higher_hospitals_stock_more():
    its = drug(listed_month=0)
    shares = [manufacturer.availability(hospital(r), its, params()[0], levers(), 60)
              for r in range(4)]  # fmt: skip
    assert shares == sorted(shares)
    off = drug(listed=0, approved=0)
    assert manufacturer.availability(hospital(3), off, params()[0], levers(), 60) < shares[3]


def test_a_stocked_drug_stays_in_stock():
    """One fixed draw against a share that grows."""
    its, place, terms = drug(listed_month=0), hospital(2), params()[0]
    months = range(0, 241, 12)
    had = np.array([[manufacturer.supplies(place, h, its, 0, terms, levers(), m, 1) for m in months]
                    for h in range(50)])  # fmt: skip
    assert (np.diff(had.astype(int), axis=1) >= 0).all()
    assert 0 < had[:, -1].sum() < 50


def test_a_hamlet_has_the_record_of_its_drug():
    assert isinstance(build().drugs[0], DrugRow)
