"""The listeners: SMTP as staff's mail clients speak it, on aiosmtpd."""
