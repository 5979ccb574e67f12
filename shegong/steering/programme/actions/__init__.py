"""The plan: every change."""
