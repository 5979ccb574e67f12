"""Workbooks as a door: a layout says what the columns mean, the mechanism reads, checks, takes in, returns and undoes."""
