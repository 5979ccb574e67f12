#!/usr/bin/env python
"""Same as the `shegong` command; here for tools that look for manage.py."""

from shegong.__main__ import main

if __name__ == "__main__":
    main()
