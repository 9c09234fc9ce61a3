"""Writes docs/openapi.json from the template, the functions, their input models and the table of refusals.

What the code does not know, words and examples, stands in `words/` and `examples.py`.
"""
