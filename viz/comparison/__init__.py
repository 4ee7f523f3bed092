"""A finished comparison, read back: its contrasts and their charts."""
