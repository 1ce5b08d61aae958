"""Paystack, Cloudinary and Resend on one loopback port, for development and tests.

A program of its own (``python -m devtools.sandbox``): it imports nothing of the shop, and the shop
reaches it only over HTTP, with the very client code that reaches the real providers.
"""
