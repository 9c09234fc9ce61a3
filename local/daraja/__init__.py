"""A stand-in for Safaricom's M-PESA Daraja on one machine, with a handset in the browser.

It takes what Daraja takes, refuses what Daraja refuses, and posts real callbacks. Wherever Safaricom's own text
and what people observed disagree, the observed shape is the one spoken here.
"""
