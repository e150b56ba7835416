"""The simulator: a referee (clock, network, clients, gateway, trace) and a host (the player's nodes)."""
