"""The rules of emergency access: pure functions and values, standard library only.

Nothing here reads a clock, a file or a database. The real login, the simulator, the forecasts and
the server all ask the same functions, so that what is shown before an act is what happens after it.
"""
