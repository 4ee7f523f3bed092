"""Optuna, the optimiser, loaded only where it is needed: it is an extra and may be missing.

Nothing of its state is kept on disk. Asked with the same seed and told the same values, it asks for
the same candidates, so a search that was stopped is gone through again from the beginning, and what
has been evaluated is found rather than run.

References:
    Ozaki, Tanigaki, Watanabe, Onishi 2020, Multiobjective tree-structured Parzen estimator for
    computationally expensive optimization problems, GECCO; Deb, Pratap, Agarwal, Meyarivan 2002,
    IEEE Transactions on Evolutionary Computation 6:182-197 (NSGA-II).
"""

import warnings
from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from abm.errors import UserError
from experiments.searching.goal import NSGA2
from experiments.searching.space import Space

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.samplers import BaseSampler
    from optuna.trial import FrozenTrial, Trial

EXTRA = "search"
EXCESS = "excess"
"""Under which a trial keeps by how much it breaks the constraints."""


def optuna() -> ModuleType:
    """Return Optuna.

    Raises:
        UserError: If it is not installed.
    """
    try:
        import optuna as found
    except ModuleNotFoundError as error:
        if error.name != "optuna":
            raise
        raise UserError(
            f"optuna is not installed, expected for a search; pip install 'rarecare[{EXTRA}]'"
        ) from None
    found.logging.set_verbosity(found.logging.ERROR)
    return found


class Optimiser:
    """Asks for candidates, and learns from what they come to.

    Args:
        space: The levers that are chosen.
        objectives: How many objectives there are; little is wanted of each.
        kind: "tpe" or "nsga2".
        generation: Candidates asked for at a time.
        seed: Of its draws.
    """

    def __init__(self, space: Space, objectives: int, kind: str, generation: int, seed: int):
        self._space = space
        self._optuna = optuna()
        with warnings.catch_warnings():  # it calls parts of itself experimental
            warnings.simplefilter("ignore")
            sampler = self._sampler(kind, generation, seed)
            self._study = self._optuna.create_study(
                directions=["minimize"] * objectives, sampler=sampler
            )
        self._distributions = self._ranges()
        self._trials: dict[int, Trial] = {}

    def propose(self, values: dict[str, Any]) -> None:
        """Have `ask` return values of one's own next, after those that were proposed before."""
        told = {
            one.path: values[one.path] if one.spread.numeric else self._number(one.path, values)
            for one in self._space.dimensions
        }
        self._study.enqueue_trial(told)

    def ask(self) -> tuple[int, dict[str, Any]]:
        """Return a number by which to tell of a candidate, and its values."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            trial = self._study.ask(self._distributions)
        self._trials[trial.number] = trial
        found = {
            one.path: trial.params[one.path] if one.spread.numeric
            else one.spread.values[trial.params[one.path]]
            for one in self._space.dimensions
        }  # fmt: skip
        return trial.number, found

    def tell(self, number: int, wanted: Sequence[float], excess: Sequence[float]) -> None:
        """Tell what a candidate came to.

        Args:
            number: Of the candidate.
            wanted: The objectives, of each of which little is wanted.
            excess: By how much constraints are broken, at most 0 where they hold.
        """
        trial = self._trials.pop(number)
        trial.set_user_attr(EXCESS, [float(one) for one in excess])
        self._study.tell(trial, [float(one) for one in wanted])

    def refuse(self, number: int) -> None:
        """Tell that a candidate came to nothing."""
        self._study.tell(self._trials.pop(number), state=self._optuna.trial.TrialState.FAIL)

    def _number(self, path: str, values: dict[str, Any]) -> int:
        """Return the place of a value among those of a choice."""
        spread = next(one.spread for one in self._space.dimensions if one.path == path)
        return spread.values.index(values[path])

    def _ranges(self) -> "dict[str, BaseDistribution]":
        """Return the levers' ranges as the library has them; choices by their place."""
        made = self._optuna.distributions
        found: dict[str, BaseDistribution] = {}
        for one in self._space.dimensions:
            if not one.spread.numeric:
                found[one.path] = made.CategoricalDistribution(range(len(one.spread.values)))
            elif one.spread.whole:
                found[one.path] = made.IntDistribution(*map(int, one.spread.values))
            else:
                found[one.path] = made.FloatDistribution(*one.spread.values)
        return found

    def _sampler(self, kind: str, generation: int, seed: int) -> "BaseSampler":
        samplers = self._optuna.samplers
        if kind == NSGA2:
            return samplers.NSGAIISampler(
                population_size=max(generation, 2), seed=seed, constraints_func=_excess,
                crossover=samplers.nsgaii.BLXAlphaCrossover(),
            )  # fmt: skip
        return samplers.TPESampler(
            n_startup_trials=generation, seed=seed, constraints_func=_excess, constant_liar=True
        )


def _excess(trial: "FrozenTrial") -> Sequence[float]:
    return trial.user_attrs[EXCESS]
