/*
 * Configuration. Walks the tables of keys: each key is read from each of its names in
 * the environment, from the file and from its flag, in that precedence. Then what the
 * tables can't say: what is refused and with which words, that secrets are references
 * in files and leave the environment, and that a repository's own file can't redirect
 * requests or loosen what its user has tightened.
 */
#include "unit/unit.h"

#include "base/str.h"
#include "config/config.h"

#define CANARY "canary-51d2"

static struct arena *a;
static struct err e;
static char dir[64], was_dir[4096];
static struct config *loaded;

/* No variable that any key reads may come in from outside. */
static void
clear_environment(void)
{
	extern char **environ;
	static const char *const keep[] = { "PATH=", "LD_LIBRARY_PATH=", "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "LSAN_OPTIONS=", "TSAN_OPTIONS=" };
	static char *names[1024];
	size_t n = 0;

	for (char **v = environ; *v != NULL && n < LEN(names); v++) {
		bool kept = false;

		for (size_t i = 0; i < LEN(keep); i++)
			kept = kept || str_starts(*v, keep[i]);
		if (!kept)
			names[n++] = strndup(*v, strcspn(*v, "="));
	}
	while (n > 0) {
		unsetenv(names[--n]);
		free(names[n]);
	}
}

static int
set_up(void **state)
{
	(void)state;
	a = arena_new();
	err_init(&e, a);
	temp_dir(dir);
	assert_non_null(getcwd(was_dir, sizeof(was_dir)));
	assert_int_equal(chdir(dir), 0);
	clear_environment();
	loaded = NULL;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	config_release(loaded);
	assert_int_equal(chdir(was_dir), 0);
	remove_dir(dir);
	arena_free(a);
	return 0;
}

static struct config *
load_flags(const struct config_flag *flags, size_t n)
{
	config_release(loaded);
	err_clear(&e);
	loaded = config_load(NULL, flags, n, &e);
	assert_int_equal(loaded == NULL, err_is_set(&e));
	return loaded;
}

static struct config *
load(void)
{
	return load_flags(NULL, 0);
}

static struct config *
must_load(void)
{
	if (load() == NULL)
		fail_msg("%s", err_text(&e));
	return loaded;
}

/* Loading fails with a message that holds every one of the words. */
static void
must_fail(const char *word, const char *other)
{
	if (load() != NULL)
		fail_msg("accepted, expected an error about %s", word);
	if (e.kind != ERR_CONFIG || strstr(err_text(&e), word) == NULL || (other != NULL && strstr(err_text(&e), other) == NULL))
		fail_msg("kind %d, \"%s\" lacks \"%s\" or \"%s\"", e.kind, err_text(&e), word, other);
	if (strstr(err_text(&e), CANARY) != NULL)
		fail_msg("the secret is in the message: %s", err_text(&e));
}

static void
user_file(const char *text)
{
	setenv("XDG_CONFIG_HOME", arena_printf(a, "%s/c", dir), 1);
	mkdir(arena_printf(a, "%s/c", dir), 0700);
	mkdir(arena_printf(a, "%s/c/telamon", dir), 0700);
	write_text(arena_printf(a, "%s/c/telamon/telamon.json", dir), 0644, text);
}

static void
workspace_file(const char *text)
{
	write_text(".telamon.json", 0644, text);
}

/* A value that is not the key's default; number 0 or 1, which differ. */
static const char *
sample(const struct config_key *k, int number)
{
	size_t n;
	char **values;

	switch (k->type) {
	case CONFIG_BOOL:
		return str_eq(k->dflt, "true") == (number == 0) ? "false" : "true";
	case CONFIG_INT:
		return arena_printf(a, "%lld", (long long)(number == 0 ? k->min : k->max));
	case CONFIG_STRING:
		return number == 0 ? "https://zero.example" : "https://one.example";
	case CONFIG_LIST:
		return number == 0 ? "zero,nil" : "one";
	case CONFIG_ENUM:
		values = str_split(a, k->values, ",", &n);
		return values[number == 0 ? n - 1 : str_eq(values[0], k->dflt) && n > 2 ? n - 2 : 0];
	case CONFIG_SECRET:
		return number == 0 ? CANARY : "another";
	}
	return NULL;
}

static void
check_slot(const struct config *c, const struct config_key *k, int product, const char *expected, const char *where)
{
	const char *base = product < 0 ? (const char *)c : (const char *)&c->site[product], *slot = base + k->offset;
	bool same = false;
	char **list;
	size_t n;

	switch (k->type) {
	case CONFIG_BOOL:
		same = *(const bool *)slot == str_eq(expected, "true");
		break;
	case CONFIG_INT:
		same = *(const int64_t *)slot == strtoll(expected, NULL, 10);
		break;
	case CONFIG_STRING:
		same = str_eq(*(const char *const *)slot, expected);
		break;
	case CONFIG_LIST:
		list = str_split(a, expected, ",", &n);
		for (same = *(char **const *)slot != NULL; same && n-- > 0;)
			same = str_eq((*(char **const *)slot)[n], list[n]);
		break;
	case CONFIG_ENUM:
		list = str_split(a, k->values, ",", &n);
		same = *(const int64_t *)slot >= 0 && (size_t)*(const int64_t *)slot < n &&
		    str_eq(list[*(const int64_t *)slot], expected);
		break;
	case CONFIG_SECRET:
		same = *(struct secret *const *)slot != NULL &&
		    secret_equal(*(struct secret *const *)slot, expected, strlen(expected));
		break;
	}
	if (!same)
		fail_msg("%s%s from %s is not %s", product < 0 ? "" : "PRODUCT.", k->name, where, expected);
}

static const char *const prefixes[] = { "JIRA_", "CONFLUENCE_", "BITBUCKET_" };

static void
try_env(const struct config_key *k, int product, const char *name)
{
	const char *value = sample(k, 0);

	setenv(name, value, 1);
	must_load();
	check_slot(loaded, k, product, value, name);
	if (k->type == CONFIG_SECRET)
		assert_null(getenv(name));
	unsetenv(name);
	/* "" is how clients say "not given": the default stays */
	setenv(name, "", 1);
	must_load();
	if (k->dflt != NULL)
		check_slot(loaded, k, product, k->dflt, arena_printf(a, "an empty %s", name));
	else if (k->type == CONFIG_STRING)
		assert_null(*(const char *const *)((const char *)(product < 0 ? (void *)loaded : (void *)&loaded->site[product]) + k->offset));
	unsetenv(name);
}

static void
test_every_key_from_environment(void **state)
{
	(void)state;
	for (const struct config_key *k = config_keys; k->name != NULL; k++) {
		for (char **n = str_split(a, k->env, ",", NULL); *n != NULL; n++)
			try_env(k, -1, *n);
	}
	for (const struct config_key *k = config_site_keys; k->name != NULL; k++) {
		for (int p = 0; p < PRODUCTS; p++) {
			for (char **n = str_split(a, k->env, ",", NULL); *n != NULL; n++)
				try_env(k, p, arena_printf(a, "%s%s", prefixes[p], *n));
			for (char **n = str_split(a, k->shared, ",", NULL); *n != NULL; n++)
				try_env(k, p, *n);
		}
	}
}

static const char *
in_file(const struct config_key *k, int product, const char *value)
{
	const char *text = k->type == CONFIG_SECRET ? "\"env:REF\"" :
	    k->type == CONFIG_BOOL || k->type == CONFIG_INT ? value : arena_printf(a, "\"%s\"", value);

	if (product < 0)
		return arena_printf(a, "{ // a comment\n \"%s\": %s, }", k->name, text);
	return arena_printf(a, "{\"%s\": {\"%s\": %s}}", product_name((enum product)product), k->name, text);
}

static const char *
flag_name(const struct config_key *k, int product)
{
	char *name = product < 0 ? arena_strdup(a, k->name) : arena_printf(a, "%s-%s", product_name((enum product)product), k->name);

	for (char *p = name; *p != '\0'; p++)
		*p = *p == '_' ? '-' : *p;
	return name;
}

static void
try_precedence(const struct config_key *k, int product)
{
	const char *zero = sample(k, 0), *one = sample(k, 1);
	const char *env = arena_printf(a, "%s%s", product < 0 ? "" : prefixes[product], str_split(a, k->env, ",", NULL)[0]);
	/* a secret on the command line is a reference, as in a file: the process list is public */
	struct config_flag flag = { flag_name(k, product), k->type == CONFIG_SECRET ? "env:FLAG_REF" : zero };

	assert_ptr_equal(config_find_flag(flag.name), k);
	setenv("REF", zero, 1);
	user_file(in_file(k, product, zero));
	must_load();
	check_slot(loaded, k, product, zero, "the file");
	assert_non_null(loaded->file);
	setenv(env, one, 1);
	setenv("REF", zero, 1);
	must_load();
	check_slot(loaded, k, product, one, "the environment over the file");
	setenv(env, one, 1);
	setenv("REF", one, 1);
	user_file(in_file(k, product, one));
	setenv("FLAG_REF", zero, 1);
	if (load_flags(&flag, 1) == NULL)
		fail_msg("%s", err_text(&e));
	check_slot(loaded, k, product, zero, "the flag over both");
	unsetenv("FLAG_REF");
	if (k->type == CONFIG_SECRET) {
		struct config_flag bare = { flag.name, zero };

		assert_null(load_flags(&bare, 1));
	}
	unsetenv(env);
	unsetenv("REF");
	unsetenv("XDG_CONFIG_HOME");
}

static void
test_precedence_of_every_key(void **state)
{
	(void)state;
	for (const struct config_key *k = config_keys; k->name != NULL; k++)
		try_precedence(k, -1);
	for (const struct config_key *k = config_site_keys; k->name != NULL; k++) {
		for (int p = 0; p < PRODUCTS; p++)
			try_precedence(k, p);
	}
}

/* No two keys may answer to one name. */
static void
test_names_are_unique(void **state)
{
	const char *const *flags;
	const char *seen[256];
	size_t n, count = 0;

	(void)state;
	flags = config_flag_names(a, &n);
	for (size_t i = 0; i < n; i++) {
		assert_non_null(config_find_flag(flags[i]));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(flags[i], flags[k]);
	}
	assert_null(flags[n]);
	assert_null(config_find_flag("jira"));
	assert_null(config_find_flag("jira-"));
	assert_null(config_find_flag("url"));
	assert_null(config_find_flag("read-onl"));
	assert_null(config_find_flag("read-only-x"));
	for (const struct config_key *k = config_site_keys; k->name != NULL; k++) {
		const char *all = arena_printf(a, "%s", k->env);

		for (char **s = str_split(a, all, ",", NULL); *s != NULL; s++) {
			for (size_t i = 0; i < count; i++)
				assert_string_not_equal(seen[i], *s);
			seen[count++] = *s;
		}
	}
	assert_string_equal(product_name(CONFLUENCE), "confluence");
	assert_string_equal(product_title(BITBUCKET), "Bitbucket");
}

static void
test_own_name_beats_shared(void **state)
{
	(void)state;
	setenv("ATLASSIAN_URL", "https://shared.example", 1);
	setenv("JIRA_URL", "https://own.example", 1);
	setenv("ATLASSIAN_API_TOKEN", CANARY, 1);
	must_load();
	assert_string_equal(loaded->site[JIRA].url, "https://own.example");
	assert_string_equal(loaded->site[CONFLUENCE].url, "https://shared.example");
	for (int p = 0; p < PRODUCTS; p++)	/* forgotten only when all have read it */
		assert_true(secret_equal(loaded->site[p].api_token, CANARY, strlen(CANARY)));
	assert_null(getenv("ATLASSIAN_API_TOKEN"));
	setenv("JIRA_URL", "", 1);
	must_load();
	assert_string_equal(loaded->site[JIRA].url, "https://shared.example");
}

/* Switching a check off must be said, not left out. */
static void
test_empty_does_not_switch_off(void **state)
{
	(void)state;
	setenv("JIRA_SSL_VERIFY", "", 1);
	setenv("ATLASSIAN_SSL_VERIFY", "", 1);
	must_load();
	assert_true(loaded->site[JIRA].ssl_verify && loaded->site[CONFLUENCE].ssl_verify);
	setenv("JIRA_SSL_VERIFY", "false", 1);
	must_load();
	assert_false(loaded->site[JIRA].ssl_verify);
	assert_true(loaded->site[CONFLUENCE].ssl_verify);
	unsetenv("JIRA_SSL_VERIFY");
	user_file("{\"jira\":{\"ssl_verify\":\"\"}}");
	must_fail("jira.ssl_verify", "true, false");
}

static void
test_booleans(void **state)
{
	static const char *const yes[] = { "true", "TRUE", "1", "yes", "on", "y", "t" };
	static const char *const no[] = { "false", "False", "0", "no", "off", "n", "f" };

	(void)state;
	for (size_t i = 0; i < LEN(yes); i++) {
		setenv("READ_ONLY_MODE", yes[i], 1);
		assert_true(must_load()->read_only);
		setenv("READ_ONLY_MODE", no[i], 1);
		assert_false(must_load()->read_only);
	}
	assert_true(load_flags(&(struct config_flag){ "read-only", NULL }, 1)->read_only);
}

static void
test_wrong_values_name_their_place(void **state)
{
	static const struct { const char *name, *value, *allowed; } env[] = {
		{ "READ_ONLY_MODE", "maybe", "true, false" }, { "TELAMON_MAX_CALLS", "0", "1 to 100000" },
		{ "TELAMON_MAX_CALLS", "100001", "1 to 100000" }, { "TELAMON_MAX_CALLS", "many", "1 to 100000" },
		{ "JIRA_TIMEOUT", "-1", "1 to 3600" }, { "TELAMON_LOG", "loud", "error,warn,info,debug" },
		{ "CONFLUENCE_DEPLOYMENT", "server", "auto,cloud,dc" }, { "TELAMON_FIBERS", "green", "ucontext,threads" },
		{ "ENABLED_TOOLS", " , ", NULL }, { "JIRA_PROJECTS_FILTER", ",", NULL },
	};
	static const struct { const char *text, *word, *other; } files[] = {
		{ "{\"read_only\": 7}", "read_only in ", "telamon.json" },
		{ "{\"read_only\": {}}", "read_only in ", "wrong kind" },
		{ "{\"max_calls\": 1.5}", "max_calls in ", "whole number" },
		{ "{\"jira\": {\"timeout\": \"x\"}}", "jira.timeout in ", "telamon.json" },
		{ "{\"jira\": {\"url\": null}}", "jira.url in ", "wrong kind" },
		{ "{\"raed_only\": true}", "raed_only", "\"read_only\"" },
		{ "{\"jira\": {\"ulr\": \"x\"}}", "jira.ulr", "\"jira.url\"" },
		{ "{\"url\": \"x\"}", "\"url\"", NULL },
		{ "{\"read_only\": true, \"read_only\": false}", "telamon.json", "twice" },
		{ "[]", "telamon.json", "object" },
		{ "{\"jira\": [\"x\"]}", "jira", "object" },
		{ "{\"jira\": \"https://x\"}", "jira", "object" },
		{ "{\"read_only\": true", "telamon.json", "line 1" },
		{ "", "telamon.json", NULL },
		{ "{\"toolsets\": [1]}", "toolsets in ", NULL },
		{ "{\"toolsets\": [\"a\", null]}", "toolsets in ", NULL },
		{ "{\"enabled_tools\": []}", "enabled_tools in ", NULL },		/* not "all of them" */
		{ "{\"jira\": {\"filter\": []}}", "jira.filter in ", NULL },
		{ "{\"jira\": {\"filter\": \"\"}}", "jira.filter in ", NULL },
	};

	(void)state;
	for (size_t i = 0; i < LEN(env); i++) {
		setenv(env[i].name, env[i].value, 1);
		must_fail(arena_printf(a, "%s in the environment", env[i].name), env[i].allowed);
		unsetenv(env[i].name);
	}
	for (size_t i = 0; i < LEN(files); i++) {
		user_file(files[i].text);
		must_fail(files[i].word, files[i].other);
	}
	unsetenv("XDG_CONFIG_HOME");
	assert_null(load_flags(&(struct config_flag){ "max-calls", "x" }, 1));
	assert_non_null(strstr(err_text(&e), "--max-calls"));
	assert_null(load_flags(&(struct config_flag){ "max-cals", "1" }, 1));
	assert_int_equal(e.kind, ERR_USAGE);
}

static void
test_which_file(void **state)
{
	(void)state;
	user_file("{\"max_calls\": 11, \"max_requests\": 21}");
	workspace_file("{\"max_calls\": 12}");
	must_load();
	assert_int_equal(loaded->max_calls, 12);	/* the workspace over the user's */
	assert_int_equal(loaded->max_requests, 21);
	write_text("named.json", 0644, "{\"max_calls\": 13}");
	setenv("TELAMON_CONFIG", "named.json", 1);
	must_load();
	assert_int_equal(loaded->max_calls, 13);	/* a named one alone */
	assert_int_equal(loaded->max_requests, 32);
	write_text("named.json", 0644, "\xef\xbb\xbf{\"max_calls\": 15}\n");	/* with a byte order mark */
	must_load();
	assert_int_equal(loaded->max_calls, 15);
	write_text("flag.json", 0644, "{\"max_calls\": 14}");
	config_release(loaded);
	loaded = config_load("flag.json", NULL, 0, &e);
	assert_int_equal(loaded->max_calls, 14);
	setenv("TELAMON_CONFIG", "missing.json", 1);
	must_fail("missing.json", NULL);
}

static void
test_workspace_redirects_nothing(void **state)
{
	(void)state;
	for (const struct config_key *k = config_keys; k->name != NULL; k++) {
		if (!(k->flags & CONFIG_NOT_IN_WORKSPACE))
			continue;
		workspace_file(in_file(k, -1, sample(k, 0)));
		must_fail(k->name, "workspace");
	}
	for (const struct config_key *k = config_site_keys; k->name != NULL; k++) {
		if (!(k->flags & CONFIG_NOT_IN_WORKSPACE))
			continue;
		setenv("REF", CANARY, 1);
		workspace_file(in_file(k, CONFLUENCE, sample(k, 0)));
		must_fail(k->name, "workspace");
	}
	/* the list of what may not be there, as a person wrote it down */
	static const char *const never[] = { "url", "username", "api_token", "personal_token", "ssl_verify", "ca_file", "client_cert",
	    "client_key", "proxy", "no_proxy", "custom_headers", "allow_http" };
	for (size_t i = 0; i < LEN(never); i++) {
		workspace_file(arena_printf(a, "{\"jira\": {\"%s\": \"https://evil.example\"}}", never[i]));
		must_fail(never[i], "workspace");
	}
}

static void
test_workspace_only_tightens(void **state)
{
	static const char *const looser[] = {
		"{\"read_only\": false}", "{\"enabled_tools\": [\"jira_search\", \"jira_delete\"]}", "{\"toolsets\": [\"all\"]}",
		"{\"jira\": {\"filter\": [\"OPS\", \"HR\"]}}", "{\"jira\": {\"filter\": \"HR\"}}",
	};

	(void)state;
	user_file("{\"read_only\": true, \"enabled_tools\": [\"jira_search\", \"jira_get_issue\"], \"toolsets\": [\"jira_issues\"],"
	    " \"jira\": {\"filter\": [\"OPS\", \"WEB\"]}}");
	for (size_t i = 0; i < LEN(looser); i++) {
		workspace_file(looser[i]);
		must_fail(".telamon.json", "workspace");
	}
	workspace_file("{\"read_only\": true, \"enabled_tools\": [\"JIRA_search\"], \"toolsets\": [\"jira_issues\"], \"jira\": {\"filter\": \"web\"},"
	    " \"confluence\": {\"filter\": \"DOC\"}}");
	must_load();
	assert_true(loaded->read_only);
	assert_string_equal(loaded->enabled_tools[0], "JIRA_search");
	assert_null(loaded->enabled_tools[1]);
	assert_string_equal(loaded->site[JIRA].filter[0], "web");
	assert_string_equal(loaded->site[CONFLUENCE].filter[0], "DOC");
	user_file("{}");
	workspace_file("{\"read_only\": false}");	/* loosens nothing: it was so */
	assert_false(must_load()->read_only);
}

static void
test_secret_references(void **state)
{
	(void)state;
	user_file("{\"jira\": {\"api_token\": \"" CANARY "\"}}");
	must_fail("jira.api_token in ", "env:NAME, file:PATH");
	user_file("{\"jira\": {\"api_token\": \"env:MY_TOKEN\"}, \"confluence\": {\"api_token\": \"env:MY_TOKEN\"}}");
	must_fail("MY_TOKEN", "not set");
	setenv("MY_TOKEN", "", 1);
	must_fail("MY_TOKEN", "not set");
	setenv("MY_TOKEN", CANARY, 1);
	must_load();
	assert_true(secret_equal(loaded->site[JIRA].api_token, CANARY, strlen(CANARY)));
	assert_true(secret_equal(loaded->site[CONFLUENCE].api_token, CANARY, strlen(CANARY)));
	assert_null(getenv("MY_TOKEN"));	/* it held a secret: it leaves the environment too */
	write_text("token", 0600, CANARY "\r\n");
	user_file("{\"jira\": {\"api_token\": \"file:token\"}}");
	must_load();
	assert_true(secret_equal(loaded->site[JIRA].api_token, CANARY, strlen(CANARY)));
	chmod("token", 0644);
	must_fail("token", "chmod 600");
	write_text("token", 0600, "\n");
	must_fail("jira.api_token", "empty");
	user_file("{}");
	write_text("token", 0600, CANARY "\n");
	setenv("JIRA_API_TOKEN", "file:token", 1);
	must_load();
	assert_true(secret_equal(loaded->site[JIRA].api_token, CANARY, strlen(CANARY)));
	setenv("JIRA_API_TOKEN", "file:nothing", 1);
	must_fail("nothing", NULL);
	setenv("JIRA_API_TOKEN", "env:PATH", 1);	/* no reference here, but a token that looks like one */
	must_load();
	assert_true(secret_equal(loaded->site[JIRA].api_token, "env:PATH", 8));
}

static void
test_credentials_directory(void **state)
{
	(void)state;
	setenv("JIRA_API_TOKEN", "credential:jira", 1);
	must_fail("JIRA_API_TOKEN", "credential");
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	setenv("JIRA_API_TOKEN", "credential:jira", 1);
	must_fail("jira", NULL);
	/* systemd opens the file to a service's user by an access list, which shows as group bits */
	write_text("jira", 0440, CANARY "\n");
	setenv("JIRA_API_TOKEN", "credential:jira", 1);
	must_load();
	assert_true(secret_equal(loaded->site[JIRA].api_token, CANARY, strlen(CANARY)));
	setenv("JIRA_API_TOKEN", "credential:../jira", 1);
	must_fail("credential", NULL);
}

static void
test_secrets_leave_after_a_failure_too(void **state)
{
	(void)state;
	setenv("JIRA_API_TOKEN", CANARY, 1);
	setenv("CONFLUENCE_PASSWORD", CANARY, 1);
	setenv("BITBUCKET_PAT", CANARY, 1);
	setenv("READ_ONLY_MODE", "maybe", 1);
	must_fail("READ_ONLY_MODE", NULL);
	assert_true(getenv("JIRA_API_TOKEN") == NULL && getenv("CONFLUENCE_PASSWORD") == NULL && getenv("BITBUCKET_PAT") == NULL);
}

static void
test_defaults(void **state)
{
	(void)state;
	must_load();
	assert_true(!loaded->read_only && loaded->enabled_tools == NULL && loaded->toolsets == NULL && loaded->state_dir == NULL);
	assert_string_equal(loaded->audit, "stderr");
	assert_int_equal(loaded->max_calls, 256);
	assert_null(loaded->file);
	for (int p = 0; p < PRODUCTS; p++) {
		const struct site_config *s = &loaded->site[p];

		assert_true(s->url == NULL && s->username == NULL && s->api_token == NULL && s->personal_token == NULL && s->filter == NULL);
		assert_true(s->ssl_verify && !s->allow_http && s->deployment == DEPLOYMENT_AUTO && s->timeout_s == 75);
	}
	config_release(NULL);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_defaults),
		TEST(test_every_key_from_environment),
		TEST(test_precedence_of_every_key),
		TEST(test_names_are_unique),
		TEST(test_own_name_beats_shared),
		TEST(test_empty_does_not_switch_off),
		TEST(test_booleans),
		TEST(test_wrong_values_name_their_place),
		TEST(test_which_file),
		TEST(test_workspace_redirects_nothing),
		TEST(test_workspace_only_tightens),
		TEST(test_secret_references),
		TEST(test_credentials_directory),
		TEST(test_secrets_leave_after_a_failure_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
