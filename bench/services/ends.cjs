// A program that does nothing: the time of its process is that of a bare Node.
