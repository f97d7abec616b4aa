"""Inbox, contacts, announcements, webhooks and credit platforms (消息) as GraphQL."""
