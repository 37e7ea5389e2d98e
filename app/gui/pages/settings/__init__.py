"""Settings of this machine, people, contacts, models, and the care of the data."""
