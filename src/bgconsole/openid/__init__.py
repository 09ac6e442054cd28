"""OpenID Connect: signing people in at an identity provider, and knowing whether it answers."""
