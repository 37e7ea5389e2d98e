"""Guided diagnosis over the estate: terminal facts, learned counts, sessions."""
