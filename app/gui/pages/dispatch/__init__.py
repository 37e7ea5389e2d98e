"""The dispatch page: who does what on which day."""
