# SPDX-License-Identifier: EUPL-1.2
"""The one place where the shape of a message, a request, an answer or a code is written."""
