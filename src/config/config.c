/*
 * Loading: every key starts at its default; then the user file, the workspace file,
 * the environment and the flags are applied in that order, each value going through
 * the same check. The first bad value ends it with where it stood and what is allowed.
 */
#include "config/config.h"

#include "base/env.h"
#include "base/file.h"
#include "base/str.h"
#include "json/json.h"

#include <string.h>

enum { MAX_FILE = 1024 * 1024, MAX_SECRET = 64 * 1024, ENV_NAME_MAX = 128 };

static const struct {
	const char *name, *title, *prefix;
} products[PRODUCTS] = {
	[JIRA] = { "jira", "Jira", "JIRA_" },
	[CONFLUENCE] = { "confluence", "Confluence", "CONFLUENCE_" },
	[BITBUCKET] = { "bitbucket", "Bitbucket", "BITBUCKET_" },
};

const char *
product_name(enum product p)
{
	return products[p].name;
}

const char *
product_title(enum product p)
{
	return p == PRODUCTS ? "Atlassian" : products[p].title;
}

struct env_name {
	const char *name;
	struct env_name *next;
};

/* Where a value came from, for messages. */
struct origin {
	const char *text;	/* "JIRA_URL in the environment", "jira.url in /etc/x.json" */
	bool is_file;		/* or a flag, which stands in the process list: secrets must be references */
};

static int
bad(struct err *e, const struct origin *o, const char *what, const char *allowed)
{
	err_set(e, ERR_CONFIG, "%s %s.", o->text, what);
	if (allowed != NULL)
		err_hint(e, "Allowed: %s.", allowed);
	return -1;
}

static int
parse_bool(const char *text, bool *ret)
{
	static const char *const yes[] = { "true", "1", "yes", "on", "y", "t" };
	static const char *const no[] = { "false", "0", "no", "off", "n", "f" };

	for (size_t i = 0; i < LEN(yes); i++) {
		if (str_ieq(text, yes[i])) {
			*ret = true;
			return 0;
		}
	}
	for (size_t i = 0; i < LEN(no); i++) {
		if (str_ieq(text, no[i])) {
			*ret = false;
			return 0;
		}
	}
	return -1;
}

/* env:NAME, file:PATH, credential:NAME; in the environment and in flags also file:PATH and credential:NAME. */
static int
load_secret(struct config *c, struct secret **slot, const char *text, const struct origin *o, struct err *e)
{
	enum file_need need = FILE_PRIVATE;
	const char *path = NULL, *dir;
	char *data = NULL;
	size_t len = 0;

	if (str_starts(text, "env:") && o->is_file) {
		struct env_name *n = arena_alloc(c->arena, sizeof(*n));

		*n = (struct env_name){ arena_strdup(c->arena, text + 4), c->secret_names };
		c->secret_names = n;
		data = (char *)(uintptr_t)env_get(text + 4);
		if (data == NULL || *data == '\0')
			return bad(e, o, arena_printf(c->arena, "names the variable %s, which is not set", text + 4), NULL);
		len = strlen(data);
	} else if (str_starts(text, "file:")) {
		path = text + 5;
	} else if (str_starts(text, "credential:")) {
		dir = env_get("CREDENTIALS_DIRECTORY");
		if (dir == NULL || strchr(text, '/') != NULL)
			return bad(e, o, "names a systemd credential, but there is none here", NULL);
		path = arena_printf(c->arena, "%s/%s", dir, text + 11);
		need = FILE_ANY;	/* systemd made it private; its access list looks like group bits */
	} else if (o->is_file) {
		bad(e, o, "holds a secret itself", NULL);
		err_hint(e, "Write a reference: env:NAME, file:PATH (mode 0600) or credential:NAME.");
		return -1;
	} else {
		data = (char *)(uintptr_t)text;
		len = strlen(data);
	}
	if (path != NULL) {
		data = file_read(c->arena, path, MAX_SECRET, need, &len, e);
		if (data == NULL)
			return -1;
	}
	while (len > 0 && (data[len - 1] == '\n' || data[len - 1] == '\r'))
		len--;
	if (len == 0)
		return bad(e, o, "is empty", NULL);
	secret_free(*slot);
	*slot = secret_new(data, len);
	if (path != NULL)
		mem_wipe(data, len);
	return 0;
}

/* An empty list would read as "all": whoever writes one gets an error instead. */
static int
set_list(char ***slot, char **names, size_t count, const struct origin *o, struct err *e)
{
	if (count == 0) {
		bad(e, o, "names nothing", NULL);
		err_hint(e, "Leave it out, or name at least one.");
		return -1;
	}
	*slot = names;
	return 0;
}

