"""What was done, by whom, when and on which computer: the operation log's values and rules."""
