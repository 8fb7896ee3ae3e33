"""Addresses of warehouses, stores and gateways: read into parts, shown by parts, and never repeated out of an error.

`reading` makes an `Address` of a text, before anything of the environment is put into it; `address` holds its parts;
`masking` shows a text that was not read; `hidden` knows a secret in every dress; `reasons` says what a driver said.
"""