static int
set_value(struct config *c, const struct config_key *k, void *base, const char *text, const struct origin *o, struct err *e)
{
	void *slot = (char *)base + k->offset;
	char **names;
	int64_t n;
	size_t count;

	switch (k->type) {
	case CONFIG_BOOL:
		if (parse_bool(text, slot) == -1)
			return bad(e, o, arena_printf(c->arena, "is \"%s\"", text), "true, false");
		return 0;
	case CONFIG_INT:
		if (str_int(text, k->min, k->max, &n) == -1)
			return bad(e, o, arena_printf(c->arena, "is \"%s\"", text),
			    arena_printf(c->arena, "a whole number from %lld to %lld", (long long)k->min, (long long)k->max));
		*(int64_t *)slot = n;
		return 0;
	case CONFIG_STRING:
		*(const char **)slot = str_blank(text) ? NULL : str_trim(c->arena, text, strlen(text));
		return 0;
	case CONFIG_LIST:
		names = str_split(c->arena, text, ",", &count);
		return set_list(slot, names, count, o, e);
	case CONFIG_ENUM:
		names = str_split(c->arena, k->values, ",", &count);
		for (size_t i = 0; i < count; i++) {
			if (str_ieq(names[i], text)) {
				*(int64_t *)slot = (int64_t)i;
				return 0;
			}
		}
		return bad(e, o, arena_printf(c->arena, "is \"%s\"", text), k->values);
	case CONFIG_SECRET:
		return load_secret(c, slot, text, o, e);
	}
	BUG("config type");
}

/* Calls fn for each key: the general ones with product -1, the site keys once per product. */
typedef int key_fn(struct config *, const struct config_key *, int product, void *base, void *arg, struct err *);

static int
each_key(struct config *c, key_fn *fn, void *arg, struct err *e)
{
	for (const struct config_key *k = config_keys; k->name != NULL; k++) {
		if (fn(c, k, -1, c, arg, e) == -1)
			return -1;
	}
	for (int p = 0; p < PRODUCTS; p++) {
		for (const struct config_key *k = config_site_keys; k->name != NULL; k++) {
			if (fn(c, k, p, &c->site[p], arg, e) == -1)
				return -1;
		}
	}
	return 0;
}

static int
set_default(struct config *c, const struct config_key *k, int product, void *base, void *arg, struct err *e)
{
	struct origin o = { .text = k->name };

	(void)product;
	(void)arg;
	return k->dflt == NULL ? 0 : set_value(c, k, base, k->dflt, &o, e);
}

/* The first variable of a comma-separated list that is set and not empty (clients write "" for "not given");
 * its name is in *ret_name. On the way of every start: no list is split, no name is allocated before it is found. */
static const char *
env_first(struct arena *a, const char *prefix, const char *list, const char **ret_name)
{
	char name[ENV_NAME_MAX];
	size_t at = strlen(prefix), n;

	memcpy(name, prefix, at);
	for (; list != NULL; list = list[n] == ',' ? list + n + 1 : NULL) {
		const char *value;

		n = strcspn(list, ",");
		if (at + n >= sizeof(name))
			BUG("a variable's name");
		memcpy(name + at, list, n);
		name[at + n] = '\0';
		value = env_get(name);
		if (value == NULL || *value == '\0')
			continue;
		*ret_name = arena_strdup(a, name);
		return value;
	}
	return NULL;
}

static int
set_from_env(struct config *c, const struct config_key *k, int product, void *base, void *arg, struct err *e)
{
	const char *found = NULL, *value = env_first(c->arena, product < 0 ? "" : products[product].prefix, k->env, &found);
	struct origin o = { 0 };

	(void)arg;
	if (value == NULL && product >= 0)
		value = env_first(c->arena, "", k->shared, &found);
	if (value == NULL)
		return 0;
	o.text = arena_printf(c->arena, "%s in the environment", found);
	return set_value(c, k, base, value, &o, e);
}

/* Secrets leave the environment once every product has read them. */
static int
forget_secret(struct config *c, const struct config_key *k, int product, void *base, void *arg, struct err *e)
{
	size_t count;
	char **names;

	(void)base;
	(void)arg;
	(void)e;
	if (k->type != CONFIG_SECRET)
		return 0;
	names = str_split(c->arena, k->env, ",", &count);
	for (size_t i = 0; i < count; i++)
		env_forget(arena_printf(c->arena, "%s%s", products[product].prefix, names[i]));
	names = str_split(c->arena, k->shared, ",", &count);
	for (size_t i = 0; i < count; i++)
		env_forget(names[i]);
	return 0;
}

