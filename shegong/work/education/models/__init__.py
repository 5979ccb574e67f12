"""Continuing education: the ledger of hours, what is required, providers, classes, sign-in (T3.3)."""
