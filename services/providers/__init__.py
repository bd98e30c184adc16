# SPDX-License-Identifier: EUPL-1.2
"""Support providers, and the support that was asked of them.

Owns: support providers, each with its regions, and requests for support with their history.
Emits: support-changed.v1.
Consumes: framework-changed.v1, standing-changed.v1.
"""
