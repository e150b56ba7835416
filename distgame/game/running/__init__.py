"""Running programs: in this process, in workers behind walls, over many seeds and machines."""
