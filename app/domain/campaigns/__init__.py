"""Campaigns: one piece of work at many terminals."""
