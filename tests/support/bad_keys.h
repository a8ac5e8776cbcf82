/*
 * Keys that must not stand for anybody, each with a signature that a verifier
 * which only follows the equation of RFC 8032 takes for any message: R and the
 * key are points of small order, S is zero.
 */
#ifndef TESTS_SUPPORT_BAD_KEYS_H
#define TESTS_SUPPORT_BAD_KEYS_H

#include "protocol/base/identifier.h"

enum { BAD_KEY_COUNT = 8 };

struct key bad_key(unsigned number); /* 0 to BAD_KEY_COUNT - 1 */
struct signature bad_key_signature(void);

#endif
