"""What the world keeps of each kind of agent: one record a module, every field declared once.

To keep something more, add a line. The layout in memory, the tables and docs/state.md follow.
"""
