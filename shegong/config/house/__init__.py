"""What stands around the product: its Python environment, its embedded database, the processes it runs."""
