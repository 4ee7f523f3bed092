"""Measures of inequity, financial protection and survival: arrays in, numbers out."""
