"""The pages: signs of life, a page a clause, and the sender's page behind the link of a notice."""
