"""What every agent is built from: records, compilation, random numbers, sets, parameters."""
