"""Shared widgets.  They show values and emit signals; none calls a service."""
