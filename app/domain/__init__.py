"""Pure rules of the trade: values, drafts, lifecycles, recurrence, inference.

May import the standard library and dateutil; never a clock, files, a database, Qt or logging.
Whatever varies (time, language, settings) arrives as an argument.
"""
