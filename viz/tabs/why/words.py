"""Why, in sentences: where people stop, where that differs, and why households pay more or less."""

from collections.abc import Iterator

import numpy as np

from experiments.reporting.formatting import format_number, scale
from viz.i18n.texts import Texts
from viz.reading.gates import GATES, PAYERS
from viz.tabs.labels import is_claimed
from viz.tabs.why.data import WhyData

HOUSEHOLD = PAYERS.index("household")
SMALL = 0.05
"""Of 100 yuan: a difference that is not told."""


def sentences(data: WhyData, texts: Texts) -> list[str]:
    """Return what the charts say, most important first."""
    if not data.now[:, 0].any():
        return [texts("chart.not_yet")]
    return [*_stops(data, texts), *_bills(data, texts), *_fund(data, texts)]


def _stops(data: WhyData, texts: Texts) -> Iterator[str]:
    """Say where most of the untreated stop, and at which gate more and fewer do under B."""
    stopped = data.stopped
    most = int(stopped[1].argmax())
    yield texts(
        "why.say.most",
        gate=texts(f"why.stop.{GATES[most + 1]}"),
        b=_persons(stopped[1, most], texts),
        a=_persons(stopped[0, most], texts),
    )
    treated = float(data.now[1, -1] - data.now[0, -1])
    told = texts("why.say.treated", persons=_persons(treated, texts, sign=True))
    yield told + _chance(data, "gate.treated", texts)
    change = stopped[1] - stopped[0]
    for key, place in (("fewer", int(change.argmin())), ("more", int(change.argmax()))):
        if change[place] * (1 if key == "more" else -1) > 0:
            gate = texts(f"why.stop.{GATES[place + 1]}")
            told = texts(f"why.say.{key}", persons=_persons(abs(change[place]), texts), gate=gate)
            yield told + _chance(data, f"stop.{GATES[place + 1]}", texts)


def _bills(data: WhyData, texts: Texts) -> Iterator[str]:
    """Say what of 100 yuan households pay, and which payers make the difference."""
    a, b = data.shares
    if not np.isfinite([a, b]).all():
        return
    told = texts(
        "why.say.household",
        a=format_number(a[HOUSEHOLD], 1),
        b=format_number(b[HOUSEHOLD], 1),
        change=format_number(b[HOUSEHOLD] - a[HOUSEHOLD], 1, sign=True),
    )
    yield told + _chance(data, f"payer.{PAYERS[HOUSEHOLD]}", texts)
    for k in np.argsort(-np.abs(b - a)):
        if k != HOUSEHOLD and abs(b[k] - a[k]) > SMALL:
            key = "why.say.pays_more" if b[k] > a[k] else "why.say.pays_less"
            payer = texts.name("group.payer", PAYERS[k])
            told = texts(key, payer=payer, change=format_number(abs(b[k] - a[k]), 1))
            yield told + _chance(data, f"payer.{PAYERS[k]}", texts)
            return


def _fund(data: WhyData, texts: Texts) -> Iterator[str]:
    """Say how much of what is claimed of a special fund it can pay: a rate on paper is not all."""
    part = {}
    for side, (there, paid, refused) in zip("AB", data.fund, strict=True):
        if there and paid + refused > 0:
            part[side] = 100 * paid / (paid + refused)
            yield texts(
                "why.say.fund",
                side=side,
                paid=_yuan(paid, texts),
                claimed=_yuan(paid + refused, texts),
                share=format_number(part[side], 0),
            )
    if len(part) == 2 and part["B"] < part["A"]:
        yield texts("why.say.thinner")
    elif part.get("B", 100.0) < 100.0:
        yield texts("why.say.refused")


def _chance(data: WhyData, name: str, texts: Texts) -> str:
    """Return the words that a difference may be chance, nothing if it holds over pairs."""
    return "" if is_claimed(data.spreads.get(name)) else texts("why.say.chance")


def _persons(value: float, texts: Texts, sign: bool = False) -> str:
    by = scale([abs(value)], texts("unit.persons"), texts.language)
    digits = 0 if by.divisor == 1 else 1
    return f"{format_number(value / by.divisor, digits, sign=sign)} {by.unit}"


def _yuan(value: float, texts: Texts) -> str:
    by = scale([value], texts("unit.yuan"), texts.language)
    return f"{format_number(value / by.divisor, 1)} {by.unit}"
