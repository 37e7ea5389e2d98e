"""The exchange at full size: thousands of histories, and three months of work at once."""
