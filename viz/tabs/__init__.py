"""The tabs: one Solara component each, which draws a frame."""
