"""English and Chinese: `texts` of the page, names of `levers`, titles of `policies`.

A text belongs into the `texts.csv` of the room that shows it; what several rooms show stands in the
one here, and so do the Chinese names of what is declared in English elsewhere: levers, their units
and choices, policies.
"""
