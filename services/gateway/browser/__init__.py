# SPDX-License-Identifier: EUPL-1.2
"""Browsers: they log in at the issuer, and carry their token in a cookie that they cannot read."""
