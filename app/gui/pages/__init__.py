"""The seven pages.  A page asks services through `Desk.tasks` and knows no other page."""
