"""What stands around the tabs: the `sidebar`, and in `panels` notices, cards and the tab bar.

For `viz.app` alone.
"""
