# SPDX-License-Identifier: EUPL-1.2
"""What two or more services need: the contracts, the messaging and the running of a process."""
