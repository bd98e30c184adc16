# SPDX-License-Identifier: EUPL-1.2
"""Support providers, and the support that was asked of them.

Owns: support providers and requests for support.
Emits: nothing yet.
Consumes: nothing yet.
"""
