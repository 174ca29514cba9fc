"""The query API on ECS Fargate, its load balancer, and the query Lambda."""
