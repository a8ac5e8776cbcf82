/*
 * Signatures that were verified once are not verified again: for programs in
 * which many clients see the same record. Linked with --wrap=key_verify only;
 * only what was found right is remembered, by the digest of key, signature and
 * all bytes that are signed. One thread.
 */
#ifndef TESTS_SUPPORT_REMEMBERED_VERIFY_H
#define TESTS_SUPPORT_REMEMBERED_VERIFY_H

#include "protocol/record/signing_key.h"

/* key_verify(), as it is. */
enum result __real_key_verify(const struct key *key, const void *bytes,
                              size_t size, const struct signature *signature);
enum result __wrap_key_verify(const struct key *key, const void *bytes,
                              size_t size, const struct signature *signature);

#endif
