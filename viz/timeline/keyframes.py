"""The two models as they were in some months, packed, so that any month is soon there again."""

import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from abm import RareCareModel
from abm.engine.schedule import Schedule
from agents.state import State
from viz.twin_models import Twins

APART = 12
"""Months between two keyframes at first: a jump lives at most eleven months."""
MOST_BYTES = 96_000_000
"""What the keyframes of a page take at most; beyond it every second one is dropped."""
CODEC = pa.Codec("zstd", compression_level=1)


@dataclass(frozen=True)
class Packed:
    """An array, compressed.

    Attributes:
        data: Its bytes.
        dtype: Its type.
        shape: Its shape.
    """

    data: bytes
    dtype: np.dtype
    shape: tuple[int, ...]

    @classmethod
    def of(cls, array: np.ndarray) -> "Packed":
        """Return an array packed."""
        return cls(CODEC.compress(array.tobytes(), asbytes=True), array.dtype, array.shape)

    def array(self) -> np.ndarray:
        """Return the array, writable and sharing nothing."""
        made = np.empty(self.shape, self.dtype)
        if made.nbytes:
            data = CODEC.decompress(self.data, decompressed_size=made.nbytes, asbytes=True)
            made[...] = np.frombuffer(data, self.dtype).reshape(self.shape)
        return made


@dataclass(frozen=True)
class Resting:
    """A model that is kept as it was, and can go on as it would have.

    Attributes:
        parts: What a pickled model is made of again (`RareCareModel.__reduce__`), its schedule's
            state apart.
        state: The state's arrays, in its order.
    """

    parts: tuple
    state: tuple[Packed, ...]

    @classmethod
    def of(cls, model: RareCareModel) -> "Resting":
        """Return a model packed; it can live on."""
        make, (kind, policy, setup, schedule, records, past, steps), kept = model.__reduce__()
        schedule = _apart(schedule, None)
        kept = copy.deepcopy(kept, {id(model): None})
        state = tuple(Packed.of(array) for array in model.state)
        return cls((make, kind, policy, setup, schedule, records.copy(), past, steps, kept), state)

    def model(self) -> RareCareModel:
        """Return a model that goes on from there; it shares nothing that a month changes."""
        make, kind, policy, setup, schedule, records, past, steps, kept = self.parts
        state = State._make(packed.array() for packed in self.state)
        schedule = _apart(schedule, state)
        model: RareCareModel = make(kind, policy, setup, schedule, records.copy(), past, steps)
        for name, value in copy.deepcopy(kept).items():
            setattr(model, name, value)
        return model

    @property
    def bytes(self) -> int:
        """What it takes, about."""
        return sum(len(packed.data) for packed in self.state)


def _apart(schedule: Schedule, state: Any) -> Schedule:
    """Return a schedule with another state, which shares nothing with this one."""
    queue, unfunded = schedule.queue.copy(), schedule.unfunded.copy()
    return replace(schedule, state=state, queue=queue, unfunded=unfunded)


class Keyframes:
    """Some months of a pair of models, the first one among them.

    Args:
        twins: The pair at its first month.
        most_bytes: What they may take.
    """

    def __init__(self, twins: Twins, most_bytes: int = MOST_BYTES):
        self._most = most_bytes
        self._apart = APART
        self._kept: dict[int, tuple[Resting, Resting]] = {}
        self.keep(twins)

    @property
    def months(self) -> tuple[int, ...]:
        """The months that are kept."""
        return tuple(sorted(self._kept))

    @property
    def bytes(self) -> int:
        """What they take, about."""
        return sum(one.bytes for pair in self._kept.values() for one in pair)

    def keep(self, twins: Twins) -> None:
        """Keep the month of a pair if its turn has come; make room if there is none."""
        month = twins.month
        if month in self._kept or month % self._apart:
            return
        self._kept[month] = Resting.of(twins.a), Resting.of(twins.b)
        while self.bytes > self._most and len(self._kept) > 1:
            self._apart *= 2
            for far in [month for month in self._kept if month % self._apart]:
                del self._kept[far]
            if self._apart > twins.horizon:
                return

    def first(self, twins: Twins) -> Twins:
        """Return another pair of the same people at the first month."""
        a, b = self._kept[0]
        return twins.beside(a.model(), b.model())

    def move(self, twins: Twins, target: int) -> None:
        """Bring a pair nearer to a month: to a keyframe on the way, else by living a month.

        Args:
            twins: The pair.
            target: The month; not the one where the pair is.
        """
        near = max(month for month in self._kept if month <= target)
        if target < twins.month or near > twins.month:
            a, b = self._kept[near]
            twins.put(a.model(), b.model())
        else:
            twins.step()
            self.keep(twins)
