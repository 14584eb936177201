"""Who may sign in to the pages, and what each role may do there."""
