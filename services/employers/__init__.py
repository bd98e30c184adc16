# SPDX-License-Identifier: EUPL-1.2
"""National employers: who they are, what they adapt, and whom to ask for.

Owns: employers, each with one national contact (a role, never a person).
Emits: employer-changed.v1.
Consumes: nothing.
"""
