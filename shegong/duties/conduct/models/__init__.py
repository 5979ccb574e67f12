"""Conduct: complaints, inquiries, decisions, sanctions and appeals (T4.2.f)."""
