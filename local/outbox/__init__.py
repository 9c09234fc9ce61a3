"""What the local stack has sent: it takes SMS and e-mail as SNS, SES and Africa's Talking do, and shows them.

Nothing leaves the machine. Started with `python -m local.outbox`.
"""
