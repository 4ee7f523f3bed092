"""What a difference between two policies depends on: the world, or the guesses of the policy.

`factors` says what is moved, `outcomes` what is looked at, `points` runs the model; `screening`
(Morris), `variance` (Sobol) and `discovery` (PRIM) are the methods, `study` puts them together,
`sentences` and `saving` tell what was found, `command` is `rarecare sensitivity`.
"""
