# SPDX-License-Identifier: EUPL-1.2
"""The development issuer: gives anybody on this machine a token of any role.

It is a process of the local stack, on loopback, with a key of its own; production has an issuer
that knows people, and this one refuses to start there.
"""
