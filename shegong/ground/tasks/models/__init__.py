"""Tasks: one matter with an owner, a deadline, proof and a closing (督办)."""
