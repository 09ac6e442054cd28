"""What signing in by SSO needs on this machine: browser, loopback listener, QR code."""
