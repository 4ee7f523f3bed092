"""What makes a result one that somebody else can make again."""

import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from experiments.design import Design
from experiments.running.run_cache import code_fingerprint, version
from experiments.running.runner import RunStatus

LIBRARIES = ("mesa", "numpy", "numba", "pandas", "pyarrow", "scipy")


def manifest(
    design: Design,
    *,
    command: str | None,
    again: str,
    runs: Mapping[tuple[str, int], str],
    failed: Sequence[RunStatus] = (),
    seconds: float,
) -> dict[str, Any]:
    """Return the manifest of a results folder, as plain data.

    Args:
        design: What is compared, on what, with which seeds.
        command: What was typed, if it was.
        again: The command that gives the same results, with every option.
        runs: File of each run, by policy and seed.
        failed: The runs that failed.
        seconds: How long it took.
    """
    setting = design.setting
    world = setting.world
    return {
        "command": command,
        "again": again,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "duration_seconds": round(seconds, 2),
        "baseline": next(iter(design.policies)),
        "policies": [
            {"name": name, "title": policy.title, "given_as": design.references[name],
             "levers": policy.canonical(), "toml": policy.to_toml(whole=True)}
            for name, policy in design.policies.items()
        ],
        "world": {"name": world.name, "checksum": setting.world_is,
                  "first_year": world.first_year, "currency": world.about.currency,
                  "price_year": world.about.price_year, "provinces": list(world.inhabited)},
        "parameters": {
            "scale": setting.scale, "years": setting.years, "runs": len(design.seeds),
            "pooled": setting.pooled, "zone": setting.zone and list(setting.zone),
            "ranked_by": setting.ranked_by,
            "settings": {path: str(value) for path, value in design.settings.items()},
            "world": dict(world.parameters),
        },
        "seeds": list(design.seeds),
        "versions": {
            "rarecare": version(), "python": platform.python_version(),
            **{name: metadata.version(name) for name in LIBRARIES},
            "code": code_fingerprint(),
        },
        "git_revision": git_revision(),
        "platform": platform.platform(),
        "runs": [{"policy": policy, "seed": seed, "file": file}
                 for (policy, seed), file in runs.items()],
        "failed": [status._asdict() for status in failed],
    }  # fmt: skip


def git_revision() -> str | None:
    """Return the commit of the sources, "-changed" added if they differ; None outside git."""
    try:
        answer = subprocess.run(
            ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--abbrev=40",
             "--dirty=-changed", "--exclude=*"],
            capture_output=True, text=True, timeout=10, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() or None
