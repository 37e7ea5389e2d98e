"""Plans, recurrence rules, occurrences, visits, checklists, workload balancing and compliance."""
