"""The one way out of the building: outbox, mail server, DKIM, bounces, notices."""
