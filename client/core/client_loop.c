#include "client/core/client_loop.h"

#include "client/core/client_wire.h"

#include <assert.h>
#include <stdlib.h>

struct client_loop {
    uv_thread_t thread;
    uv_loop_t loop;
    uv_async_t wake;
    struct line_host *host;
    struct statement_cache cache;
    size_t client_max;

    uv_mutex_t lock; /* guards all below */
    size_t client_count;
    bool is_stopping;
    struct loop_member *called, **called_end;
};

/* --- On the loop's thread ------------------------------------------------ */

static struct loop_member *take_called(struct client_loop *loop,
                                       bool *is_stopping)
{
    struct loop_member *member;

    uv_mutex_lock(&loop->lock);
    member = loop->called;
    if (member) {
        loop->called = member->next;
        if (!loop->called)
            loop->called_end = &loop->called;
        member->next = NULL;
        member->is_called = false;
    }
    *is_stopping = loop->is_stopping;
    uv_mutex_unlock(&loop->lock);
    return member;
}

static void on_wake(uv_async_t *wake)
{
    struct client_loop *loop = wake->data;
    struct loop_member *member;
    bool is_stopping;

    while ((member = take_called(loop, &is_stopping)) != NULL)
        member->run(member->user);
    if (is_stopping && !uv_is_closing((uv_handle_t *)&loop->wake)) {
        uv_close((uv_handle_t *)&loop->wake, NULL);
        line_host_close(loop->host);
    }
}

static void run(void *user)
{
    struct client_loop *loop = user;

    uv_run(&loop->loop, UV_RUN_DEFAULT);
}

/* --- On any thread ------------------------------------------------------- */

void client_loop_call(struct client_loop *loop, struct loop_member *member)
{
    uv_mutex_lock(&loop->lock);
    if (!member->is_called) {
        member->is_called = true;
        member->next = NULL;
        *loop->called_end = member;
        loop->called_end = &member->next;
    }
    uv_mutex_unlock(&loop->lock);
    (void)uv_async_send(&loop->wake); /* fails only on a bad handle */
}

void client_loop_forget(struct client_loop *loop, struct loop_member *member)
{
    struct loop_member **link;

    uv_mutex_lock(&loop->lock);
    for (link = &loop->called; *link && *link != member;)
        link = &(*link)->next;
    if (*link) {
        *link = member->next;
        if (!*link)
            loop->called_end = link;
        member->is_called = false;
    }
    uv_mutex_unlock(&loop->lock);
}

enum result client_loop_enter(struct client_loop *loop)
{
    enum result result = RESULT_FULL;

    uv_mutex_lock(&loop->lock);
    if (loop->client_count < loop->client_max) {
        loop->client_count++;
        result = RESULT_OK;
    }
    uv_mutex_unlock(&loop->lock);
    return result;
}

void client_loop_leave(struct client_loop *loop)
{
    uv_mutex_lock(&loop->lock);
    assert(loop->client_count > 0);
    loop->client_count--;
    uv_mutex_unlock(&loop->lock);
}

uv_loop_t *client_loop_uv(struct client_loop *loop) { return &loop->loop; }

struct line_host *client_loop_host(struct client_loop *loop)
{
    return loop->host;
}

struct statement_cache *client_loop_cache(struct client_loop *loop)
{
    return &loop->cache;
}

/* Lets a loop end that has not been given to a thread. */
static void unwind(struct client_loop *loop)
{
    uv_close((uv_handle_t *)&loop->wake, NULL);
    if (loop->host)
        line_host_close(loop->host);
    uv_run(&loop->loop, UV_RUN_DEFAULT);
    loop->host = line_host_free(loop->host);
}

static enum result start_thread(struct client_loop *loop)
{
    if (uv_async_init(&loop->loop, &loop->wake, on_wake))
        return RESULT_IO;
    loop->wake.data = loop;
    if (line_host_new(&loop->host, &loop->loop,
                      loop->client_max * CLIENT_WIRE_LINES) ||
        uv_thread_create(&loop->thread, run, loop)) {
        unwind(loop);
        return RESULT_IO;
    }
    return RESULT_OK;
}

enum result client_loop_start(struct client_loop **out, size_t client_max)
{
    struct client_loop *loop = calloc(1, sizeof *loop);

    if (!loop)
        return RESULT_NO_MEMORY;
    loop->client_max = client_max;
    loop->called_end = &loop->called;
    if (uv_mutex_init(&loop->lock)) {
        free(loop);
        return RESULT_IO;
    }
    if (uv_loop_init(&loop->loop)) {
        uv_mutex_destroy(&loop->lock);
        free(loop);
        return RESULT_IO;
    }
    if (start_thread(loop)) {
        (void)uv_loop_close(&loop->loop); /* nothing is left on it */
        uv_mutex_destroy(&loop->lock);
        free(loop);
        return RESULT_IO;
    }
    *out = loop;
    return RESULT_OK;
}

struct client_loop *client_loop_stop(struct client_loop *loop)
{
    int left;

    if (!loop)
        return NULL;
    uv_mutex_lock(&loop->lock);
    assert(loop->client_count == 0);
    loop->is_stopping = true;
    uv_mutex_unlock(&loop->lock);
    (void)uv_async_send(&loop->wake); /* fails only on a bad handle */
    uv_thread_join(&loop->thread);
    line_host_free(loop->host);
    left = uv_loop_close(&loop->loop);
    assert(left == 0);
    (void)left;
    uv_mutex_destroy(&loop->lock);
    free(loop);
    return NULL;
}
