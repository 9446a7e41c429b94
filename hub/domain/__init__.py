"""The rules of telecare: pure. No I/O, no threads, no clock, no randomness, no logging."""
