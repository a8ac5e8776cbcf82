/*
 * The connection to chibod: a unix socket, one JSON object a line. Lines of the
 * register go into the book, which verifies them; answers to whom they belong.
 */
#include "server/control/chiboctl.h"

#include "protocol/meeting/refusal.h"
#include "protocol/meeting/spoken_words.h"
#include "protocol/program/result_words.h"
#include "protocol/program/rule_words.h"
#include "server/platform/entropy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    ANSWER_S = 60, /* without a word from the server */
    READ_SIZE = 65536,
    /* The longest line is an event as it stands in an opening or a log. */
    LINE_SIZE_MAX = LIMIT_EVENT_SIZE + LIMIT_MESSAGE_SIZE
};

struct chiboctl_link {
    int fd;
    char *bytes; /* received and not yet taken */
    size_t begin, size, capacity;
    struct chiboctl_hello hello;
    uint64_t next_request;
    bool is_caught_up;
};

const struct chiboctl_hello *chiboctl_hello(const struct chiboctl *ctl)
{
    return &ctl->link->hello;
}

/* --- Bytes --------------------------------------------------------------- */

static int open_socket(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const struct timeval patience = { .tv_sec = ANSWER_S };
    int fd;

    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) ||
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) ||
        connect(fd, (const struct sockaddr *)(const void *)&address,
                sizeof address) != 0) {
        const int error = errno;

        (void)close(fd); /* nothing was written */
        errno = error;
        return -1;
    }
    return fd;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t written = send(fd, bytes, size, MSG_NOSIGNAL);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

static bool read_more(struct chiboctl_link *link)
{
    ssize_t count;

    if (link->begin > 0) {
        memmove(link->bytes, link->bytes + link->begin,
                link->size - link->begin);
        link->size -= link->begin;
        link->begin = 0;
    }
    if (link->capacity - link->size < READ_SIZE) {
        const size_t wanted = 2 * link->capacity + READ_SIZE;
        char *grown =
            link->size < LINE_SIZE_MAX ? realloc(link->bytes, wanted) : NULL;

        if (!grown)
            return false;
        link->bytes = grown;
        link->capacity = wanted;
    }
    do
        count = recv(link->fd, link->bytes + link->size,
                     link->capacity - link->size, 0);
    while (count < 0 && errno == EINTR);
    if (count <= 0)
        return false;
    link->size += (size_t)count;
    return true;
}

/* The next line without its end; borrowed until the next call. */
static bool read_line(struct chiboctl_link *link, struct text_view *line)
{
    size_t searched = 0;

    for (;;) {
        const size_t left = link->size - link->begin;
        const char *end = left > searched
                              ? memchr(link->bytes + link->begin + searched,
                                       '\n', left - searched)
                              : NULL;

        if (end) {
            line->data = link->bytes + link->begin;
            line->size = (size_t)(end - line->data);
            link->begin += line->size + 1;
            return true;
        }
        searched = left;
        if (!read_more(link))
            return false;
    }
}

/* --- Lines --------------------------------------------------------------- */

static int lost(void)
{
    return chiboctl_fail(CHIBOCTL_FAILED,
                         _("the connection to the server was lost"));
}

static int untrusted(enum result result)
{
    return chiboctl_fail(CHIBOCTL_FAILED,
                         _("the server's register cannot be trusted (%s): it "
                           "contradicts itself"),
                         result_words(result));
}

/*
 * Reads one line. Events and openings go into the book; anything else is given
 * out in `*other` (a new reference) for the caller to look at.
 */
