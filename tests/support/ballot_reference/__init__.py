"""The secret ballot written a second time: group, proofs, trustees, ballots,
tally, decryption, archive and a strict verifier, from the specification of the
records alone and with nothing but Python's standard library. It shares no code
with ours, so what both accept and both refuse is not one reading of one person.

Not constant in time, not for real votes.
"""
