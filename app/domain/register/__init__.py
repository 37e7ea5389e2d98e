"""Terminals, the merchants they stand at, models, people, and the numbers of the trade."""
