"""The joint conference: members, meetings, resolutions and what became of them (M1)."""
