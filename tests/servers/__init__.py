"""Real servers for tests, each started by the tests on a free port of 127.0.0.1 and stopped after.

None of them touches a server that the machine runs already, nor the configuration in /etc.
The fixtures that hand them out are in tests/conftest.py.
"""
