"""Frozen figures: snapshots with a hash, never changed, replaced by a new version with its reason."""
