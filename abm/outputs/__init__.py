"""What a run yields: yearly and monthly records, tables, one patient's journey."""
