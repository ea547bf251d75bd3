"""What people look at: the verdict in words, and the pictures."""
