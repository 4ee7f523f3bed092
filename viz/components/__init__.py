"""Parts of the page: `sidebar`, `panels` (notices, cards, tab bar) and our own Vue `widgets`.

The `.vue` files are the only JavaScript of the project; each has its Python face in `widgets`. Tabs
may use `widgets`; `sidebar` and `panels` are for `viz.app`.
"""
