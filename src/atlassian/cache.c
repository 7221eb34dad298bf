#include "atlassian/cache.h"

#include "base/clock.h"
#include "store/cache.h"

#include <string.h>

/* A token without a name could be anybody's: what it sees is not kept for other processes. */
static const char *
owner_of(struct arena *a, const struct site *s)
{
	return arena_printf(a, "%s %s", s->base, s->config->username != NULL ? s->config->username : "");
}

static int
cached(struct call *c, struct site *s, const char *path, int64_t seconds, bool memory_only, json **ret)
{
	const char *text, *owner = owner_of(c->arena, s);
	json *fresh;

	if (path == NULL)
		return -1;
	if (s->cache == NULL)
		return rest_get(c, s, path, ret);
	text = cache_get(s->cache, c->arena, owner, path, clock_wall_ms());
	if (text != NULL) {
		*ret = json_parse(c->arena, text, strlen(text), JSON_TRUSTED, &c->err);
		return *ret == NULL ? -1 : 0;
	}
	if (rest_get(c, s, path, &fresh) == -1)
		return -1;
	text = json_text(c->arena, fresh, NULL);
	if (text != NULL)
		cache_put(s->cache, owner, path, text, clock_wall_ms() + seconds * 1000,
		    s->config->username != NULL && !memory_only ? CACHE_FILE : CACHE_MEMORY);
	*ret = fresh;
	return 0;
}

int
rest_cached(struct call *c, struct site *s, const char *path, int64_t seconds, json **ret)
{
	return cached(c, s, path, seconds, false, ret);
}

int
rest_remembered(struct call *c, struct site *s, const char *path, int64_t seconds, json **ret)
{
	return cached(c, s, path, seconds, true, ret);
}

json *
rest_kept(struct call *c, struct site *s, const char *name)
{
	const char *text = s->cache == NULL ? NULL : cache_get(s->cache, c->arena, owner_of(c->arena, s), name, clock_wall_ms());
	struct err ignored;

	err_init(&ignored, c->arena);
	return text == NULL ? NULL : json_parse(c->arena, text, strlen(text), JSON_TRUSTED, &ignored);
}

void
rest_keep(struct call *c, struct site *s, const char *name, const char *text, int64_t seconds)
{
	if (s->cache != NULL && text != NULL)
		cache_put(s->cache, owner_of(c->arena, s), name, text, clock_wall_ms() + seconds * 1000,
		    s->config->username != NULL ? CACHE_FILE : CACHE_MEMORY);
}

void
rest_forget(struct site *s)
{
	struct arena *a;

	if (s->cache == NULL)
		return;
	a = arena_new();
	cache_drop(s->cache, owner_of(a, s));
	arena_free(a);
}
