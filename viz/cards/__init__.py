"""The indicator cards above every tab.

`data` reads their numbers off the two models, `charts` puts them into words. The other rooms use
`data.read` and `charts.card_text`.
"""
