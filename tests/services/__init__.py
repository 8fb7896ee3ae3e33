"""Real servers for tests, on free ports of the loopback interface, and the tests that they answer."""
