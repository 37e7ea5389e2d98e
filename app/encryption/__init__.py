"""Encryption of what lies on this computer's disk: keys, the key file, sealed files."""
