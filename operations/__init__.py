"""What an operator runs against a deployed system, with their own AWS credentials."""