static const struct config_key *
find_key(const struct config_key *table, const char *name, const char **ret_nearest)
{
	const char *names[64];
	size_t n = 0;

	for (const struct config_key *k = table; k->name != NULL && n < LEN(names); k++) {
		if (strcmp(k->name, name) == 0)
			return k;
		names[n++] = k->name;
	}
	*ret_nearest = str_nearest(name, names, n);
	return NULL;
}

static int
set_from_file(struct config *c, const struct config_key *k, void *base, json *v, const struct origin *o, struct err *e)
{
	const char *text;
	char **names;
	size_t n = 0;

	if (k->type == CONFIG_LIST && yyjson_is_arr(v)) {
		names = arena_array(c->arena, json_len(v) + 1, sizeof(*names));
		for (struct json_iter it = json_iter(v); json_next(&it);) {
			const char *s = json_str(it.value);

			if (str_blank(s))
				return bad(e, o, "has an element that is not a text", NULL);
			names[n++] = str_trim(c->arena, s, strlen(s));
		}
		return set_list((char ***)(void *)((char *)base + k->offset), names, n, o, e);
	}
	text = json_scalar(c->arena, v);
	if (text == NULL)
		return bad(e, o, "has a value of the wrong kind", NULL);
	return set_value(c, k, base, text, o, e);
}

static bool
list_has(char **list, const char *name)
{
	for (; *list != NULL; list++) {
		if (str_ieq(*list, name))
			return true;
	}
	return false;
}

/* As set_from_file, but what is allowed already may only become less. */
static int
set_tighter(struct config *c, const struct config_key *k, void *base, json *v, const struct origin *o, struct err *e)
{
	void *slot = (char *)base + k->offset;
	bool was_on = k->type == CONFIG_BOOL && *(bool *)slot, wider = false;
	char **was = k->type == CONFIG_LIST ? *(char ***)slot : NULL;

	if (set_from_file(c, k, base, v, o, e) == -1)
		return -1;
	if (was_on)
		wider = !*(bool *)slot;
	for (char **now = was == NULL ? NULL : *(char ***)slot; now != NULL && *now != NULL; now++)
		wider = wider || !list_has(was, *now);
	if (!wider)
		return 0;
	bad(e, o, "would allow more than your own file does", NULL);
	err_hint(e, "A workspace file may only narrow it: a repository must not choose what is allowed.");
	return -1;
}

struct file_place {
	const char *path, *prefix;	/* prefix: "jira." inside a product */
	bool workspace;
};

static int
apply_member(struct config *c, const struct config_key *table, void *base, const char *key, json *v,
    const struct file_place *at, struct err *e)
{
	const char *nearest;
	const struct config_key *k = find_key(table, key, &nearest);
	struct origin o = { .is_file = true };

	if (k == NULL) {
		err_set(e, ERR_CONFIG, "%s: there is no key \"%s%s\".", at->path, at->prefix, key);
		if (nearest != NULL)
			err_hint(e, "Did you mean \"%s%s\"?", at->prefix, nearest);
		return -1;
	}
	o.text = arena_printf(c->arena, "%s%s in %s", at->prefix, key, at->path);
	if (at->workspace && (k->flags & CONFIG_NOT_IN_WORKSPACE)) {
		err_set(e, ERR_CONFIG, "%s is not allowed in a workspace file.", o.text);
		err_hint(e, "Put it into your own file or the environment: a repository must not choose where requests go.");
		return -1;
	}
	if (at->workspace && (k->flags & CONFIG_ONLY_TIGHTER))
		return set_tighter(c, k, base, v, &o, e);
	return set_from_file(c, k, base, v, &o, e);
}

static int
apply_file(struct config *c, const char *path, bool workspace, struct err *e)
{
	struct file_place at = { .path = path, .prefix = "", .workspace = workspace };
	size_t len;
	char *text = file_read(c->arena, path, MAX_FILE, FILE_ANY, &len, e);
	size_t mark = text != NULL && str_starts(text, "\xef\xbb\xbf") ? 3 : 0;	/* some editors write one */
	json *root = text == NULL ? NULL : json_parse(c->arena, text + mark, len - mark, JSON_STRICT | JSON_COMMENTS, e);

	if (root == NULL) {
		e->kind = ERR_CONFIG;
		if (text != NULL)
			err_context(e, "%s", path);
		return -1;
	}
	if (!yyjson_is_obj(root))
		return err_set(e, ERR_CONFIG, "%s: must be one JSON object.", path);
	c->file = arena_strdup(c->arena, path);
	for (struct json_iter it = json_iter(root); json_next(&it);) {
		int product = -1;

		for (int p = 0; p < PRODUCTS; p++)
			product = strcmp(it.key, products[p].name) == 0 ? p : product;
		if (product < 0) {
			if (apply_member(c, config_keys, c, it.key, it.value, &at, e) == -1)
				return -1;
			continue;
		}
		if (!yyjson_is_obj(it.value))
			return err_set(e, ERR_CONFIG, "%s: %s must be an object.", path, it.key);
		at.prefix = arena_printf(c->arena, "%s.", products[product].name);
		for (struct json_iter m = json_iter(it.value); json_next(&m);) {
			if (apply_member(c, config_site_keys, &c->site[product], m.key, m.value, &at, e) == -1)
				return -1;
		}
		at.prefix = "";
	}
	return 0;
}

