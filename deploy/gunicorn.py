"""gunicorn for every service: one process with threads; scale by adding processes."""

worker_class = "gthread"
workers = 1
threads = 16
timeout = 120
graceful_timeout = 10
keepalive = 75
errorlog = "-"
loglevel = "warning"
accesslog = None  # the services log what matters as JSON; addresses with what people typed stay out of logs
control_socket_disable = True
