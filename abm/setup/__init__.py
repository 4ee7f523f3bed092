"""From a world and a policy to arrays: places, people, pools, and the rules in force.

`initial_state.build` makes a world without patients, `population` its patients, `apply_policy` puts
a policy into force. `epidemiology`, `referral_network` and `risk_pools` work out what they need.
"""
