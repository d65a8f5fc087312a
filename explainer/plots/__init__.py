"""The room for pictures: reusable Qt items that only receive data (no torch)."""
