"""The rules of notifier: values and `now` in, events or Refused out."""
