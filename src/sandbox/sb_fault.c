/*
 * Choosing faults; doing them is the business of the HTTP edge (sandbox.c), for only
 * it has a connection to spoil. Chance has its own random numbers, so that the same
 * seed spoils the same requests.
 */
#include "sandbox/sb_fault.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	enum sb_fault kind;
} names[] = {
	{ "429-bare", SB_FAULT_429_BARE },
	{ "reset", SB_FAULT_RESET },
	{ "reset-after", SB_FAULT_RESET_AFTER },
	{ "html", SB_FAULT_HTML },
	{ "truncate", SB_FAULT_TRUNCATE },
	{ "drip", SB_FAULT_DRIP },
	{ "latency", SB_FAULT_LATENCY },
	{ "hang", SB_FAULT_HANG },
	{ "garbage", SB_FAULT_GARBAGE },
};

static int
by_name(const char *name, struct sb_fault_rule *rule)
{
	int64_t status = 0;

	for (size_t i = 0; i < LEN(names); i++)
		if (str_eq(names[i].name, name)) {
			rule->kind = names[i].kind;
			return 0;
		}
	if (str_int(name, 400, 599, &status) == -1)
		return -1;
	rule->kind = SB_FAULT_STATUS;
	rule->status = (int)status;
	return 0;
}

const char *
sb_fault_name(struct arena *a, const struct sb_fault_rule *rule)
{
	for (size_t i = 0; i < LEN(names); i++)
		if (names[i].kind == rule->kind)
			return names[i].name;
	return rule->kind == SB_FAULT_STATUS ? arena_printf(a, "%d", rule->status) : NULL;
}

bool
sb_fault_executes(enum sb_fault kind)
{
	return kind != SB_FAULT_STATUS && kind != SB_FAULT_429_BARE && kind != SB_FAULT_RESET && kind != SB_FAULT_HTML;
}

/* "0.1" as 1000 permyriad, or -1. */
static int
parse_chance(const char *s)
{
	char *end;
	double d = strtod(s, &end);

	return *s == '\0' || *end != '\0' || !(d >= 0.0 && d <= 1.0) ? -1 : (int)(d * 10000.0 + 0.5);
}

/* "50ms", "2s" or "50" (milliseconds), or -1. */
static int
parse_ms(struct arena *a, const char *s)
{
	size_t len = strlen(s);
	int64_t unit = 1, n = 0;

	if (str_ends(s, "ms"))
		len -= 2;
	else if (str_ends(s, "s")) {
		len -= 1;
		unit = 1000;
	}
	return str_int(arena_strndup(a, s, len), 0, 600, &n) == -1 &&
		       str_int(arena_strndup(a, s, len), 0, 600000, &n) == -1
		   ? -1
		   : (int)(n * unit);
}

static int
parse_one(struct sb_faults *f, struct arena *a, const char *part, struct err *e)
{
	const char *colon = strchr(part, ':');
	const char *name = colon != NULL ? arena_strndup(a, part, (size_t)(colon - part)) : part;
	const char *value = colon != NULL ? colon + 1 : "1";
	struct sb_fault_rule rule = { .permyriad = 10000, .retry_after = 1 };

	if (str_eq(name, "anonymous")) {
		f->anonymous = !str_eq(value, "0");
		return 0;
	}
	if (by_name(name, &rule) == -1)
		return err_set(e, ERR_USAGE,
		    "There is no fault '%s'. There are: a status such as 429 or 500, 429-bare, reset, reset-after, "
		    "html, "
		    "truncate, drip, latency, hang, garbage, anonymous.",
		    name);
	if (f->chance_count == SB_MAX_FAULTS)
		return err_set(e, ERR_USAGE, "At most %d faults can be given.", SB_MAX_FAULTS);
	if (rule.kind == SB_FAULT_LATENCY)
		rule.ms = parse_ms(a, value);
	else
		rule.permyriad = parse_chance(value);
	if (rule.ms < 0 || rule.permyriad < 0)
		return err_set(e, ERR_USAGE, "'%s' in the fault '%s' is no %s.", value, part,
		    rule.kind == SB_FAULT_LATENCY ? "time such as 50ms" : "probability from 0 to 1");
	f->chance[f->chance_count++] = rule;
	return 0;
}

int
sb_faults_parse(struct sb_faults *f, const char *spec, struct err *e)
{
	struct arena *a = arena_new();
	size_t n = 0;
	char **part = str_split(a, spec, ", ", &n);
	int result = 0;

	f->chance_count = 0;
	f->anonymous = false;
	for (size_t i = 0; i < n && result == 0; i++)
		result = parse_one(f, a, part[i], e);
	arena_free(a);
	return result;
}

int
sb_faults_order(struct sb_faults *f, struct arena *a, json *order, struct err *e)
{
	const char *name = json_scalar(a, json_get(order, "fault")), *match = json_get_str(order, "match");
	struct sb_fault_rule rule = { .times = json_get_int(order, "times", 1),
		.ms = (int)json_get_int(order, "ms", 50),
		.retry_after = (int)json_get_int(order, "retry_after", 1) };

	if (name == NULL || by_name(name, &rule) == -1)
		return err_set(e, ERR_INPUT, "There is no fault '%s'.", name != NULL ? name : "");
	if (f->order_count == SB_MAX_ORDERS)
		return err_set(e, ERR_INPUT, "At most %d faults can be waiting.", SB_MAX_ORDERS);
	rule.match = arena_strdup(a, match);
	f->order[f->order_count++] = rule;
	return 0;
}

static bool
order_fits(const char *match, const char *method, const char *path)
{
	size_t len = strlen(method), rest;

	if (match == NULL)
		return true;
	if (strncmp(match, method, len) != 0 || match[len] != ' ')
		return str_eq(match, method);
	match += len + 1;
	rest = strlen(match);
	return rest > 0 && match[rest - 1] == '*' ? strncmp(match, path, rest - 1) == 0 : str_eq(match, path);
}

struct sb_fault_rule
sb_faults_choose(struct sb_faults *f, const char *method, const char *path)
{
	struct sb_fault_rule none = { .kind = SB_FAULT_NONE }, late = none;

	for (size_t i = 0; i < f->order_count; i++) {
		struct sb_fault_rule rule = f->order[i];

		if (!order_fits(rule.match, method, path))
			continue;
		if (--f->order[i].times <= 0) {
			memmove(&f->order[i], &f->order[i + 1], (f->order_count - i - 1) * sizeof rule);
			f->order_count--;
		}
		return rule;
	}
	/* Latency is for every request and gives way to a fault that is worse. */
	for (size_t i = 0; i < f->chance_count; i++) {
		if (f->chance[i].kind == SB_FAULT_LATENCY)
			late = f->chance[i];
		else if (sb_draw(&f->random, 10000) < (uint32_t)f->chance[i].permyriad)
			return f->chance[i];
	}
	return late;
}
