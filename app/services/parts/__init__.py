"""Use cases of spare parts: the catalogue, the price list, the stock of store and vans."""
