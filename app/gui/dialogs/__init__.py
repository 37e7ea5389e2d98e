"""Dialogs: draft in, draft out.  The page that opened one calls the service."""
