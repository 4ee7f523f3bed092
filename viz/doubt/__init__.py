"""Doubt by default: pairs with other seeds and parameter sets, lived beside the page.

`pairs` lives one of them in a process of its own, `batch` keeps a page's, `spreads` makes intervals
of what they found. Nothing is claimed on the page but what these pairs bear out.
"""
