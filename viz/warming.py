"""Compiling the rules beside serving the page, once, in a process of its own."""

import subprocess
import sys
import threading

warming = threading.Lock()
"""Held while the rules are being compiled; building a model meanwhile would compile them again."""


def is_compiled() -> bool:
    """Return whether every rule has been compiled and kept."""
    from experiments.running.runner import is_compiled  # slow to import

    return is_compiled()


def warm_up() -> None:
    """Compile the rules where that has not been done.

    It is left to another process: in this one it would keep the pages waiting.
    """
    if is_compiled():
        return
    with warming:
        print("Compiling the rules (once, about a minute)", flush=True)
        lines = "from viz.warming import compile_now; compile_now()"
        subprocess.run([sys.executable, "-c", lines], check=False)
        compile_now()


def compile_now() -> None:
    """Compile every rule in this process, or load what was compiled."""
    from abm import load_policy
    from experiments.design import Setting
    from experiments.running.runner import compile_rules
    from viz.worlds import served_world

    world = served_world()
    setting = Setting(world, scale=1e-4, years=1)
    compile_rules(setting, load_policy(world.about.base, world=world))


def wait_until_warm() -> None:
    """Return once the rules are compiled and loaded, or at once where nobody does that."""
    with warming:
        pass
