"""`python -m viz` is `rarecare`."""

from viz.command import main

main()
