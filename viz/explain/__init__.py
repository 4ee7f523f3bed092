"""What stands behind the (i) of a number, a chart or a lever, in `words`."""
