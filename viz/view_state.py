"""What a page shows, as plain data: to and from a link, and as Python lines that do the same."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from abm import Policy, UserError, World, load_policy, policy_names
from abm.errors import unknown
from abm.model import MOST_YEARS
from abm.world import DEFAULT
from experiments.reporting.texts import LANGUAGES
from experiments.running.run_cache import version
from viz.i18n.texts import Texts
from viz.worlds import served_world, world_named

SMALLEST_SCALE, LARGEST_SCALE = 0.001, 0.2
"""Scales that a page takes: below, hospitals have hardly a patient; above, two countries need more
memory and patience than somebody who watches has. `rarecare compare` takes any."""
LARGEST_SEED = 2**53
"""Largest seed that survives a browser's numbers."""


SIDES, MORE = ("a", "b", "c", "d"), ("c", "d")
"""The policies of a page by their letters, and those that are shown as columns only if asked for.
"""
VERSION = "version"
"""In a link for people: by which version it was made."""


@dataclass(frozen=True)
class PolicySpec:
    """One of the policies that are compared.

    Attributes:
        policy: Name of one of the world's policies, or names joined by "+".
        settings: Levers set on top of it: path, with the month from which it holds if that is not
            the first ("zone.provinces@2021-06"), and value as JSON text.
    """

    policy: str
    settings: tuple[tuple[str, str], ...] = ()

    def values(self) -> dict[str, Any]:
        """Return the levers set on top, by path; what is no JSON stays text."""
        return {path: _value(text) for path, text in self.settings}

    def load(self, world: World) -> Policy:
        """Return the policy with its settings.

        Args:
            world: The world whose policy it is.

        Raises:
            UserError: For an unknown name, an unknown lever, a wrong value, a contradiction. Only
                the world's own policies are loaded: a link must not open files.
        """
        known = policy_names(world)
        for name in self.policy.split("+"):
            if name.strip() not in known:
                raise unknown("policy", name, known)
        return load_policy(self.policy, self.values(), world=world)


def _first_a() -> PolicySpec:
    return PolicySpec(served_world().about.baseline)


def _first_b() -> PolicySpec:
    return PolicySpec(served_world().about.compared[0])


@dataclass(frozen=True)
class ViewState:
    """Everything that a link restores.

    Attributes:
        a: The policy on the left.
        b: The policy on the right.
        c: A third policy, shown beside A; None for none.
        d: A fourth one.
        scale: Simulated patients per real one.
        years: Length of the scenario, years.
        seed: Seed of all draws.
        month: Months lived.
        province: The province looked at; empty for the whole country.
        tab: The open tab; at first the overview.
        language: "en" or "zh".
        patient: Row of the patient whose journey is shown, or None.
        disease: Disease that the journeys are limited to; empty for all.
        map: Indicator on the provinces' maps; empty for the first.
        way: Which ways of people are shown; empty for all moves.
        period: Over which years they are counted; empty for all.
        origin: Province that they leave; empty for any.
        goal: Province that they go to; empty for any.
        hospital: Hospital whose patients' ways are shown; empty for none.
        world: The country.
    """

    a: PolicySpec = field(default_factory=_first_a)
    b: PolicySpec = field(default_factory=_first_b)
    c: PolicySpec | None = None
    d: PolicySpec | None = None
    scale: float = 0.01
    years: int = 15
    seed: int = 1
    month: int = 0
    province: str = ""
    tab: str = "overview"
    language: str = "en"
    patient: int | None = None
    disease: str = ""
    map: str = ""
    way: str = ""
    period: str = ""
    origin: str = ""
    goal: str = ""
    hospital: str = ""
    world: World = field(default_factory=served_world)

    @classmethod
    def of(cls, world: World) -> "ViewState":
        """Return what a page shows of a world at first: its default comparison."""
        about = world.about
        return cls(PolicySpec(about.baseline), PolicySpec(about.compared[0]), world=world)

    @property
    def policies(self) -> dict[str, PolicySpec]:
        """All policies by their letters."""
        found = {side: getattr(self, side) for side in SIDES}
        return {side: spec for side, spec in found.items() if spec is not None}

    @property
    def more(self) -> tuple[PolicySpec, ...]:
        """The policies beside A and B."""
        return tuple(spec for side, spec in self.policies.items() if side in MORE)

    @property
    def texts(self) -> Texts:
        """The page's texts: of its language, about its country."""
        return Texts(self.language, self.world)

    @property
    def horizon(self) -> int:
        """Length of the scenario, months."""
        return 12 * self.years

    def to_query(self) -> str:
        """Return the query string of a link that restores this view, without "?"."""
        pairs = [] if self.world.name == DEFAULT else [("world", self.world.name)]
        for key, spec in self.policies.items():
            pairs.append((key, spec.policy))
            pairs += [(f"{key}.{path}", text) for path, text in spec.settings]
        plain = ViewState()
        for key in ("scale", "years", "seed", *VIEWED):
            value = getattr(self, key)
            if value != getattr(plain, key):
                pairs.append((key, str(value)))
        return urlencode(pairs)

    def to_link(self) -> str:
        """Return a link for people: the query, and by which version it was made."""
        return f"?{self.to_query()}&{urlencode({VERSION: version()})}"

    @classmethod
    def from_query(cls, query: str, tabs: Iterable[str]) -> "tuple[ViewState, list[str]]":
        """Return the view that a link stands for, and what in it was not understood.

        Whatever is wrong is left at its default and reported in one line each; nothing is raised.

        Args:
            query: The query string of the link.
            tabs: Names of the tabs that there are.
        """
        view, complaints = cls(), []
        pairs = parse_qsl(query.lstrip("?"), keep_blank_values=True)
        made = dict(pairs).get(VERSION, version())
        if made != version():
            complaints.append(view.texts("shell.link_other", made=made[:30], own=version()))
        if "world" in dict(pairs):
            try:
                view = cls.of(world_named(dict(pairs)["world"]))
            except UserError as error:
                complaints.append(str(error))
        readers = {**_READERS, "tab": lambda text, _: _one_of("tab", text, tabs)}
        given = {key: text for key, text in pairs if key in readers}
        for key in sorted(given, key=list(readers).index):
            try:
                view = replace(view, **{key: readers[key](given[key], view)})
            except UserError as error:
                complaints.append(str(error))
        for key, plain in view.policies.items():
            settings = tuple((k[2:], text) for k, text in pairs if k.startswith(f"{key}."))
            if settings:
                spec = PolicySpec(plain.policy, settings)
                try:
                    spec.load(view.world)
                    change: dict[str, Any] = {key: spec}
                    view = replace(view, **change)
                except UserError as error:
                    complaints.append(str(error))
        return view, complaints

    def python(self) -> str:
        """Return the Python lines that make the two models of this view and its month."""
        head = f"policy={self.a.policy!r}, scale={self.scale}, years={self.years}, rng={self.seed}"
        if self.world.source != DEFAULT:
            head = f"world={self.world.source!r}, {head}"
        lines = ["from abm import RareCareModel", ""]
        lines.append(f"a = RareCareModel({head}{_settings(self.a)})")
        others = [(side, spec) for side, spec in self.policies.items() if side != "a"]
        lines += [
            f"{side} = a.branch({spec.policy!r}{_settings(spec)})  # the same people, draws"
            for side, spec in others
        ]
        if self.month:
            lines += [f"for _ in range({self.month}):"]
            lines += [f"    {side}.step()" for side in self.policies]
        lines.append("tables_a, tables_b = a.outcomes(), b.outcomes()")
        if self.province:
            lines.append("patients_a, patients_b = tables_a['patients'], tables_b['patients']")
            for side in "ab":
                lines.append(
                    f"patients_{side} = patients_{side}[patients_{side}.province == "
                    f"{self.province!r}]"
                )
        if self.patient is not None:
            lines += [f"print({side}.patients[{self.patient}].journey())" for side in "ab"]
        return "\n".join(lines) + "\n"


