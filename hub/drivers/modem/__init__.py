"""The GSM modem: grammar (at), SMS codec (pdu), models (profiles), conversation (machine), thread and port (driver)."""
