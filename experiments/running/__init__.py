"""Many runs: tasks on any executor, a file for each run, a manifest that repeats them."""
