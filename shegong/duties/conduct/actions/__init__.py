"""Conduct: every change."""
