"""The joint conference: every change."""
