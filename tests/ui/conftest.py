"""The showcase of components, served to the browser."""

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture
def showcase(settings, live_server) -> str:
    """Address of the component showcase, behind the real middleware and content policy."""
    file = Path(__file__).with_name("gallery.py")
    spec = importlib.util.spec_from_file_location("ui_gallery", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    settings.ROOT_URLCONF = module
    return live_server.url
