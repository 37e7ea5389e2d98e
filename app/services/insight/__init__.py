"""Figures and warnings over many incidents."""
