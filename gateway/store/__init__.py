"""The state of the gateway: one transaction per moment, keys apart, nothing readable without the master key."""
