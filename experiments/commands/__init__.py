"""Commands of `rarecare` that have a module of their own, and the options that they share."""
