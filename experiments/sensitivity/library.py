"""SALib, which does the arithmetic of Morris and Sobol, loaded only where it is needed.

It brings Matplotlib with it, which nothing else here needs, so it is an extra and may be missing.
"""

import importlib
from typing import Any

from abm.errors import UserError

EXTRA = "sensitivity"


def salib(module: str) -> Any:
    """Return a module of SALib, such as "sample.morris".

    Raises:
        UserError: If SALib is not installed.
    """
    try:
        return importlib.import_module(f"SALib.{module}")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "SALib":
            raise
        raise UserError(
            f"SALib is not installed, expected for an analysis of sensitivity; pip install "
            f"'rarecare[{EXTRA}]'"
        ) from None
