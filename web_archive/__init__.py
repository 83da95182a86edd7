"""The archive on the web: server-rendered pages over the hub's database.

It reads. It needs no JavaScript, sets no cookie, and shows nothing that `mailhub.sight` does not allow.
"""
