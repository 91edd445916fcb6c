"""Deep Boltzmann machines and deep belief nets."""