VIEWED = (
    "month", "province", "tab", "language", "patient", "disease", "map", "way", "period", "origin",
    "goal", "hospital",
)  # fmt: skip
"""What can change without another model."""


def read_policy_spec(text: str, view: ViewState) -> PolicySpec:
    """Return a world's policy, or several joined by "+", as one of the two that are compared."""
    spec = PolicySpec(text.strip())
    spec.load(view.world)
    return spec


def read_scale(text: str, view: ViewState) -> float:
    """Return a scale that a page takes.

    Args:
        text: What was typed.
        view: Whose language a refusal speaks.

    Raises:
        UserError: If it is no number, or out of the range.
    """
    try:
        scale = float(text)
    except ValueError:
        scale = -1.0
    if not SMALLEST_SCALE <= scale <= LARGEST_SCALE:
        raise UserError(
            view.texts("shell.bad_scale", text=_short(text), low=SMALLEST_SCALE, high=LARGEST_SCALE)
        )
    return scale


def read_years(text: str, view: ViewState) -> int:
    """Return a length of the scenario, years."""
    return _whole("years", text, MOST_YEARS, view, low=1)


def read_seed(text: str, view: ViewState) -> int:
    """Return a seed."""
    return _whole("seed", text, LARGEST_SEED, view)


def _whole(name: str, text: str, high: int, view: ViewState, low: int = 0) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and low <= int(text) <= high):
        texts = view.texts
        raise UserError(
            texts(
                "shell.bad_number",
                name=texts(f"shell.{name}"),
                text=_short(text),
                low=low,
                high=high,
            )
        )
    return int(text)


def _province(text: str, view: ViewState) -> str:
    return _one_of("province", text, ("", *view.world.provinces["province"]))


def _hospital(text: str, view: ViewState) -> str:
    return _one_of("hospital", text, ("", *view.world.hospitals["hospital"]))


def _disease(text: str, view: ViewState) -> str:
    return _one_of("disease", text, ("", *view.world.diseases["disease"]))


def _one_of(kind: str, text: str, known: Iterable[str]) -> str:
    if text not in known:
        raise unknown(kind, text[:60], filter(None, known))
    return text


_READERS = {
    "language": lambda text, _: _one_of("language", text, LANGUAGES),
    "a": read_policy_spec,
    "b": read_policy_spec,
    "c": read_policy_spec,
    "d": read_policy_spec,
    "scale": read_scale,
    "years": read_years,
    "seed": read_seed,
    "month": lambda text, view: _whole("months", text, view.horizon, view),
    "province": _province,
    "patient": lambda text, view: _whole("patient", text, LARGEST_SEED, view),
    "disease": _disease,
    "map": lambda text, _: text,
    "way": lambda text, _: text,
    "period": lambda text, _: text,
    "origin": _province,
    "goal": _province,
    "hospital": _hospital,
}


def _short(text: str) -> str:
    return repr(text if len(text) <= 24 else text[:20] + "...")


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _settings(spec: PolicySpec) -> str:
    values: Mapping[str, Any] = spec.values()
    if not values:
        return ""
    return f", settings={values!r}".replace(": inf", ": float('inf')")
