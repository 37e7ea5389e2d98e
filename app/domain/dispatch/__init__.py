"""Who does what on which day: incidents and visits handed to technicians, and their answers."""
