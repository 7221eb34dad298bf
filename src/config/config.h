/*
 * Configuration: one struct, one table of keys (config/keys.c) that reads it from
 * flags, environment and file and prints its manual. Precedence: flags, environment,
 * workspace file, user file, default. Owned by the arena it was loaded into;
 * secrets are freed by config_release.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "base/arena.h"
#include "base/err.h"
#include "base/secret.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum product { JIRA, CONFLUENCE, BITBUCKET, PRODUCTS };
const char *product_name(enum product);		/* "jira" */
const char *product_title(enum product);	/* "Jira" */

enum deployment { DEPLOYMENT_AUTO, DEPLOYMENT_CLOUD, DEPLOYMENT_DC };

struct site_config {
	const char *url;		/* NULL: this product is not configured */
	const char *username;
	struct secret *api_token, *personal_token;
	int64_t deployment;		/* enum deployment */
	bool ssl_verify, allow_http;
	const char *ca_file, *client_cert, *client_key;
	const char *proxy, *no_proxy;
	char **custom_headers;		/* "Name=value" */
	int64_t timeout_s;
	char **filter;			/* allowed projects, spaces or repositories; NULL: all */
};

struct config {
	struct arena *arena;
	struct site_config site[PRODUCTS];
	bool read_only;
	char **enabled_tools, **toolsets;	/* NULL: not given */
	bool no_cache;			/* metadata is kept in memory only */
	int64_t compat;			/* tools/compat.h: whose tool names are listed; 0: ours */
	const char *audit;		/* "stderr", "off" or a path */
	const char *state_dir;		/* NULL: file_state_dir() */
	int64_t log_level;		/* enum log_level */
	int64_t max_calls, max_requests;
	int64_t fibers;			/* enum loop_backend */
	bool sandbox;			/* answer from the built-in demo site */
	const char *file;		/* the file that was read, for doctor; NULL: none */
	struct env_name *secret_names;	/* while loading: variables that files name as holding secrets */
};

enum config_type { CONFIG_BOOL, CONFIG_INT, CONFIG_STRING, CONFIG_LIST, CONFIG_ENUM, CONFIG_SECRET };

enum config_flags {
	CONFIG_NOT_IN_WORKSPACE = 1 << 0,	/* a repository's .telamon.json may not redirect requests or credentials */
	CONFIG_ONLY_TIGHTER = 1 << 1,		/* it may narrow what the user's own file allows, never widen it */
};

struct config_key {
	const char *name;	/* in the file; the flag is --name with '-' for '_' */
	const char *env;	/* names, comma-separated, the first that is set wins; for a site key suffixes after PRODUCT_ */
	const char *shared;	/* site keys: whole names that serve every product */
	enum config_type type;
	size_t offset;		/* in struct config, or in struct site_config */
	int64_t min, max;
	const char *values;	/* CONFIG_ENUM: names from 0 up, comma-separated */
	const char *dflt;
	int flags;
	const char *doc;
};

extern const struct config_key config_keys[];		/* ends with name NULL */
extern const struct config_key config_site_keys[];	/* once per product: jira.url, --jira-url, JIRA_URL */

struct config_flag {	/* from the command line, already split */
	const char *name;	/* "read-only", "jira-url" */
	const char *value;	/* NULL: a flag without value */
};

/* Loads everything. path: --config, or NULL to look in the usual places. */
struct config *config_load(const char *path, const struct config_flag *flags, size_t count, struct err *e);
void config_release(struct config *);	/* the arena too */

/* The key that a flag names and whether it takes a value; NULL when none does. */
const struct config_key *config_find_flag(const char *flag);
/* Every flag name, for "did you mean". NULL-terminated. */
const char *const *config_flag_names(struct arena *, size_t *ret_count);

#endif
