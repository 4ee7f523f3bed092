"""`python -m viz` is `rarecare`."""

from viz.start import main

main()
