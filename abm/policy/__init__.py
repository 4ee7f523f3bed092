"""A policy: dated levers, each change with its source, loaded from TOML and combined.

`load_policy` gives a `Policy`, `read_policy` one that levers on top can still put right. `levers`
and `benefits` declare what can be set, `paths` names it, `files` reads it, `timeline` dates it,
`triggers` change it by what a year was like, `validation` refuses contradictions, `diff` puts
differences into words.
"""

from abm.policy.loading import (
    Policy,
    load_policy,
    policy_names,
    policy_schema,
    read_policy,
)
from abm.policy.triggers import Fired

__all__ = ["Fired", "Policy", "load_policy", "policy_names", "policy_schema", "read_policy"]
