"""The trail of every change, sealed so that a missing or altered entry is found and named."""
