"""The settings page: this machine, people, contacts, models, backups and the check of the data."""
