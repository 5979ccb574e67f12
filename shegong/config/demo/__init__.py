"""An invented world on real divisions: offices with people in them, cases in every state, registrations of every status.

Everybody is invented; identity numbers stand under the unassigned province code 99, so none can belong to anyone.
"""
