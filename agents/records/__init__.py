"""What the world keeps of each kind of agent: one record a module, every field declared once."""
