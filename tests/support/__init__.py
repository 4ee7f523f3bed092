"""What tests share: small worlds, plain rules, pages, servers."""
