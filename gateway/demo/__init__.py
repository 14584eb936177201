"""`postwacht demo`: a sample school, a mail server to deliver to, and messages sent through by SMTP, on loopback."""