static int
apply_files(struct config *c, const char *path, struct err *e)
{
	const char *dir = file_config_dir(c->arena), *user;

	if (path == NULL)
		path = env_get("TELAMON_CONFIG");
	if (path != NULL && *path != '\0')
		return apply_file(c, path, false, e);
	if (dir != NULL) {
		user = arena_printf(c->arena, "%s/telamon.json", dir);
		if (file_exists(user) && apply_file(c, user, false, e) == -1)
			return -1;
	}
	return file_exists(".telamon.json") ? apply_file(c, ".telamon.json", true, e) : 0;
}

static bool
flag_is(const char *flag, const char *key)
{
	for (; *key != '\0' && *flag == (*key == '_' ? '-' : *key); flag++)
		key++;
	return *flag == '\0' && *key == '\0';
}

static const struct config_key *
find_flag(const char *flag, int *ret_product)
{
	*ret_product = -1;
	for (const struct config_key *k = config_keys; k->name != NULL; k++) {
		if (flag_is(flag, k->name))
			return k;
	}
	for (int p = 0; p < PRODUCTS; p++) {
		for (const struct config_key *k = config_site_keys; k->name != NULL; k++) {
			size_t n = strlen(products[p].name);

			if (str_starts(flag, products[p].name) && flag[n] == '-' && flag_is(flag + n + 1, k->name)) {
				*ret_product = p;
				return k;
			}
		}
	}
	return NULL;
}

const struct config_key *
config_find_flag(const char *flag)
{
	int product;

	return find_flag(flag, &product);
}

const char *const *
config_flag_names(struct arena *a, size_t *ret_count)
{
	const char **names = arena_array(a, 128, sizeof(*names));
	size_t n = 0;

	for (const struct config_key *k = config_keys; k->name != NULL; k++)
		names[n++] = k->name;
	for (int p = 0; p < PRODUCTS; p++) {
		for (const struct config_key *k = config_site_keys; k->name != NULL && n < 127; k++)
			names[n++] = arena_printf(a, "%s-%s", products[p].name, k->name);
	}
	for (size_t i = 0; i < n; i++) {
		char *copy = arena_strdup(a, names[i]);

		for (char *p = copy; *p != '\0'; p++)
			*p = *p == '_' ? '-' : *p;
		names[i] = copy;
	}
	*ret_count = n;
	return names;
}

static int
apply_flag(struct config *c, const struct config_flag *f, struct err *e)
{
	int product;
	const struct config_key *k = find_flag(f->name, &product);
	struct origin o = { .text = arena_printf(c->arena, "--%s", f->name), .is_file = true };

	if (k == NULL)
		return err_set(e, ERR_USAGE, "There is no option --%s.", f->name);
	return set_value(c, k, product < 0 ? (void *)c : (void *)&c->site[product],
	    f->value != NULL ? f->value : "true", &o, e);
}

struct config *
config_load(const char *path, const struct config_flag *flags, size_t count, struct err *e)
{
	struct arena *a = arena_new();
	struct config *c = arena_alloc(a, sizeof(*c));
	int result;

	c->arena = a;
	result = each_key(c, set_default, NULL, e);
	if (result == 0)
		result = apply_files(c, path, e);
	if (result == 0)
		result = each_key(c, set_from_env, NULL, e);
	each_key(c, forget_secret, NULL, e);
	for (; c->secret_names != NULL; c->secret_names = c->secret_names->next)
		env_forget(c->secret_names->name);
	for (size_t i = 0; i < count && result == 0; i++)
		result = apply_flag(c, &flags[i], e);
	if (result == -1) {
		config_release(c);
		return NULL;
	}
	return c;
}

void
config_release(struct config *c)
{
	if (c == NULL)
		return;
	for (int p = 0; p < PRODUCTS; p++) {
		secret_free(c->site[p].api_token);
		secret_free(c->site[p].personal_token);
	}
	arena_free(c->arena);
}
