"""Spare parts: the catalogue, and how many of each lie in the office store and in the vans."""
