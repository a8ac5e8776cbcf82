#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/pulse_daemon.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TRIES = 1000, PAUSE_MS = 20, WORD_MAX = 16 };
/* A device waits for three seconds; what is refused is refused at once. */
enum { DEVICE_WAITS_S = 3, DEVICE_TRIES = 40 };

static struct {
    char folder[64];
    char config[128];
    pid_t pid;
} daemon_of;

static void name_file(char *out, size_t size, const char *prefix,
                      const char *name)
{
    int length = snprintf(out, size, "%s%s/%s", prefix, daemon_of.folder, name);

    assert_in_range(length, 1, size - 1);
}

/* In the child: nothing but the system's calls. */
static void become(char *const arguments[])
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (nowhere >= 0 && dup2(nowhere, 0) == 0 && dup2(nowhere, 1) == 1 &&
        dup2(nowhere, 2) == 2)
        execvp(arguments[0], arguments);
    _exit(127);
}

/* A command line of words without blanks becomes a process. */
static pid_t spawn(const char *program, const char *detail)
{
    char text[512];
    char *words[WORD_MAX] = { NULL };
    char *rest = NULL;
    size_t count = 0;
    pid_t child;

    assert_in_range(snprintf(text, sizeof text, "%s%s", program, detail), 1,
                    sizeof text - 1);
    for (char *word = strtok_r(text, " ", &rest); word;
         word = strtok_r(NULL, " ", &rest)) {
        assert_true(count + 1 < WORD_MAX);
        words[count++] = word;
    }
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        become(words);
    return child;
}

static int run(const char *command)
{
    pid_t child = spawn("pactl ", command);
    int status = -1;

    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void pulse_daemon_set_up(bool rescues)
{
    char path[128];
    FILE *file;

    snprintf(daemon_of.folder, sizeof daemon_of.folder,
             "/tmp/chibo-pulse-XXXXXX");
    assert_non_null(mkdtemp(daemon_of.folder));
    name_file(daemon_of.config, sizeof daemon_of.config, "", "daemon.conf");
    file = fopen(daemon_of.config, "w");
    assert_non_null(file);
    assert_true(fprintf(file, "rescue-streams = %s\n", rescues ? "yes" : "no") >
                0);
    assert_int_equal(fclose(file), 0);
    name_file(path, sizeof path, "unix:", "native");
    assert_int_equal(setenv("PULSE_SERVER", path, 1), 0);
    assert_int_equal(setenv("PULSE_CONFIG", daemon_of.config, 1), 0);
    assert_int_equal(setenv("XDG_RUNTIME_DIR", daemon_of.folder, 1), 0);
    assert_int_equal(setenv("HOME", daemon_of.folder, 1), 0);
}

static void await_answer(void)
{
    const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
    int tries = 0;

    while (run("info") != 0) {
        assert_int_equal(waitpid(daemon_of.pid, NULL, WNOHANG), 0);
        assert_true(tries++ < TRIES);
        nanosleep(&pause, NULL);
    }
}

void pulse_daemon_start(const char *script)
{
    char path[128];
    FILE *file;

    name_file(path, sizeof path, "", "server.pa");
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fprintf(file,
                        "load-module module-native-protocol-unix "
                        "auth-anonymous=1 socket=%s/native\n%s",
                        daemon_of.folder, script) > 0);
    assert_int_equal(fclose(file), 0);
    daemon_of.pid = spawn("pulseaudio -n --exit-idle-time=-1 --realtime=no "
                          "--use-pid-file=no --daemonize=no -F ",
                          path);
    await_answer();
}

void pulse_daemon_end(void)
{
    if (daemon_of.pid <= 0)
        return;
    assert_int_equal(kill(daemon_of.pid, SIGKILL), 0);
    assert_int_equal(waitpid(daemon_of.pid, NULL, 0), daemon_of.pid);
    daemon_of.pid = 0;
}

void pulse_daemon_do(const char *command) { assert_int_equal(run(command), 0); }

static time_t clock_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

void pulse_daemon_start_device(struct audio_device *device,
                               const struct audio_device_handlers *handlers)
{
    enum result result;
    time_t begin_s;
    int tries = 0;

    do {
        begin_s = clock_s();
        result = device->start(device, handlers);
    } while (result == RESULT_IO && clock_s() - begin_s >= DEVICE_WAITS_S &&
             tries++ < DEVICE_TRIES);
    assert_int_equal(result, RESULT_OK);
}

static int remove_entry(const char *path, const struct stat *info, int kind,
                        struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

void pulse_daemon_tear_down(void)
{
    pulse_daemon_end();
    assert_int_equal(
        nftw(daemon_of.folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
}
