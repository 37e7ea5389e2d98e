"""Plans, due dates, generation of visits, visits and checklists, balancing, compliance."""
