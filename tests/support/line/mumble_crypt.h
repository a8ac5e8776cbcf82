/*
 * How Mumble seals a datagram: OCB2 with AES-128, of whose nonce one byte is
 * sent, and of whose tag three. For measuring beside it only; nothing of chibo
 * is sealed so.
 */
#ifndef TESTS_SUPPORT_LINE_MUMBLE_CRYPT_H
#define TESTS_SUPPORT_LINE_MUMBLE_CRYPT_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MUMBLE_BLOCK_SIZE = 16,
    MUMBLE_HEAD_SIZE = 4, /* before what is sealed */
    MUMBLE_NONCES = 256
};

struct mumble_crypt {
    EVP_CIPHER_CTX *seal, *open; /* owned; NULL before mumble_crypt_init() */
    uint8_t seal_nonce[MUMBLE_BLOCK_SIZE];
    uint8_t open_nonce[MUMBLE_BLOCK_SIZE];
    uint8_t opened[MUMBLE_NONCES]; /* second byte of the nonces, by the first */
};

/* All of MUMBLE_BLOCK_SIZE bytes. False: the library failed. */
bool mumble_crypt_init(struct mumble_crypt *crypt, const uint8_t *key,
                       const uint8_t *seal_nonce, const uint8_t *open_nonce);
void mumble_crypt_release(struct mumble_crypt *crypt);
/* What the other end seals with from now on. */
void mumble_crypt_set_open_nonce(struct mumble_crypt *crypt,
                                 const uint8_t *nonce);

/* Writes size + MUMBLE_HEAD_SIZE bytes. */
void mumble_crypt_seal(struct mumble_crypt *crypt, const uint8_t *plain,
                       size_t size, uint8_t *out);
/* Writes size - MUMBLE_HEAD_SIZE bytes. False: forged, repeated, or so many
 * were lost that the nonce cannot be told any more. */
bool mumble_crypt_open(struct mumble_crypt *crypt, const uint8_t *sealed,
                       size_t size, uint8_t *out);

#endif
