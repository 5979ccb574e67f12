"""Backups: made whole or not at all, sealed with a key of their own, restored with proof, drilled with figures."""
