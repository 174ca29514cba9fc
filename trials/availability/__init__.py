"""Two services behind a load balancer, restarted and killed under load."""