static int take_line(struct chiboctl *ctl, json_t **other)
{
    struct text_view line;
    json_t *object = NULL;
    enum result result = RESULT_OK;

    *other = NULL;
    if (!read_line(ctl->link, &line))
        return lost();
    if (message_parse(line.data, line.size, &object) != RESULT_OK)
        return untrusted(RESULT_MALFORMED);
    if (json_object_get(object, "ev"))
        result = ctl->book
                     ? register_book_add_event(ctl->book, line.data, line.size)
                     : RESULT_MALFORMED;
    else if (json_object_get(object, "open"))
        result = ctl->book ? register_book_add_opening(ctl->book, line.data,
                                                       line.size)
                           : RESULT_MALFORMED;
    else
        *other = json_incref(object);
    json_decref(object);
    return result == RESULT_OK ? CHIBOCTL_OK : untrusted(result);
}

/* --- Refusals ------------------------------------------------------------ */

static void print_argument(const json_t *value)
{
    const char *text = json_string_value(value);
    const char *spoken = text ? spoken_word(text) : NULL;

    if (text)
        (void)fputs(_(spoken ? spoken : *text ? text : " "), stderr);
    else if (json_is_integer(value))
        (void)fprintf(stderr, "%" JSON_INTEGER_FORMAT,
                      json_integer_value(value));
}

/* A rule of the ruleset by its name; one of a later server by its place. */
static void print_rule_name(const json_t *value)
{
    const char *place = json_string_value(value);
    const enum rule_id rule =
        place ? rule_id_read(text_view_of(place)) : rule_id_none_;

    if (rule == rule_id_none_)
        print_argument(value);
    else
        (void)fputs(rule_words(rule, ""), stderr);
}

/* Prints the message with each {name} replaced by its argument. */
static void print_filled(const char *message, const json_t *arguments)
{
    while (*message) {
        const char *end = *message == '{' ? strchr(message, '}') : NULL;
        char name[32];

        if (!end || (size_t)(end - message) > sizeof name) {
            (void)fputc(*message++, stderr);
            continue;
        }
        memcpy(name, message + 1, (size_t)(end - message - 1));
        name[end - message - 1] = '\0';
        if (strcmp(name, "rule") == 0)
            print_rule_name(json_object_get(arguments, name));
        else
            print_argument(json_object_get(arguments, name));
        message = end + 1;
    }
}

/* By what: the name of a rule of the ruleset, or in words. */
static void print_rule(enum refusal_code code, const json_t *arguments)
{
    const char *rule = json_string_value(json_object_get(arguments, "rule"));
    struct refusal refusal = { .code = code };
    const char *suffix;
    json_t *words;

    if (rule)
        refusal_add_text(&refusal, "rule", text_view_of(rule));
    suffix = refusal_suffix(&refusal);
    if (!suffix)
        return;
    words = json_pack("{s:s, s:s}", "words", refusal_rule_words(code), "rule",
                      rule ? rule : "");
    print_filled(_(suffix), words);
    json_decref(words);
}

static int say_refused(const struct chiboctl *ctl, const json_t *error)
{
    const char *code = json_string_value(json_object_get(error, "code"));
    const char *message = json_string_value(json_object_get(error, "message"));
    const enum refusal_code known =
        code ? refusal_code_of(text_view_of(code)) : REFUSAL_NONE;
    const json_t *arguments = json_object_get(error, "args");

    if (ctl->is_json) {
        char *text = json_dumps(error, JSON_COMPACT);

        (void)fprintf(stderr, "%s\n", text ? text : "");
        free(text);
        return CHIBOCTL_REFUSED;
    }
    (void)fputs("chiboctl: ", stderr);
    print_filled(known != REFUSAL_NONE ? _(refusal_message(known))
                 : message             ? message
                                       : "?",
                 arguments);
    if (json_object_get(arguments, "path") && known != REFUSAL_BAD_MESSAGE &&
        known != REFUSAL_TOO_LONG) {
        (void)fputs(" (", stderr);
        print_argument(json_object_get(arguments, "path"));
        (void)fputc(')', stderr);
    }
    print_rule(known, arguments);
    (void)fputc('\n', stderr);
    return CHIBOCTL_REFUSED;
}

/* --- Requests ------------------------------------------------------------ */

