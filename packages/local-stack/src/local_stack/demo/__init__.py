"""What people see: the demo, its sample data, tables and next steps."""
