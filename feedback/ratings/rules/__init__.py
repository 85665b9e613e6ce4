"""What is true of ratings without a database."""
