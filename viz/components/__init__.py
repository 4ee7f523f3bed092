"""Our own Vue components, which any part of the page may use.

The `.vue` files are the only JavaScript of the project; each has its Python face in `widgets`.
"""
