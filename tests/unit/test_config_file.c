#include "server/platform/config_file.h"
#include "tests/support/scratch_folder.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

struct fixture {
    struct scratch_folder folder;
    struct scratch_path path;
    struct config config;
    char error[CONFIG_ERROR_SIZE];
};

static int set_up(void **state)
{
    static struct fixture fixture;

    memset(&fixture, 0, sizeof fixture);
    scratch_folder_make(&fixture.folder);
    fixture.path = scratch_folder_file(&fixture.folder, "chibod.conf");
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    config_file_release(&fixture->config);
    scratch_folder_remove(&fixture->folder);
    return 0;
}

static enum result load(struct fixture *fixture, const char *text)
{
    FILE *file = fopen(fixture->path.text, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return config_file_load(&fixture->config, fixture->path.text,
                            fixture->error);
}

static void assert_error(const struct fixture *fixture, unsigned line,
                         const char *rest)
{
    char wanted[CONFIG_ERROR_SIZE];

    snprintf(wanted, sizeof wanted, "%s:%u: %s", fixture->path.text, line,
             rest);
    assert_string_equal(fixture->error, wanted);
}

static void without_a_file_the_defaults_serve(void **state)
{
    struct fixture *fixture = *state;
    struct config *config = &fixture->config;

    assert_int_equal(config_file_load(config, NULL, fixture->error), RESULT_OK);
    assert_string_equal(config->listen_address, "127.0.0.1");
    assert_int_equal(config->listen_port, 7443);
    assert_string_equal(config->public_host, "localhost");
    assert_int_equal(config->public_port, 0);
    assert_string_equal(config->data_directory, "chibo-data");
    assert_string_equal(config->database_path, "chibo-data/chibo.db");
    assert_string_equal(config->identity_key_path, "chibo-data/identity.key");
    assert_string_equal(config->ballot_key_path, "chibo-data/ballot.key");
    assert_string_equal(config->archive_directory, "chibo-data/archive");
    assert_string_equal(config->ballot_directory, "chibo-data/ballots");
    assert_string_equal(config->hall_pepper_path, "chibo-data/hall.pepper");
    assert_string_equal(config->admin_socket_path, "chibo-data/admin.sock");
    assert_string_equal(config->tls_key_path, "chibo-data/tls_key.pem");
    assert_true(config->makes_certificate);
    assert_string_equal(config->rules_directory, "config/rules");
    assert_string_equal(config->ruleset, "interim-2026-11");
    assert_int_equal(config->grace_ms, 30000);
    assert_int_equal(config->talk_pace_ms, 2000);
    assert_int_equal(config->bundle_window_max_ms, 60);
    assert_string_equal(config->metrics_token, "");
    assert_int_equal(config->log_level, LOG_LEVEL_INFO);
}

static void every_setting_of_a_file_is_taken(void **state)
{
    struct fixture *fixture = *state;
    struct config *config = &fixture->config;

    assert_int_equal(load(fixture, "listen_address = \"::\";\n"
                                   "listen_port = 0;\n"
                                   "public_host = \"chibo.vi-du.vn\";\n"
                                   "public_port = 443;\n"
                                   "data_directory = \"/var/lib/chibo\";\n"
                                   "admin_socket = \"/run/chibo/s\";\n"
                                   "rules_directory = \"/etc/chibo/rules\";\n"
                                   "ruleset = \"hiệp hội-1\";\n"
                                   "ballot_key = \"/etc/chibo/b.key\";\n"
                                   "hall_pepper = \"/etc/chibo/h.key\";\n"
                                   "tls_certificate = \"/etc/c.pem\";\n"
                                   "tls_key = \"/etc/k.pem\";\n"
                                   "connection_max = 60000;\n"
                                   "connection_max_per_address = 1;\n"
                                   "worker_job_max = 4096;\n"
                                   "grace_ms = 600000L;\n"
                                   "talk_pace_ms = 0;\n"
                                   "bundle_window_max_ms = 20;\n"
                                   "metrics_token = \"0123456789abcdef\";\n"
                                   "log_level = \"debug\";\n"),
                     RESULT_OK);
    assert_string_equal(config->listen_address, "::");
    assert_int_equal(config->listen_port, 0);
    assert_string_equal(config->public_host, "chibo.vi-du.vn");
    assert_int_equal(config->public_port, 443);
    assert_string_equal(config->database_path, "/var/lib/chibo/chibo.db");
    assert_string_equal(config->admin_socket_path, "/run/chibo/s");
    assert_string_equal(config->ballot_key_path, "/etc/chibo/b.key");
    assert_string_equal(config->ballot_directory, "/var/lib/chibo/ballots");
    assert_string_equal(config->hall_pepper_path, "/etc/chibo/h.key");
    assert_string_equal(config->rules_directory, "/etc/chibo/rules");
    assert_string_equal(config->ruleset, "hiệp hội-1");
    assert_string_equal(config->tls_certificate_path, "/etc/c.pem");
    assert_string_equal(config->tls_key_path, "/etc/k.pem");
    assert_false(config->makes_certificate);
    assert_int_equal(config->connection_max, 60000);
    assert_int_equal(config->connection_max_per_address, 1);
    assert_int_equal(config->worker_job_max, 4096);
    assert_int_equal(config->grace_ms, 600000);
    assert_int_equal(config->talk_pace_ms, 0);
    assert_int_equal(config->bundle_window_max_ms, 20);
    assert_string_equal(config->metrics_token, "0123456789abcdef");
    assert_int_equal(config->log_level, LOG_LEVEL_DEBUG);
}

static void relative_paths_count_from_the_files_directory(void **state)
{
    struct fixture *fixture = *state;
    char wanted[256];

    assert_int_equal(load(fixture, "data_directory = \"dữ-liệu\";"), RESULT_OK);
    snprintf(wanted, sizeof wanted, "%s/dữ-liệu/chibo.db",
             fixture->folder.path);
    assert_string_equal(fixture->config.database_path, wanted);
    snprintf(wanted, sizeof wanted, "%s/rules", fixture->folder.path);
    assert_string_equal(fixture->config.rules_directory, wanted);
}

static void the_shipped_file_is_taken(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(config_file_load(&fixture->config, "config/chibod.conf",
                                      fixture->error),
                     RESULT_OK);
    assert_string_equal(fixture->config.rules_directory, "config/rules");
}

static void an_unknown_setting_is_refused_with_its_line(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(load(fixture, "# ghi chú\nlisten_port = 1;\n\nport = 2;"),
                     RESULT_MALFORMED);
    assert_error(fixture, 4, "port: unknown setting");
}

static void bad_syntax_is_refused_with_its_line(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(load(fixture, "listen_port = 1;\nlog_level = ;\n"),
                     RESULT_MALFORMED);
    assert_error(fixture, 2, "syntax error");
}

static void a_setting_given_twice_is_refused(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(load(fixture, "listen_port = 1;\nlisten_port = 2;\n"),
                     RESULT_MALFORMED);
    assert_error(fixture, 2, "duplicate setting name");
}

static void values_out_of_bounds_are_refused(void **state)
{
    static const char *const lines[] = {
        "listen_port = -1;",
        "listen_port = 65536;",
        "listen_port = 4294967297L;",
        "listen_port = 1.5;",
        "listen_port = true;",
        "listen_port = \"7443\";",
        "public_port = 65536;",
        "connection_max = 0;",
        "connection_max = 60001;",
        "connection_max_per_address = 0;",
        "worker_job_max = 0;",
        "worker_job_max = 4097;",
        "grace_ms = 999;",
        "grace_ms = 600001;",
        "talk_pace_ms = -1;",
        "talk_pace_ms = 60001;",
        "bundle_window_max_ms = -1;",
        "bundle_window_max_ms = 61;",
        "listen_address = \"localhost\";",
        "listen_address = \"\";",
        "listen_address = 127;",
        "public_host = \"\";",
        "public_host = \"chi bộ\";",
        "public_host = \"a/b\";",
        "data_directory = \"\";",
        "data_directory = { };",
        "metrics_token = \"quá ngắn\";",
        "metrics_token = \"0123456789abcde\";",
        "metrics_token = \"0123456789 abcdef\";",
        "log_level = \"loud\";",
        "log_level = 1;",
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (load(fixture, lines[i]) != RESULT_MALFORMED)
            fail_msg("taken: %s", lines[i]);
        assert_non_null(strstr(fixture->error, ":1: "));
        assert_null(fixture->config.listen_address);
    }
}

static void a_certificate_without_its_key_is_refused(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(load(fixture, "tls_certificate = \"c.pem\";"),
                     RESULT_MALFORMED);
    assert_string_equal(
        fixture->error,
        "tls_certificate and tls_key go together: give both or none");
}

static void a_socket_path_too_long_for_a_socket_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char text[256];

    snprintf(text, sizeof text, "admin_socket = \"/%0107d\";", 0);
    assert_int_equal(load(fixture, text), RESULT_MALFORMED);
    snprintf(text, sizeof text, "admin_socket = \"/%0106d\";", 0);
    assert_int_equal(load(fixture, text), RESULT_OK);
}

static void a_file_that_is_not_there_is_not_found(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(
        config_file_load(&fixture->config, "/không/có.conf", fixture->error),
        RESULT_NOT_FOUND);
    assert_string_equal(fixture->error, "/không/có.conf: cannot be read");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(without_a_file_the_defaults_serve),
        TEST(every_setting_of_a_file_is_taken),
        TEST(relative_paths_count_from_the_files_directory),
        TEST(the_shipped_file_is_taken),
        TEST(an_unknown_setting_is_refused_with_its_line),
        TEST(bad_syntax_is_refused_with_its_line),
        TEST(a_setting_given_twice_is_refused),
        TEST(values_out_of_bounds_are_refused),
        TEST(a_certificate_without_its_key_is_refused),
        TEST(a_socket_path_too_long_for_a_socket_is_refused),
        TEST(a_file_that_is_not_there_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
