"""Dispatch, inspection, circulars, reports and acceptance of the plan.: every change."""
