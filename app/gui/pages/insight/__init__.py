"""Figures of a period and first warnings, each with the numbers behind it."""
