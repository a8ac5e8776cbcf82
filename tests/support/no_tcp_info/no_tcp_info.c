/*
 * Preloaded, it makes a system that says nothing of its TCP connections: asking
 * for TCP_INFO fails as it does where there is no such thing. Everything else
 * is asked of the real system.
 */
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/socket.h>

#define EXPORTED __attribute__((visibility("default")))

EXPORTED int getsockopt(int socket, int level, int name, void *value,
                        socklen_t *size);

int getsockopt(int socket, int level, int name, void *value, socklen_t *size)
{
    int (*real)(int, int, int, void *, socklen_t *);

    if (level == IPPROTO_TCP && name == TCP_INFO) {
        errno = ENOPROTOOPT;
        return -1;
    }
    *(void **)&real = dlsym(RTLD_NEXT, "getsockopt");
    return real(socket, level, name, value, size);
}
