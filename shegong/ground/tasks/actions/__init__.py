"""Tasks: every change."""
