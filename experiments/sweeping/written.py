"""A sweep's design as a file by which it is made again, point for point."""

from typing import Any

from experiments.design import OF_WORLD
from experiments.entries import toml_value
from experiments.measures.run_view import RANKINGS
from experiments.sweeping.plan import Plan

POINTS, DESIGN = "points.csv", "design.toml"


def design_text(plan: Plan) -> str:
    """Return the TOML text of a design whose points are those of `points.csv` beside it."""
    base, setting = plan.base, plan.base.setting
    world = setting.world
    entries: dict[str, Any] = {
        "policies": [base.references[name] or name for name in base.policies], "table": POINTS,
        "runs": len(base.seeds), "seed": base.seeds[0], "scale": setting.scale,
        "years": setting.years, "world": world.source,
    }  # fmt: skip
    if len(world.inhabited) < len(world.provinces):
        entries["provinces"] = list(world.inhabited)
    if lived := base.parameters_again(single=False):
        entries["parameters"] = lived[-1]
    if setting.pooled:
        entries["pooled"] = True
    if setting.ranked_by != RANKINGS[0]:
        entries["ranked_by"] = setting.ranked_by
    entries |= {"measures": list(plan.measures), "groups": list(plan.groups)}
    lines = [
        "# Every point as it was run.",
        *(f"{k} = {toml_value(v)}" for k, v in entries.items()),
    ]
    fixed = {OF_WORLD + name: value for name, value in world.changed_parameters.items()}
    if settings := {**base.settings, **fixed}:
        lines += ["", "[settings]", *(f'"{k}" = {toml_value(v)}' for k, v in settings.items())]
    return "\n".join(lines) + "\n"
