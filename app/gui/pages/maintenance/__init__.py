"""The maintenance page: calendar, lanes and list; visits worked off; plans, levelling, paper."""
