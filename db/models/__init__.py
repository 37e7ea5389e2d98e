"""The tables, by area of work; `everything` imports them all (migrations and checks need that).

A service imports the module it needs, so that start-up pays only for the tables it touches.
"""
