"""Incidents from the report to closing, their event log, and imported history."""
