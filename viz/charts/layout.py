"""How the charts of a tab are laid out: each chart declared once, in rows.

A tab's `charts` module declares what it draws as `ROWS`; the page shows the rows, the tests draw
every panel of every row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from viz.charts.style import Option
from viz.i18n.texts import Texts


@dataclass(frozen=True)
class Panel:
    """A chart on a tab.

    Attributes:
        draw: Returns the chart from the tab's data, the texts and, where there is one, the key.
        key: Which of several charts `draw` makes: a side, a group, a fund; empty for its only one.
        height: Height, pixels.
    """

    draw: Callable[..., Option]
    key: str = ""
    height: int = 340

    @property
    def name(self) -> str:
        """Name of the chart among those of its tab."""
        return f"{self.draw.__name__} {self.key}".strip()

    def option(self, data: Any, texts: Texts) -> Option:
        """Return the chart.

        Args:
            data: What the tab shows.
            texts: Texts of the language.
        """
        return self.draw(data, texts, self.key) if self.key else self.draw(data, texts)


class Row(NamedTuple):
    """Panels beside each other where there is room.

    Attributes:
        panels: The charts.
        narrow: Narrowest panel that still has a neighbour, pixels.
    """

    panels: tuple[Panel, ...]
    narrow: int = 420
