"""The terminal register: terminals, models, people; import and export."""
