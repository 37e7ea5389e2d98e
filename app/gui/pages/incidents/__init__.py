"""The incidents page: list at the left, one incident with everything about it at the right."""
