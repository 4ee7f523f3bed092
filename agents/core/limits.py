"""How many of each thing a world and a policy can have: what the records have room for.

What is beyond is refused by name and number when the world or the policy is loaded
(`abm.world.limits`, `abm.policy.coverage`); rules need not look.
"""

DISEASES, DRUGS = 1024, 1024
"""Members of a set of diseases or drugs."""
LAYERS = 256
"""Benefit layers that pay in one month."""
LINES = 8
"""Benefit layers that one bill can meet."""
TRIED = 8
"""Hospitals that failed which a patient's record has room for."""
LIFETIME = 1200
"""Months beyond which no spell goes on."""
COUNTED = 250
"""To what a small count goes, such as a patient's wrong labels; it stays there."""
WAITS = 61
"""Months waited that are counted apart; the last place also holds longer waits."""
# Below what two bytes hold. Written as a product: the literal 32000 stands for NEVER alone.
ROWS = 32 * 1000
"""Rows of what patients and hospitals refer to by a small whole number: cities, paths, ..."""
LISTS = 255
"""Lists of network hospitals; their numbers begin at 1."""
IDENTITIES = 1_000_000_000
"""People who fall ill in a run: of detailed diseases, and again of pooled ones."""
