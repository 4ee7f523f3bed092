"""From runs to statements: paired statistics, contrasts, sentences, the console.

`statistics` works out estimates and intervals, `contrasts` which policy is better in what,
`narrative` says it in words, `summary` in a table, `console` on a screen.
"""
