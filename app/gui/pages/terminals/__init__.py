"""The terminals page: register, swaps and moves, custody, import and export."""
