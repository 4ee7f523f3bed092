"""Many runs: tasks on any executor, a file for each run, a manifest that repeats them.

`runner.run_batch` is the way in; `branches` lives one seed under all policies, `executors` and
`cluster` say where, `run_cache` and `files` keep what is done, `manifest` says how to make it
again.
"""
