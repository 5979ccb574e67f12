"""Continuing education: every change."""
