"""Brings what a laptop had before it joined an office into the state of the office."""
