"""Care of the data over time: the journal of operations, rebuilding, proof of the state, checks."""
