"""The real Jilin with its plan; see tests/fixtures/jilin.py."""

from fixtures.jilin import jilin, officer  # noqa: F401  fixtures come in by their names
