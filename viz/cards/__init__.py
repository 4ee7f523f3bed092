"""The indicator cards above every tab: what they read, how they look."""
