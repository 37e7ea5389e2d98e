"""Widgets and mechanisms that know no page: forms, tables, theme, background tasks, PDF view."""
