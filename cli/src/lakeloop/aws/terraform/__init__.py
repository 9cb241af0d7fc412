"""Terraform for the lake: one program that starts it, in the emulator's copy and in an account; its settings, state and outputs."""
