"""Parsers for configs."""


def pairs(text):
    return dict(line.split("=") for line in text.split())


def lines(text):
    return text.split()
