"""What was shown of months that have gone by, so that it is there at once when one comes back."""

import pickle
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

MOST_BYTES = 32_000_000
"""What the frames of a page take at most; the ones that were longest not looked at go first."""

Frame = TypeVar("Frame")


class Frames(Generic[Frame]):
    """Frames by what they show, within a limit of memory.

    Args:
        most_bytes: What they may take.
    """

    def __init__(self, most_bytes: int = MOST_BYTES):
        self._most = most_bytes
        self._kept: OrderedDict[Hashable, tuple[Frame, int]] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> Frame | None:
        """Return what was shown, or None if it is not kept."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def keep(self, key: Hashable, frame: Frame) -> None:
        """Keep what is shown.

        Args:
            key: What it shows.
            frame: Plain data, which nobody changes.
        """
        if key in self._kept:
            self.bytes -= self._kept.pop(key)[1]
        size = len(pickle.dumps(frame, pickle.HIGHEST_PROTOCOL))
        self._kept[key] = frame, size
        self.bytes += size
        while self.bytes > self._most and self._kept:
            self.bytes -= self._kept.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
        self.bytes = 0
