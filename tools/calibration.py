"""Where the calibration targets V1-V5 stand: target, simulated, band, met or not.

``python tools/calibration.py [SCALE] [SEED]`` builds the shipped world up to January 2019 and asks
the patients alive then, as the surveys of 2018 did (docs/facts.md, section 10).
"""

import argparse

from abm import RareCareModel
from experiments.validation.simulate import survey, targets

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("scale", type=float, nargs="?", default=0.05)
    parser.add_argument("seed", type=int, nargs="?", default=1)
    asked = parser.parse_args()
    model = RareCareModel(scale=asked.scale, years=1, rng=asked.seed)
    table = targets(survey(model), model.world).drop(columns="name")
    print(table.to_string(index=False, float_format=lambda v: f"{v:.3g}"))
