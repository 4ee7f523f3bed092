"""The about tab: how near the page's own people come to the published figures."""

import pandas as pd

from viz.twin_models import Twins
from viz.view_state import ViewState


def read(twins: Twins, view: ViewState) -> pd.DataFrame:
    """Return the published figures beside what the patients at the start answer."""
    return twins.calibration
