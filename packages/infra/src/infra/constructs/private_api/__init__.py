"""The private API Gateway in front of the load balancer."""
