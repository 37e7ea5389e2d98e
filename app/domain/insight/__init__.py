"""Figures over many incidents, and the rules of warnings."""
