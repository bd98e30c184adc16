# SPDX-License-Identifier: EUPL-1.2
"""One package per deployable; none of them imports another."""
