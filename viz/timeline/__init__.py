"""Any month of two living models: `keyframes` of the models, `frames` of what was shown, `marks`.

A month that has gone by is lived again from the keyframe before it, which gives the same bytes; so
what the page shows of a month does not depend on how one came there.
"""
