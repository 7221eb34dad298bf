/* The HTTP side of telamon serve (serve_http.c), used by serve.c. */
#ifndef CMD_SERVE_H
#define CMD_SERVE_H

#include "cmd/cmd.h"

/* Runs the master and its workers until it is told to stop. Returns the exit code. */
int serve_http(struct cmd_line *);

#endif
