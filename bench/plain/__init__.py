"""What an ordinary team writes with Django REST framework: the twin that the service is measured against.

Model view sets and model serializers, token authentication, page numbers, filters, the usual middleware; psycopg2 and
connections that are kept open. It has no events, history, idempotency, visibility, audit or rate limits.
"""
