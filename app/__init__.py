"""POSCare: log, diagnose, repair and document abnormal POS terminals; plan their maintenance."""

__version__ = "1.0.0"
