"""Where the calibration targets V1-V5 stand: target, simulated, band, met or not.

``python tools/calibration.py [SCALE] [SEED]`` builds the shipped world up to January 2019 and asks
the patients alive then, as the surveys of 2018 did (docs/facts.md, section 10).
"""

import sys

from abm import RareCareModel
from experiments.calibration import survey, targets

if __name__ == "__main__":
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 0.05
    model = RareCareModel(scale=scale, years=1, rng=int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    table = targets(survey(model)).drop(columns="name")
    print(table.to_string(index=False, float_format=lambda v: f"{v:.3g}"))
