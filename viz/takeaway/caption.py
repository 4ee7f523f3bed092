"""What has to stand beside a picture that leaves the page: whose it is, and how far it goes."""

from typing import NamedTuple

from experiments.reporting.wrapping import wrapped
from experiments.running.run_cache import version
from viz.i18n.policies import policy_title
from viz.i18n.texts import Texts
from viz.session import Snapshot
from viz.view_state import PolicySpec

WIDTH = 150
"""Columns of a line below a picture."""


class Caption(NamedTuple):
    """What stands above and below a picture.

    Attributes:
        head: The two policies.
        lines: Month, scale, seed, source and caveat.
        file: Beginning of the file's name.
    """

    head: str
    lines: tuple[str, ...]
    file: str

    def plain(self) -> dict:
        """Return it as plain JSON."""
        return {"head": self.head, "lines": list(self.lines), "file": self.file}


def caption(snapshot: Snapshot, texts: Texts) -> Caption:
    """Return the caption of pictures of a snapshot."""
    view = snapshot.view
    sides = " · ".join(
        texts("chart.is", side=side, policy=_title(spec, texts))
        for side, spec in (("A", view.a), ("B", view.b))
    )
    month = view.world.label(snapshot.month - 1) if snapshot.month else texts("caption.start")
    told = texts(
        "caption.run", country=texts.country, month=month, months=snapshot.month,
        scale=f"{view.scale:g}", seed=view.seed, years=view.years,
        place=texts.place(view.province) if view.province else texts("chart.country"),
    )  # fmt: skip
    lines = [told, texts("caption.source", version=version()), texts("caption.caveat")]
    return Caption(
        sides,
        tuple(line for text in lines for line in wrapped(text, WIDTH)),
        f"rarecare-{view.world.name}-{month}-",
    )


def _title(spec: PolicySpec, texts: Texts) -> str:
    title = policy_title(spec.policy, texts)
    return texts("chart.edited", policy=title) if spec.settings else title
