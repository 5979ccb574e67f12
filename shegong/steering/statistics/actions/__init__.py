"""Frozen figures: every change."""
