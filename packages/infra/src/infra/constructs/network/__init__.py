"""VPC, subnets, endpoints, security groups."""
