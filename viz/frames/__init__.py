"""Frames: what each tab shows, read off a pair of models as plain data."""
