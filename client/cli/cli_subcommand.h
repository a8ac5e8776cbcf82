/*
 * The subcommands of chibo. Each takes the whole command line and gives what
 * the program ends with.
 */
#ifndef CLIENT_CLI_CLI_SUBCOMMAND_H
#define CLIENT_CLI_CLI_SUBCOMMAND_H

#include "client/cli/cli_options.h"

enum cli_exit cli_enroll(int argc, char **argv);
enum cli_exit cli_whoami(int argc, char **argv);
enum cli_exit cli_meetings(int argc, char **argv);
enum cli_exit cli_join(int argc, char **argv);
enum cli_exit cli_minutes(int argc, char **argv);
enum cli_exit cli_ballot(int argc, char **argv);
enum cli_exit cli_log(int argc, char **argv);
enum cli_exit cli_anchors(int argc, char **argv);
enum cli_exit cli_alarms(int argc, char **argv);
enum cli_exit cli_devices(int argc, char **argv);
enum cli_exit cli_device_add(int argc, char **argv);
enum cli_exit cli_vouch(int argc, char **argv);
enum cli_exit cli_invite(int argc, char **argv);
enum cli_exit cli_revoke(int argc, char **argv);
enum cli_exit cli_opinions(int argc, char **argv);
enum cli_exit cli_schedule(int argc, char **argv);
enum cli_exit cli_passphrase(int argc, char **argv);
enum cli_exit cli_audio(int argc, char **argv);
enum cli_exit cli_sign(int argc, char **argv);

#endif
