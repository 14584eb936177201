"""The configuration: read once at start into frozen values."""

from gateway.config.load import load
from gateway.config.signing import Dkim
from gateway.config.tables import (
    Archive,
    Auth,
    Config,
    Directory,
    Listener,
    Metrics,
    PolicySettings,
    SchoolTable,
    Store,
    Web,
    Workers,
)
from gateway.config.upstream import Smarthost

__all__ = [
    "Archive",
    "Auth",
    "Config",
    "Directory",
    "Dkim",
    "Listener",
    "Metrics",
    "PolicySettings",
    "SchoolTable",
    "Smarthost",
    "Store",
    "Web",
    "Workers",
    "load",
]
