"""Signing in, and what somebody is let in by."""
