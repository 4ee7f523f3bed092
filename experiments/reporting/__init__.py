"""From runs to statements: paired statistics, contrasts, sentences, the console.

`statistics` works out estimates and intervals, `contrasts` which policy is better in what,
`summary` says it in a table, `narrative` in sentences, `screen` on one screen in two languages
(`texts`), `console` prints. `scope` says whose people, which zones and what was set.
"""
