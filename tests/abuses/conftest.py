"""The world of the sweep (an account of every role, an object of every type), for abuses that go through every page."""

import importlib.util
import sys
from pathlib import Path

import pytest
from django.test import Client

from shegong.kernel.http import today

_path = Path(__file__).parents[1] / "architecture" / "objects.py"
_spec = importlib.util.spec_from_file_location("abuse_objects", _path)
objects = importlib.util.module_from_spec(_spec)
sys.modules["abuse_objects"] = objects
_spec.loader.exec_module(objects)


@pytest.fixture
def filled():
    """`filled(world, route, names)`: the names of a path with the objects of each county."""
    return objects.filled


@pytest.fixture
def world(db):
    return objects.build(today())


@pytest.fixture
def visitors(world, let_in):
    """Every account of the world with a browser, by its label; and nobody."""
    found = {"anonymous": (Client(), None)}
    for visitor in world.visitors:
        if visitor.user is not None:
            found[visitor.label] = (let_in(Client(), visitor.user), visitor)
    return found
