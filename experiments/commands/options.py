"""Options that several commands have: each is declared once."""

from pathlib import Path
from typing import Annotated

import typer

WorldOption = Annotated[str, typer.Option(help="Name of a shipped world, or a world's folder.")]
Provinces = Annotated[
    str | None,
    typer.Option(
        help="Simulate the people of these only, in English or Chinese, separated by commas. A "
        "zone's own places are the lever zone.provinces."
    ),
]
Scale = Annotated[
    float, typer.Option(help="Simulated patients per real one, above 0 and at most 1.")
]
Years = Annotated[int, typer.Option(help="Length of the scenario.")]
Seed = Annotated[int, typer.Option(help="Seed of the first run; the others follow it.")]
Out = Annotated[Path | None, typer.Option(help="Folder of results; by default one under runs/.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", help="Set a lever: levers.path=value, or a parameter of the world: "
                 "parameters.NAME=value. May be repeated. A lever of a benefit layer or a zone is "
                 "set in the policies that have it."),
]  # fmt: skip
ParameterSet = Annotated[
    str, typer.Option("--parameters", help="Number of one of the world's parameter sets, or best: "
                      "the values of parameters.csv.")
]  # fmt: skip
ParameterSets = Annotated[
    str, typer.Option("--parameters", help="sets: each pair of runs with another of the world's "
                      "parameter sets; best: all with the values of parameters.csv; a file of "
                      "sets; or the number of one set.")
]  # fmt: skip
Pooled = Annotated[
    bool, typer.Option("--pooled", help="Let undetailed rare diseases load the hospitals too.")
]
RankBy = Annotated[
    str, typer.Option(help="Income that ranks people in fifths, gaps and indices: the household's "
                      "per head (head), or the household's (household).")
]  # fmt: skip
Variant = Annotated[
    list[str] | None,
    typer.Option("--variant", help="Compare a policy with levers set: NAME:levers.path=value, or "
                 "SHORT=NAME:levers.path=value to call it by a short name; several levers with "
                 "';' between them, in quotes. May be repeated."),
]  # fmt: skip
UntilWidth = Annotated[
    list[str] | None,
    typer.Option(help="Run pairs until the 95 % interval of every difference in MEASURE is WIDTH "
                 "wide: MEASURE=WIDTH in the measure's unit, such as time_undiagnosed=0.5, or "
                 "MEASURE:BY:GROUP=WIDTH. May be repeated.", show_default=False),
]  # fmt: skip
Cluster = Annotated[
    str | None,
    typer.Option(help="Address of a Dask scheduler; its workers must share the folder.",
                 show_default=False),
]  # fmt: skip
OF_FILE = "the file's own"
"""Default of what a design or a goal says itself."""
FileWorld = Annotated[
    str | None, typer.Option(help="Name or folder of a world.", show_default=OF_FILE)
]
FileProvinces = Annotated[
    str | None,
    typer.Option(help="Simulate the people of these only, separated by commas.",
                 show_default=OF_FILE),
]  # fmt: skip
FileScale = Annotated[
    float | None, typer.Option(help="Simulated patients per real one.", show_default=OF_FILE)
]
FileYears = Annotated[
    int | None, typer.Option(help="Length of the scenario.", show_default=OF_FILE)
]
FileSeed = Annotated[
    int | None,
    typer.Option(help="Seed of the first run; the others follow it.", show_default=OF_FILE),
]
FileParameters = Annotated[
    str | None,
    typer.Option(help="sets: each seed with another of the world's parameter sets; best: all "
                 "with the values of parameters.csv; a file of sets; or the number of one.",
                 show_default=OF_FILE),
]  # fmt: skip
Full = Annotated[
    bool, typer.Option("--full", help="Print all tables and sentences below the answer (English).")
]
Language = Annotated[str, typer.Option(help="Language of the screen: en or zh.")]
Workers = Annotated[
    int | None, typer.Option(help="Processes. [default: as many as cores]", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="Print results as JSON and nothing else.")]
