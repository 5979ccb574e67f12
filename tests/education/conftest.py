"""People of one county; see tests/fixtures/county.py."""

from fixtures.county import (  # noqa: F401  fixtures come in by their names
    day,
    herself,
    make_employer,
    make_officer,
    make_person,
    officer_person,
    person,
    regions,
    sign_in,
)
from fixtures.registered import make, places  # noqa: F401
