"""A coordinate from 0 to 1 across a range, along which its values are spread evenly."""

from typing import Any, NamedTuple

from abm.policy.ranges import is_numbers


class Spread(NamedTuple):
    """A range, or the values of a choice.

    Attributes:
        values: Lowest and highest number, or the values of a choice.
        whole: Whether only whole numbers make sense.
    """

    values: tuple[Any, ...]
    whole: bool = False

    @property
    def numeric(self) -> bool:
        """Whether it is a range of numbers rather than a choice."""
        return is_numbers(self.values)

    def at(self, place: float) -> Any:
        """Return the value at a coordinate; a whole number or a choice has one of equal parts."""
        if self.numeric and not self.whole:
            low, high = self.values
            return float(low + place * (high - low))
        values = self._each()
        return values[min(int(place * len(values)), len(values) - 1)]

    def place_of(self, value: Any) -> float:
        """Return the coordinate of a value; of a whole number or choice, the middle of its part."""
        if self.numeric and not self.whole:
            low, high = self.values
            return float((value - low) / (high - low))
        values = self._each()
        return (values.index(int(value) if self.numeric else value) + 0.5) / len(values)

    def _each(self) -> Any:
        """Return all values of a choice or of a range of whole numbers."""
        if not self.numeric:
            return self.values
        return range(int(self.values[0]), int(self.values[1]) + 1)
