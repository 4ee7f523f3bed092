"""What a run yields: yearly and monthly records, tables, one patient's journey.

`recorder` writes while a run goes on, `tables` makes tables of that, `patient_columns` one column a
function, `journey` the story of a patient. Reads the state and changes nothing.
"""
