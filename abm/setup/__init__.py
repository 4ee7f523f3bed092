"""From a world and a policy to arrays: places, people, pools, and the rules in force."""
