"""Where a patient's cells came from and what touched them, read both ways: family tree, recall, custody report."""
