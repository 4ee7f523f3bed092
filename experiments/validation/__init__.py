"""What surveys and records say, asked of simulated people the same way."""
