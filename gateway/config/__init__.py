"""The configuration: read once at start into frozen values."""

from gateway.config.listeners import Listener, Service
from gateway.config.load import load
from gateway.config.signing import Dkim
from gateway.config.tables import (
    Archive,
    Auth,
    Config,
    Directory,
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
    "Service",
    "Smarthost",
    "Store",
    "Web",
    "Workers",
    "load",
]