static int write_request(struct chiboctl *ctl, const json_t *request)
{
    char *text = NULL;
    size_t size = 0;
    int code = CHIBOCTL_OK;

    if (message_text(request, &text, &size) != RESULT_OK)
        return chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
    if (size > LIMIT_ADMIN_LINE_SIZE)
        code = chiboctl_fail(CHIBOCTL_FAILED,
                             _("this is too much for one command"));
    else if (!write_all(ctl->link->fd, text, size) ||
             !write_all(ctl->link->fd, "\n", 1))
        code = lost();
    free(text);
    return code;
}

/* Waits for the answer to `request`; `*answer` is a new reference on OK. */
static int await_answer(struct chiboctl *ctl, uint64_t request, json_t **answer)
{
    for (;;) {
        json_t *other;
        const json_t *re;
        const json_t *error;
        const int code = take_line(ctl, &other);

        if (code != CHIBOCTL_OK)
            return code;
        if (json_object_get(other, "caught_up"))
            ctl->link->is_caught_up = true;
        re = json_object_get(other, "re");
        error = json_object_get(other, "error");
        if (error && (!re || json_integer_value(re) == (json_int_t)request)) {
            const int refused = say_refused(ctl, error);

            json_decref(other);
            return refused;
        }
        if (re && json_integer_value(re) == (json_int_t)request) {
            *answer = other;
            return CHIBOCTL_OK;
        }
        json_decref(other);
    }
}

/* Reads on until the book holds event `seq`. */
static int await_event(struct chiboctl *ctl, uint64_t seq)
{
    while (register_book_state(ctl->book)->next_seq <= seq) {
        json_t *other;
        const int code = take_line(ctl, &other);

        if (code != CHIBOCTL_OK)
            return code;
        json_decref(other);
    }
    return CHIBOCTL_OK;
}

int chiboctl_send(struct chiboctl *ctl, struct command *command,
                  struct identifier *made)
{
    json_t *request = NULL;
    json_t *answer = NULL;
    const json_t *seq;
    const char *id;
    enum result result;
    int code;

    command->request = ctl->link->next_request++;
    command->log = ctl->link->hello.organisation;
    result = command_encode(command, &request);
    if (result != RESULT_OK)
        return chiboctl_fail(CHIBOCTL_FAILED,
                             result == RESULT_INVALID
                                 ? _("a text is too long, or not clean text")
                                 : _("out of memory"));
    code = write_request(ctl, request);
    json_decref(request);
    if (code == CHIBOCTL_OK)
        code = await_answer(ctl, command->request, &answer);
    if (code != CHIBOCTL_OK)
        return code;
    seq = json_object_get(answer, "seq");
    id = json_string_value(json_object_get(answer, "made"));
    if (made && (!id || identifier_parse(text_view_of(id), made) != RESULT_OK))
        *made = (struct identifier){ "" };
    if (json_is_integer(seq))
        code = await_event(ctl, (uint64_t)json_integer_value(seq));
    json_decref(answer);
    return code;
}

int chiboctl_do(struct chiboctl *ctl, struct command *command)
{
    struct identifier made = { "" };
    const int code = chiboctl_send(ctl, command, &made);

    if (code != CHIBOCTL_OK)
        return code;
    if (ctl->is_json)
        (void)printf("{\"made\":\"%s\"}\n", made.text);
    else if (identifier_is_empty(&made))
        (void)printf("%s\n", _("done"));
    else
        (void)printf("%s\n", made.text);
    return CHIBOCTL_OK;
}

int chiboctl_ask(struct chiboctl *ctl, const char *op,
                 const struct identifier *log, json_t **answer)
{
    const uint64_t request = ctl->link->next_request++;
    json_t *asked = json_pack("{s:I, s:s, s:s}", "id", (json_int_t)request,
                              "op", op, "log", log->text);
    int code;

    if (!asked)
        return chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
    code = write_request(ctl, asked);
    json_decref(asked);
    return code == CHIBOCTL_OK ? await_answer(ctl, request, answer) : code;
}

