"""The insight page: figures of a period and terminals that keep failing, with their incidents."""
