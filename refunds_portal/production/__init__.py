"""Whether this installation may be opened to the public: its environment, its gateways, its database."""
