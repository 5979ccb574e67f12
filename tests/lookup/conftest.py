"""One registered person with a card, in a small Jilin."""

import pytest
from fixtures.registered import make, places

__all__ = ["make", "places"]


@pytest.fixture
def ask(client):
    """Type number and name into the public form."""

    def typed(no, name, **kwargs):
        return client.post("/verify/", {"no": no, "name": name}, **kwargs)

    return typed
