"""Measures of inequity, financial protection and survival: arrays in, numbers out.

Usable without the model, on any data. Each function names its source; a new one needs a known
answer in its test.
"""
