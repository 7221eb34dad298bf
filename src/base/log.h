/*
 * The log: one line an event on stderr, "telamon <level> <event> key=value ...".
 * Values are quoted when needed and control characters are made visible, so no
 * input can forge a line. There is no way to log a struct secret.
 * Library code reports errors in its struct err and logs nothing.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct log_field {
	const char *key;	/* NULL ends the list */
	const char *text;	/* NULL: use number */
	int64_t number;
};

#define LOG_S(k, v) ((struct log_field){ .key = (k), .text = (v) != NULL ? (v) : "" })
#define LOG_I(k, v) ((struct log_field){ .key = (k), .number = (int64_t)(v) })
/* log_event(LOG_INFO, "started", LOG_S("transport", "stdio"), LOG_I("tools", 6)); */
#define log_event(level, ...) \
	log_write((level), LOG_FIRST(__VA_ARGS__, 0), (const struct log_field[]){ LOG_REST(__VA_ARGS__, { .key = 0 }) })
#define LOG_FIRST(event, ...) event
#define LOG_REST(event, ...) __VA_ARGS__

void log_set_level(enum log_level);		/* default LOG_WARN */
bool log_enabled(enum log_level);
int log_level_parse(const char *name, enum log_level *ret);
void log_write(enum log_level, const char *event, const struct log_field *fields);

#endif
