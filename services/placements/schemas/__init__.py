# SPDX-License-Identifier: EUPL-1.2
"""The edge: what people ask and read, what other services say and hear."""
