"""What can be taken away from a page: `tidy` numbers, a `caption` for pictures, a `snapshot`."""
