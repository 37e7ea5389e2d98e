"""Handing incidents and visits to technicians."""
