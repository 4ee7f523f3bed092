"""`python -m experiments` is `rarecare` without pictures and without the browser view."""

from experiments.cli import app, main
from experiments.sensitivity.command import add_to

add_to(app)
main()
