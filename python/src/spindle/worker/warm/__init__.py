"""Keeps imported modules for the next spin: processes that wait, and are forked when a spin comes.

The *keeper* listens on a socket and imports nothing of the user's. Its *base* has imported the libraries the flow
uses, and a *flow process* the flow itself, with the files it was made of. A spin gets a *session*: a fork of the flow
process that is a worker like any other, forks its tasks and ends. When a file has changed the session is forked from
the base and imports the project's modules anew; it then leaves a copy of itself as the next flow process.

The next session and its first task are forked in advance (*spare*).
"""
