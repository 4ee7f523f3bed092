"""How many pairs a page lives: what the server was started with."""

from dataclasses import dataclass

PAIRS, MOST_PAIRS = 8, 40
"""How many pairs are lived by default, and at most."""


@dataclass
class Settings:
    """What the server was started with.

    Attributes:
        pairs: How many pairs each page lives beside its own; 0 for none.
    """

    pairs: int = PAIRS


settings = Settings()
