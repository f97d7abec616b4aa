"""Which route answers a request, and what it has asked for first: found without looking at everything.

FastAPI and Starlette look at one route after another, a regular expression each, until one answers, and go through what a
route depends on step by step. A service has hundreds of routes, and most of what they depend on is the request alone.
"""
