"""The look of both services: layout, components, forms, error pages, security headers.

It holds no model and knows no other application: what it shows of them is handed to it by the
callable that ``settings.UI_LAYOUT`` names.
"""
