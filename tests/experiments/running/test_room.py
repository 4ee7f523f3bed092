"""What is too large for a machine, or too small to learn from, is told before it is run."""

import pytest

from abm.policy import load_policy
from abm.policy.files import FROM_THE_START
from experiments import cli
from experiments.design import make_design
from experiments.running import room


def design(scale=0.02, **asked):
    return make_design(["zone"], world="island", scale=scale, years=1, **asked)


def test_people_alive_are_the_prevalence_of_those_who_are_simulated():
    """Island: 20 million people, of whom 130 in 100,000 are ill; Leeward has 8 million."""
    whole = design().setting.world.diseases["prevalence_per_100k"].sum()
    assert room.people_alive(design()) == pytest.approx(20e6 * whole / 1e5 * 0.02)
    assert room.people_alive(design(provinces=["Leeward"])) == pytest.approx(
        8e6 * whole / 1e5 * 0.02
    )


def test_what_fits_is_not_told_of():
    assert room.told_of_size(design(), 2) == []


def test_what_cannot_fit_is_told_with_both_sizes(monkeypatch):
    monkeypatch.setattr(room, "memory", lambda: 600e6)
    (line,) = room.told_of_size(design(), 2)
    assert line.startswith("--scale 0.02: 2 processes need about 1 GB of memory, this machine has ")
    assert room.told_of_size(design(), 1) == []


def test_a_pool_of_the_nation_of_which_a_part_is_simulated_is_told():
    nation = {"financing.pooling.basic": "nation"}
    assert room.told_of_pools(design(settings=nation)) == []
    assert room.told_of_pools(design(provinces=["Leeward"])) == []
    (line,) = room.told_of_pools(design(provinces=["Leeward"], settings=nation))
    assert "holds those who are simulated alone" in line
    always = load_policy("zone", world="island").with_settings(nation, FROM_THE_START)
    (line,) = room.told_of_pools(
        make_design([always], world="island", scale=0.02, years=1, provinces=["Leeward"])
    )
    assert line.startswith(f"{always.name}: ")


@pytest.mark.parametrize("text", ["max\n", "", None])
def test_a_container_without_a_limit_is_the_machine(monkeypatch, tmp_path, text):
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(room, "LIMIT", limit)
    machine = room.memory()
    if text is not None:
        limit.write_text(text)
    assert room.memory() == machine
    limit.write_text("1000000\n")
    assert room.memory() == 1e6


def test_too_few_people_are_told_by_the_command(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_run_comparison", stop)
    monkeypatch.setattr(cli, "run_one", stop)
    for command in (["compare"], ["run", "zone"]):
        assert cli.run([*command, "--world", "island", "--scale", "1e-5"]) == 130
        told = [one for one in capsys.readouterr().err.splitlines() if "rarecare" in one]
        assert told[0].startswith("rarecare: --scale 1e-05: about 0 simulated people are ill")
        assert len(told) == 2
