"""The Kinemotion service: an HTTP API around the kinemotion command."""

from importlib.metadata import version

__version__ = version("kinemotion-backend")
