"""The console's widgets. Each owns its messages and knows no backend."""
