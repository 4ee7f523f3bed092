"""From dated changes to the levers of a month: what holds when, and which layers pay."""

import math
from bisect import bisect_right
from typing import Any

from abm.calendar import month_of
from abm.errors import UserError, unknown
from abm.policy.benefits import Layer
from abm.policy.files import FROM_THE_START, Change, Part, month_label
from abm.policy.levers import Levers
from abm.policy.paths import Settings, leaves, merged, nested


class Timeline:
    """The levers of a stack of policies, month by month.

    Within a stack the last part that sets a lever by a month holds, whatever the dates inside the
    parts: a child's value stays when its parent changes the same lever later.

    Attributes:
        dates: Months from which some change holds, `FROM_THE_START` first.
        written: Levers by date as the policies set them, before dates of layers and the
            benefit-list rule apply.
        turns: Months at which the levers in force may differ from those of the month before.
    """

    def __init__(self, stack: tuple[Part, ...]):
        """Merge the parts' changes.

        Raises:
            UserError: If a layer is mentioned that is nowhere defined, or contradicts itself.
        """
        self.stack = stack
        for part in stack:
            _refuse_two_values(part)
        months = {change.from_month for part in stack for change in part.changes}
        self.dates = tuple(sorted({FROM_THE_START, *months}))
        settings = {month: self.settings_at(month) for month in self.dates}
        self._refuse_undefined_layers(settings)
        self.written = {
            month: Levers.model_validate({**found, "benefits": _defined(found)})
            for month, found in settings.items()
        }
        self._since = self._benefit_list_rule()
        self._first_seen: dict[str, int] = {}
        for month, levers in self.written.items():
            for name in levers.benefits:
                self._first_seen.setdefault(name, month)
        self.turns = self._turns()
        self._memo: dict[int, Levers] = {}

    def settings_at(self, month: int) -> Settings:
        """Return all that the policies set by a month, nested."""
        result: Settings = {}
        for part in self.stack:
            for change in part.changes:
                if change.from_month <= month:
                    result = merged(result, change.settings)
        return result

    def written_at(self, month: int) -> Levers:
        """Return the levers as the policies set them by a month."""
        return self.written[self.dates[max(bisect_right(self.dates, month) - 1, 0)]]

    def levers_at(self, month: int) -> Levers:
        """Return the levers in force in a month; layers that do not pay then are inactive."""
        turn = self.turns[max(bisect_right(self.turns, month) - 1, 0)]
        if turn not in self._memo:
            levers = self.written_at(turn)
            layers = {
                name: self._in_force(name, layer, levers, turn)
                for name, layer in levers.benefits.items()
            }
            self._memo[turn] = levers.model_copy(update={"benefits": layers})
        return self._memo[turn]

    def _in_force(self, name: str, layer: Layer, levers: Levers, month: int) -> Layer:
        start, end = layer_span(layer)
        paid = 1.0 if layer.active and start <= month < end else 0.0
        state = levers.local_schemes.state
        if layer.local and state != "allowed":
            frozen, phased = self._since[self.dates[bisect_right(self.dates, month) - 1]]
            begun = max(start, self._first_seen[name])
            if state == "stopped" or begun >= frozen:
                paid = 0.0
            elif state == "phased-out" and not layer.kept:
                years = levers.local_schemes.phase_out_years
                left = years - 1 - int(month - phased) // 12
                paid *= max(0.0, left / years)
        if paid == 1.0:
            return layer
        if paid == 0.0:
            return layer.model_copy(update={"active": False})
        reduced = tuple(b.model_copy(update={"rate": b.rate * paid}) for b in layer.brackets)
        return layer.model_copy(
            update={"brackets": reduced, "patient_cap": layer.patient_cap / paid}
        )

    def _benefit_list_rule(self) -> dict[int, tuple[float, float]]:
        """Return, by date, since when new local schemes are barred and old ones phased out."""
        frozen = phased = math.inf
        since = {}
        for month, levers in self.written.items():
            state = levers.local_schemes.state
            frozen = math.inf if state == "allowed" else min(frozen, month)
            phased = min(phased, month) if state == "phased-out" else math.inf
            since[month] = frozen, phased
        return since

    def _turns(self) -> tuple[int, ...]:
        months: set[float] = set(self.dates)
        for levers in self.written.values():
            for layer in levers.benefits.values():
                months.update(layer_span(layer))
        for date, (_, phased) in self._since.items():
            years = self.written[date].local_schemes.phase_out_years
            months.update(phased + 12 * year for year in range(1, years))
        return tuple(sorted(int(month) for month in months if math.isfinite(month)))

    def _refuse_undefined_layers(self, settings: dict[int, Settings]) -> None:
        defined = {name for found in settings.values() for name in _defined(found)}
        for part in self.stack:
            for change in part.changes:
                for name in change.settings.get("benefits", {}):
                    if name not in defined:
                        raise UserError(
                            f"policy {part.name!r}, from {change.when}: "
                            f"{unknown('layer', name, sorted(defined))} "
                            "(a new layer must set payer and brackets; 'rarecare policies NAME' "
                            "names those of a policy)"
                        )


def _defined(settings: Settings) -> Settings:
    """Return the layers that have all they need; what is set before a layer begins can wait."""
    layers = settings.get("benefits", {})
    return {
        name: layers[name] for name in sorted(layers) if {"payer", "brackets"} <= {*layers[name]}
    }


def layer_span(layer: Layer) -> tuple[float, float]:
    """Return the first month in which a layer pays and the first in which it no longer does."""
    start = -math.inf if layer.start is None else month_of(layer.start)
    end = math.inf if layer.end is None else month_of(layer.end)
    return start, end


def flattened(stack: tuple[Part, ...]) -> tuple[Change, ...]:
    """Return changes that, in one policy that extends nothing, amount to the whole stack."""
    changes = []
    before: dict[str, object] = {}
    for month in sorted({change.from_month for part in stack for change in part.changes}):
        now, source = {}, {}
        for part in stack:
            for change in part.changes:
                if change.from_month <= month:
                    found = leaves(change.settings)
                    now.update(found)
                    source.update(dict.fromkeys(found, change.source))
        new = [path for path, value in now.items() if path not in before or before[path] != value]
        for text in dict.fromkeys(source[path] for path in new):
            values = {path: now[path] for path in new if source[path] == text}
            changes.append(Change(month, nested(values), text))
        before = now
    return tuple(changes)


def _refuse_two_values(part: Part) -> None:
    """Refuse a policy that sets a lever twice in one month, to different values.

    Raises:
        UserError: Naming the policy, the month, the lever and both values.
    """
    found: dict[tuple[int, str], Any] = {}
    for change in part.changes:
        for path, value in leaves(change.settings).items():
            first = found.setdefault((change.from_month, path), value)
            if first != value:
                raise UserError(
                    f"policy {part.name!r}: {path} is set twice from "
                    f"{month_label(change.from_month)}, to {first} and {value}; expected once"
                )
