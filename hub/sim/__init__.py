"""The same world, simulated: what the demo shows, the tests play and the stories document."""
