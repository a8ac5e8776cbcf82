/*
 * The terminal that this program runs in, where it runs in one: its width,
 * pages that leave nothing behind, and typing that is not shown. Everywhere
 * else these do nothing. Main thread.
 */
#ifndef CLIENT_CLI_CLI_TERMINAL_H
#define CLIENT_CLI_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Do both standard input and output belong to a terminal? */
bool cli_terminal_is_there(void);
/* Columns; 80 where nobody knows. */
size_t cli_terminal_width(void);
/* Lines; 24 where nobody knows. */
size_t cli_terminal_height(void);

/*
 * A page of its own, in front of what is on the screen. Closing it wipes what
 * was on it, and what the terminal may have kept of it to scroll back to; where
 * a terminal has only one page, that one is wiped.
 */
void cli_terminal_open_page(void);
void cli_terminal_clear_page(void);
void cli_terminal_close_page(void);

/* The name of its window, where it has one. */
void cli_terminal_set_title(const char *title);

/* What is typed from now on is (not) shown. */
void cli_terminal_show_typing(bool is_shown);

/*
 * Writes to standard output past its buffer, where a copy would stay. What is
 * in the buffer goes first.
 */
void cli_terminal_write(const char *bytes, size_t size);

#endif
