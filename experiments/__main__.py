"""`python -m experiments` is `rarecare` without pictures and without the browser view."""

from experiments.cli import main

main()
