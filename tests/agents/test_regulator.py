"""Regulator and manufacturer: assessment, negotiation, supply and donated vials."""

import numpy as np
import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from agents.core.record import NEVER
from agents.records.drug import DrugRow
from agents.records.hospital import HospitalRow
from agents.records.levers import LeversRow
from tests.support.hamlet import build, disease, drug, params
from tests.support.plain import agents as plain

regulator, manufacturer = plain.regulator, plain.manufacturer
TERMS = params(lowest_price_share=0.4, volume_discount=0.2, bargaining_position=0.5)[0]
prices = st.floats(1.0, 5e6)


def levers(**fields):
    row = LeversRow.array(1)[0]
    row.prevalence_threshold = np.inf
    row.threshold[:] = 200_000.0, 140_000.0, 70_000.0, 0.0
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def unlisted(**fields):
    """Return a drug off the list that was approved in month 0 and gains half a QALY a year."""
    return drug(**{"price": 100_000.0, "listed": 0, "listed_month": NEVER, "approved": 0,
                   "qaly_gain": 0.5, **fields})  # fmt: skip


@pytest.mark.parametrize(("response", "bearable"), [(0, 100_000), (1, 70_000), (2, 35_000), (3, 0)])
def test_the_list_bears_gain_times_threshold_of_the_response_class(response, bearable):
    assert regulator.assess(unlisted(), disease(response=response), levers()) == bearable


def test_a_price_ceiling_lies_over_the_assessment():
    assert regulator.assess(unlisted(), disease(), levers(price_ceiling=30_000.0)) == 30_000
    assert regulator.assess(unlisted(), disease(), levers(price_ceiling=300_000.0)) == 100_000


def test_the_lowest_acceptable_price_by_hand():
    never_listed = unlisted(list_price=100_000.0)
    assert manufacturer.lowest_acceptable(never_listed, TERMS, levers()) == 40_000
    known = unlisted(record_listed=24, record_price=60_000.0)
    assert manufacturer.lowest_acceptable(known, TERMS, levers()) == 60_000
    guaranteed = levers(volume_guarantee=0.5)
    assert manufacturer.lowest_acceptable(known, TERMS, guaranteed) == pytest.approx(54_000)


def test_an_agreement_lies_half_way():
    its = unlisted(list_price=90_000.0)
    # Bearable are 100,000, more than the list price; the manufacturer would take 36,000.
    assert regulator.negotiate(its, disease(), TERMS, levers(), 12)
    assert (its.listed, its.listed_month, its.price) == (1, 12, 63_000)


def test_an_offer_below_the_lowest_price_is_refused():
    its = unlisted(list_price=1_000_000.0)
    assert not regulator.negotiate(its, disease(), TERMS, levers(), 12)
    assert (its.listed, its.price) == (0, 100_000)


def test_no_drug_is_listed_before_its_time():
    terms = levers(months_to_listing=29)
    assert not regulator.negotiate(unlisted(), disease(), TERMS, terms, 28)
    assert regulator.negotiate(unlisted(), disease(), TERMS, terms, 29)


def test_a_launch_brought_forward_brings_market_and_listing_forward():
    terms = levers(months_to_listing=29, launch_forward=12)
    assert not manufacturer.on_market(unlisted(), -13, terms)
    assert manufacturer.on_market(unlisted(), -12, terms)
    assert regulator.negotiate(unlisted(), disease(), TERMS, terms, 17)


def test_what_is_listed_is_not_negotiated_again():
    assert not regulator.negotiate(unlisted(listed=1), disease(), TERMS, levers(), 500)


@cases(price=prices, gain=st.floats(0, 1), ceiling=st.sampled_from([0.0, 5e4]),
       volume=st.floats(0, 1), response=st.integers(0, 3))  # fmt: skip
def test_an_agreed_price_suits_both(price, gain, ceiling, volume, response):
    its = unlisted(list_price=price, price=price, qaly_gain=gain)
    illness, terms = disease(response=response), levers(price_ceiling=ceiling,
                                                       volume_guarantee=volume)  # fmt: skip
    if regulator.negotiate(its, illness, TERMS, terms, 12):
        assert its.price <= price
        assert its.price <= regulator.assess(its, illness, terms) * (1 + 1e-12)
        assert its.price >= manufacturer.lowest_acceptable(its, TERMS, terms) * (1 - 1e-12)


@cases(price=prices, gain=st.floats(0, 1), more=st.floats(1, 10))
def test_a_higher_threshold_never_loses_a_drug(price, gain, more):
    its = unlisted(list_price=price, qaly_gain=gain)
    generous = levers()
    generous.threshold[:] *= more
    if regulator.negotiate(its.copy(), disease(), TERMS, levers(), 12):
        assert regulator.negotiate(its.copy(), disease(), TERMS, generous, 12)


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
