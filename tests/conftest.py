"""What all tests share: the path to the project, worlds, and models that have run."""

import gc
import re
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings
from numba.extending import is_jitted

import abm.model
from abm import RareCareModel, load_policy, load_world
from abm.engine import phases
from experiments.running.branches import past_of

settings.register_profile(
    "rarecare",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much],
)
settings.load_profile("rarecare")

MEASURES = Path(__file__).parent / "abm" / "measures"
MODELS = 4
"""Models that are kept at a time."""
SLOW = re.compile(r"^pytestmark = pytest\.mark\.slow$", re.M)


def pytest_ignore_collect(collection_path, config):
    """Leave modules of slow tests unread where those are not wanted: loading them takes seconds."""
    if config.getoption("markexpr") == "not slow" and collection_path.suffix == ".py":
        return SLOW.search(collection_path.read_text(encoding="utf-8")) is not None or None
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what needs a browser, which is slow too, and whatever is not slow as a unit test.

    The laws of the measures are tried on many drawn arrays each, which adds up.
    """
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
        if hasattr(item.obj, "hypothesis") and MEASURES in item.path.parents:
            item.add_marker(pytest.mark.slow)
        if item.get_closest_marker("slow") is None:
            item.add_marker(pytest.mark.unit)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Let no test have the month compiled that is not marked slow: that takes most of a minute.

    A model is not to live a month there, and one that is refused has no other process begin to
    compile. The months of a hamlet are interpreted, unless slow tests, which have them compiled,
    are wanted as well.
    """
    with pytest.MonkeyPatch.context() as patch:
        if item.get_closest_marker("slow") is None:
            patch.setattr(abm.model, "precompile", SimpleNamespace(start=_nothing, wait=_no_month))
            if item.config.getoption("markexpr") == "not slow":
                _interpret_phases(patch)
        return (yield)


def _nothing():
    """Start no process."""


def _no_month(*_):
    """Fail where the first month would be lived."""
    pytest.fail("this test lives months, whose phases are to be compiled; mark it slow")


def _interpret_phases(patch):
    """Let Python run the phases of a month."""
    from tests.support.plain import agents as plain  # imports all rules, once more

    for name, phase in vars(phases).items():
        if is_jitted(phase) and phase.__module__ == phases.__name__:
            patch.setattr(phases, name, getattr(plain.phases, name))


def pytest_collection_finish():
    """Spare what has been imported and collected from being looked through as garbage."""
    gc.freeze()


@pytest.fixture(scope="session")
def world():
    """China."""
    return load_world()


@pytest.fixture(scope="session")
def island():
    """The invented world: small enough that fifteen years take a tenth of a second."""
    return load_world("island")


@pytest.fixture(scope="module", autouse=True)
def forget(request):
    """Let go, when the tests of a module are done, what its cached functions keep.

    A model and its tables take some 80 MB, and refer to themselves, so they go when garbage is
    collected, which large arrays do not hasten.
    """
    yield
    for kept in vars(request.module).values():
        if hasattr(kept, "cache_clear") and kept.__module__ == request.module.__name__:
            kept.cache_clear()
    if request.config.getoption("markexpr") != "not slow":
        gc.collect()


@pytest.fixture(scope="module")
def ran():
    """Return a function that makes a model and lives it to its horizon; do not change the model.

    Each combination of arguments runs once in a module, but for those that have not been asked for
    lately. Without others it is a small China of about 13,000 patients over six years. Policies
    with the same past branch off from one model that has lived it, which gives the same run.
    """

    first = {}

    @lru_cache(1)
    def lived(past, arguments):
        return RareCareModel(policy=first[past], **dict(arguments))

    @lru_cache(MODELS)
    def run(policy="as-happened", settings=(), **arguments):
        arguments = {"scale": 0.01, "years": 6, "rng": 1, **arguments}
        gc.collect()
        world = arguments.get("world") or load_world()
        loaded = load_policy(policy, dict(settings), world=world)
        past = past_of(loaded, world.first_month)
        first.setdefault(past, loaded)
        return lived(past, tuple(arguments.items())).branch(loaded).run()

    return run


@pytest.fixture(scope="module")
def tables(ran):
    """Return a function that gives the tables of such a model."""

    @lru_cache(MODELS)
    def outcomes(policy="as-happened", settings=(), **arguments):
        return ran(policy, settings, **arguments).outcomes()

    return outcomes


@pytest.fixture
def in_this_process():
    """Let batches do their runs in the test's process instead of starting some."""
    from tests.support.runs_here import runs_here

    with runs_here():
        yield
