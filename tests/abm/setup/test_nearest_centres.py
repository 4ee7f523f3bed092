"""Which nationally known centre people of a city think of as theirs."""

import numpy as np

from abm.setup.referral_network import nearest_centres
from agents.codes import Tier
from agents.records.hospital import HospitalRow


def hospitals(*of):
    """Return hospitals of (tier, city, province)."""
    rows = HospitalRow.array(len(of))
    for row, (tier, city, province) in zip(rows, of, strict=True):
        row.tier, row.city, row.province = tier, city, province
    return rows


KM = np.array([[0.0, 100.0, 300.0], [100.0, 0.0, 250.0], [300.0, 250.0, 0.0]])


def test_it_is_the_nearest_in_another_province():
    rows = hospitals(
        (Tier.CENTRE, 0, 0), (Tier.LEAD, 1, 1), (Tier.CENTRE, 1, 1), (Tier.CENTRE, 2, 2)
    )
    assert nearest_centres(rows, KM, np.array([0, 1, 2])).tolist() == [2, 0, 2]


def test_without_one_elsewhere_there_is_none():
    home = np.array([0, 1, 2])
    assert nearest_centres(hospitals((Tier.LEAD, 0, 0)), KM, home).tolist() == [-1] * 3
    assert nearest_centres(hospitals((Tier.CENTRE, 0, 0)), KM, home).tolist() == [-1, 0, 0]
