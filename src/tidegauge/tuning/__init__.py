"""Tuning: every constant that a judgement rests on, as frozen values with a reason and a source each."""
