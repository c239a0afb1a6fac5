import os, liberty
HERE = os.path.dirname(os.path.abspath(__file__))
def table(name):
    with open(f"{HERE}/{name}", encoding="utf-8") as file:
        return [[w.strip() for w in line.split(",", 2)] for line in file if not line.startswith("#") and line.strip()]
def read_library(p): return liberty.read(p)
