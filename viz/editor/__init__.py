"""The policy editor: a draft of levers, its fields, its files."""
