/*
 * Memory for libwebsockets. Each connection gets a read buffer larger than a
 * TLS record, of which next to nothing is ever used; but it is cut from memory
 * that OpenSSL has just filled in the handshake, so all of it would count as
 * the process's. A large new buffer has pages of its own; they are given back
 * to the kernel, and come again, empty, when they are touched.
 */
#ifndef SERVER_NET_LIBRARY_MEMORY_H
#define SERVER_NET_LIBRARY_MEMORY_H

#include <stddef.h>

/* realloc(), or free() when `size` is 0, in the form of lws_set_allocator(). */
void *library_memory_allocate(void *old, size_t size, const char *reason);

#endif
