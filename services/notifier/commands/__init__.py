"""What can be asked of notifier: plain functions, one transaction each."""
