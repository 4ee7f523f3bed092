"""Many runs: tasks on any executor, a shard for each, a manifest that repeats them."""
