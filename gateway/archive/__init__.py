"""What the school must keep: every external message as submitted and as delivered, in one provable chain."""
