"""Proof of least privilege: the calls that the emulator wrote down against the policies that Terraform made."""
