"""Abnormal-status incidents: states and actions, deadlines, what people enter about them."""
