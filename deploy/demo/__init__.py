"""`motcua demo`: a commune's working day over HTTP, at high clock speed."""
