"""What the tabs read of two living models: the scene, people, funds, names."""
