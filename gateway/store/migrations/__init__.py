"""Schema versions, one folder a database: `main` (state) and `keys`."""
