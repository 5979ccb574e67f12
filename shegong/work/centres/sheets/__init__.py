"""Workbooks of centres: importing this package declares their layouts."""
