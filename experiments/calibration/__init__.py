"""Fitting a world's parameters to what surveys and records say, and saying how sure that is.

Priors come from the parameters' ranges and tags (`priors`); the model is run on designed points
(`simulating`), waves of which teach an emulator (`emulator`) where the model agrees with the
targets (`figures`, `posterior`, `waves`). `learning` says what was learned, `coverage` proves the
method on truths that are known, `record` keeps it all and `command` is `rarecare calibrate`.
"""
