"""`python -m experiments` is `rarecare`."""

from experiments.cli import main

main()
