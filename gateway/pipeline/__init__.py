"""What happens between "the message is here" and "250": accept, facts, dispose, release."""
