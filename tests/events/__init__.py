"""The event catalogue: what is published of events holds, and stays held.

`asyncapi-3.0.0.json.gz` is the AsyncAPI initiative's own schema of AsyncAPI 3.0.0 documents, as @asyncapi/specs 6.11.1
publishes it (`schemas/3.0.0-without-$id.json`, Apache-2.0), packed.
"""
