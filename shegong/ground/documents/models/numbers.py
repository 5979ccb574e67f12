"""The policy of documents in force, read once."""

from datetime import date
from functools import cache

from django.conf import settings

from shegong.ground.documents.rules.numbers import DocumentPolicy, load_documents
from shegong.kernel.policy import Policy


@cache
def documents_policies() -> Policy[DocumentPolicy]:
    """All versions of policy/documents.toml."""
    return load_documents(settings.POLICY_DIR)


def documents_policy(on: date) -> DocumentPolicy:
    """The version of policy/documents.toml that holds on `on`."""
    return documents_policies().on(on)