/* --- Beginning and end --------------------------------------------------- */

static char *copy_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text ? strdup(text) : NULL;
}

static bool read_hello(struct chiboctl *ctl)
{
    struct chiboctl_hello *hello = &ctl->link->hello;
    const json_t *object;
    const char *organisation;
    json_int_t port;
    json_t *other;
    bool is_good;

    if (take_line(ctl, &other) != CHIBOCTL_OK)
        return false;
    object = json_object_get(other, "hello");
    organisation = json_string_value(json_object_get(object, "organisation"));
    port = json_integer_value(json_object_get(object, "port"));
    hello->server = copy_text(object, "server");
    hello->host = copy_text(object, "host");
    hello->fingerprint = copy_text(object, "fingerprint");
    hello->port = port > 0 && port <= UINT16_MAX ? (uint16_t)port : 0;
    is_good = organisation &&
              identifier_parse(text_view_of(organisation),
                               &hello->organisation) == RESULT_OK &&
              hello->server && hello->host && hello->fingerprint;
    json_decref(other);
    if (!is_good)
        chiboctl_fail(CHIBOCTL_FAILED, _("this is not a server of chibo"));
    return is_good;
}

static bool read_register(struct chiboctl *ctl)
{
    struct chiboctl_link *link = ctl->link;
    const uint64_t request = link->next_request++;
    json_t *answer = NULL;
    json_t *join = json_pack("{s:I, s:s, s:s}", "id", (json_int_t)request, "op",
                             "join", "log", link->hello.organisation.text);
    bool is_sent;

    if (!join ||
        register_book_new(&ctl->book, &link->hello.organisation) != RESULT_OK) {
        json_decref(join);
        chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
        return false;
    }
    is_sent = write_request(ctl, join) == CHIBOCTL_OK &&
              await_answer(ctl, request, &answer) == CHIBOCTL_OK;
    json_decref(join);
    json_decref(answer);
    while (is_sent && !link->is_caught_up) {
        json_t *other;

        if (take_line(ctl, &other) != CHIBOCTL_OK)
            return false;
        if (json_object_get(other, "caught_up"))
            link->is_caught_up = true;
        json_decref(other);
    }
    return is_sent;
}

/* Requests are answered once for ever, so no two runs use the same numbers. */
static bool choose_requests(struct chiboctl_link *link)
{
    uint8_t bytes[6];

    if (entropy_fill(entropy_system(), bytes, sizeof bytes) != RESULT_OK)
        return false;
    link->next_request = 1;
    for (size_t i = 0; i < sizeof bytes; i++)
        link->next_request = link->next_request << 8 | bytes[i];
    return true;
}

bool chiboctl_connect(struct chiboctl *ctl)
{
    const char *path = chiboctl_option(ctl, "socket");

    if (!path) {
        if (!chiboctl_load_config(ctl))
            return false;
        path = ctl->config.admin_socket_path;
    }
    ctl->link = calloc(1, sizeof *ctl->link);
    if (ctl->link)
        ctl->link->fd = -1;
    if (!ctl->link || !choose_requests(ctl->link)) {
        chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
        return false;
    }
    ctl->link->fd = open_socket(path);
    if (ctl->link->fd < 0) {
        chiboctl_fail(CHIBOCTL_FAILED,
                      _("cannot reach the server at %s: %s (is chibod "
                        "running?)"),
                      path, system_words(errno));
        return false;
    }
    return read_hello(ctl) && read_register(ctl);
}

void chiboctl_disconnect(struct chiboctl *ctl)
{
    ctl->book = register_book_free(ctl->book);
    if (!ctl->link)
        return;
    if (ctl->link->fd >= 0)
        (void)close(ctl->link->fd); /* answers are in: nothing can be lost */
    free(ctl->link->bytes);
    free(ctl->link->hello.server);
    free(ctl->link->hello.host);
    free(ctl->link->hello.fingerprint);
    free(ctl->link);
    ctl->link = NULL;
}
