"""Runs beside one another: lanes, their headers and how a comparison begins and ends."""
