"""The seven pages.  A page asks services through `AppContext.tasks` and knows no other page."""
