/*
 * The wiki's state: content is found, added, moved and versioned here, and only here
 * is decided who may read or edit it. Whoever writes (a route or the seed) checks
 * first and calls afterwards; nothing in this file refuses.
 */
#include "sandbox/cf_model.h"

#include "base/str.h"
#include "sandbox/cf_seed.h"
#include "sandbox/cf_xml.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ID = 65601, ID_STEP = 7 };

/* The guest (SB_GUEST) is in the first group only; nobody who has left is in any. */
const struct cf_group cf_groups[CF_GROUPS] = {
	{ "confluence-users", "3f0c1c52-7d5e-4a0f-9a6e-0f1d6b1e0a01", 0x7ff },
	{ "halden-staff", "3f0c1c52-7d5e-4a0f-9a6e-0f1d6b1e0a02", 0x3ff },
	{ "platform-team", "3f0c1c52-7d5e-4a0f-9a6e-0f1d6b1e0a03", 1 << 0 | 1 << 1 | 1 << 2 | 1 << 9 },
	{ "confluence-administrators", "3f0c1c52-7d5e-4a0f-9a6e-0f1d6b1e0a04", 1 << 0 | 1 << 7 },
};

static const char *const type_names[CF_TYPES] = { "page", "blogpost", "folder", "whiteboard", "database", "embed",
	"comment", "attachment" };
static const char *const status_names[] = { "current", "draft", "archived", "trashed", "deleted" };

struct cf_wiki *
cf_wiki_new(struct sb_site *site)
{
	struct cf_wiki *w = arena_alloc(site->arena, sizeof *w);

	w->site = site;
	w->arena = site->arena;
	w->next_id = FIRST_ID;
	cf_seed(w);
	return w;
}

static int64_t
next_id(struct cf_wiki *w)
{
	w->next_id += ID_STEP;
	return w->next_id;
}

struct cf_space *
cf_space_add(struct cf_wiki *w, const char *key, const char *name, int author)
{
	struct cf_space *s = arena_alloc(w->arena, sizeof *s);

	s->id = next_id(w);
	s->key = arena_strdup(w->arena, key);
	s->name = arena_strdup(w->arena, name);
	s->about = "";
	s->author = author;
	s->created_ms = sb_now(w->site);
	s->visible = ~0U;
	w->space = sb_room(w->arena, w->space, w->space_count, sizeof(struct cf_space *));
	w->space[w->space_count++] = s;
	return s;
}

struct cf_space *
cf_space_by_key(const struct cf_wiki *w, const char *key)
{
	for (size_t i = 0; i < w->space_count; i++)
		if (!w->space[i]->deleted && str_ieq(w->space[i]->key, key))
			return w->space[i];
	return NULL;
}

struct cf_space *
cf_space_by_id(const struct cf_wiki *w, int64_t id)
{
	for (size_t i = 0; i < w->space_count; i++)
		if (!w->space[i]->deleted && w->space[i]->id == id)
			return w->space[i];
	return NULL;
}

bool
cf_space_visible(const struct cf_space *s, int person)
{
	return s != NULL && !s->deleted && person >= 0 && (s->visible >> person & 1) != 0;
}

struct cf_content *
cf_by_id(const struct cf_wiki *w, int64_t id)
{
	for (size_t i = 0; i < w->content_count; i++)
		if (w->content[i]->id == id && w->content[i]->status != CF_PURGED && !w->content[i]->space->deleted)
			return w->content[i];
	return NULL;
}

struct cf_content *
cf_by_text(const struct cf_wiki *w, const char *id)
{
	int64_t n;

	if (id == NULL)
		return NULL;
	if (str_starts(id, "att"))
		id += strlen("att");
	return str_int(id, 1, INT64_MAX, &n) == 0 ? cf_by_id(w, n) : NULL;
}

struct cf_content *
cf_by_title(const struct cf_wiki *w, const struct cf_space *s, enum cf_type type, const char *title)
{
	for (size_t i = 0; i < w->content_count; i++) {
		struct cf_content *c = w->content[i];

		if (c->space == s && c->type == type && (c->status == CF_CURRENT || c->status == CF_ARCHIVED) &&
		    str_ieq(cf_title(c), title))
			return c;
	}
	return NULL;
}

static int
next_position(const struct cf_wiki *w, const struct cf_space *s, const struct cf_content *parent)
{
	int last = -1;

	for (size_t i = 0; i < w->content_count; i++)
		if (w->content[i]->space == s && w->content[i]->parent == parent && w->content[i]->position > last)
			last = w->content[i]->position;
	return last + 1;
}

struct cf_content *
cf_add(struct cf_wiki *w, enum cf_type type, struct cf_space *space, struct cf_content *parent, int author)
{
	struct cf_content *c = arena_alloc(w->arena, sizeof *c);

	c->position = next_position(w, space, parent);
	c->id = next_id(w);
	c->type = type;
	c->space = space;
	c->parent = parent;
	c->author = c->owner = author;
	c->created_ms = sb_now(w->site);
	c->resolved_by = -1;
	c->watchers = 1U << author;
	w->content = sb_room(w->arena, w->content, w->content_count, sizeof(struct cf_content *));
	w->content[w->content_count++] = c;
	return c;
}

/* Those that the body no longer names are gone; status and words of the others follow it. */
void
cf_sync_tasks(struct cf_wiki *w, struct cf_content *c)
{
	const struct cf_version *v = cf_now(c);
	struct arena *a;
	const char *fault;
	struct cf_el *root;

	if (c->type == CF_ATTACHMENT)
		return;
	for (size_t i = 0; i < w->task_count; i++)
		if (w->task[i]->content == c)
			w->task[i]->gone = true;
	if (memmem(v->body, v->len, "<ac:task>", strlen("<ac:task>")) == NULL)
		return;
	a = arena_new();
	root = cf_xml_parse(a, v->body, v->len, &fault);
	for (struct cf_el *e = root; e != NULL; e = cf_el_walk(root, e)) {
		struct cf_el *id = cf_el_child(e, "ac:task-id"), *status = cf_el_child(e, "ac:task-status"),
			     *body = cf_el_child(e, "ac:task-body");
		struct cf_task *t = NULL;
		bool complete;

		if (!cf_el_is(e, "ac:task") || id == NULL || body == NULL || id->first == NULL ||
		    id->first->text == NULL)
			continue;
		for (size_t i = 0; i < w->task_count && t == NULL; i++)
			if (w->task[i]->content == c && str_eq(w->task[i]->local_id, id->first->text))
				t = w->task[i];
		if (t == NULL) {
			t = arena_alloc(w->arena, sizeof *t);
			t->id = (int64_t)w->task_count + 1;
			t->content = c;
			t->local_id = arena_strdup(w->arena, id->first->text);
			t->author = v->author;
			t->assignee = t->completed_by = -1;
			t->created_ms = v->at_ms;
			w->task = sb_room(w->arena, w->task, w->task_count, sizeof(struct cf_task *));
			w->task[w->task_count++] = t;
		}
		t->gone = false;
		complete = status != NULL && status->first != NULL && str_eq(status->first->text, "complete");
		if (complete && !t->complete) {
			t->completed_by = v->author;
			t->completed_ms = v->at_ms;
		}
		t->complete = complete;
		t->updated_ms = v->at_ms;
		t->body = arena_strndup(w->arena, v->body + body->body, body->body_end - body->body);
		for (struct cf_el *u = body; u != NULL; u = cf_el_walk(body, u)) {
			if (cf_el_is(u, "ri:user") && t->assignee < 0 && cf_el_attr(u, "ri:account-id") != NULL)
				t->assignee = sb_person_by_account(cf_el_attr(u, "ri:account-id"));
			else if (cf_el_is(u, "ri:user") && t->assignee < 0 && cf_el_attr(u, "ri:userkey") != NULL)
				t->assignee = sb_person_by_key(cf_el_attr(u, "ri:userkey"));
		}
	}
	arena_free(a);
}

struct cf_version *
cf_add_version(struct cf_wiki *w, struct cf_content *c, int author, const char *title, const char *body, size_t len)
{
	struct cf_version *v;

	c->version = sb_room(w->arena, c->version, c->version_count, sizeof *c->version);
	v = &c->version[c->version_count++];
	v->at_ms = sb_now(w->site);
	v->author = author;
	v->title = arena_strdup(w->arena, title);
	v->body = arena_strndup(w->arena, body, len);
	v->len = len;
	v->message = "";
	if (c->type == CF_ATTACHMENT) { /* bytes may hold NUL */
		char *copy = arena_alloc(w->arena, len + 1);

		memcpy(copy, body, len);
		v->body = copy;
	}
	cf_sync_tasks(w, c);
	return v;
}

void
cf_move_to(struct cf_wiki *w, struct cf_content *c, struct cf_space *s, struct cf_content *parent)
{
	if (c->parent != parent || c->space != s)
		c->position = next_position(w, s, parent);
	c->parent = parent;
	if (c->space == s)
		return;
	c->space = s;
	for (size_t i = 0; i < w->content_count; i++)
		if (w->content[i]->parent == c)
			cf_move_to(w, w->content[i], s, c);
}

void
cf_purge(struct cf_wiki *w, struct cf_content *c)
{
	c->status = CF_PURGED;
	for (size_t i = 0; i < w->content_count; i++) {
		struct cf_content *k = w->content[i];

		if (k->status == CF_PURGED)
			continue;
		if ((k->parent == c && (1 << k->type & CF_IN_TREE) == 0) || k->reply_to == c)
			cf_purge(w, k);
		else if (k->parent == c)
			cf_move_to(w, k, c->space, c->parent);
	}
	for (size_t i = 0; i < w->task_count; i++)
		if (w->task[i]->content == c)
			w->task[i]->gone = true;
}

const struct cf_version *
cf_now(const struct cf_content *c)
{
	return &c->version[c->version_count - 1];
}

const char *
cf_title(const struct cf_content *c)
{
	return c->version_count == 0 ? "" : cf_now(c)->title;
}

const char *
cf_type_name(enum cf_type t)
{
	return type_names[t];
}

const char *
cf_status_name(enum cf_status s)
{
	return status_names[s];
}

bool
cf_is_above(const struct cf_content *above, const struct cf_content *c)
{
	for (c = c->parent; c != NULL; c = c->parent)
		if (c == above)
			return true;
	return false;
}

struct cf_content *
cf_holder(struct cf_content *c)
{
	while ((c->type == CF_COMMENT || c->type == CF_ATTACHMENT) && c->parent != NULL)
		c = c->parent;
	return c;
}

static int
compare_position(const void *a, const void *b)
{
	const struct cf_content *const *x = a, *const *y = b;
	int d = ((*x)->position > (*y)->position) - ((*x)->position < (*y)->position);

	return d != 0 ? d : ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

size_t
cf_children(
    const struct cf_wiki *w, struct arena *a, const struct cf_content *c, unsigned types, struct cf_content ***ret)
{
	struct cf_content **v = arena_array(a, w->content_count + 1, sizeof(struct cf_content *));
	size_t n = 0;

	for (size_t i = 0; i < w->content_count; i++)
		if (w->content[i]->parent == c && w->content[i]->status == CF_CURRENT &&
		    (types >> w->content[i]->type & 1) != 0)
			v[n++] = w->content[i];
	qsort(v, n, sizeof(struct cf_content *), compare_position);
	*ret = v;
	return n;
}

bool
cf_access_has(const struct cf_access *x, int person)
{
	if ((x->people >> person & 1) != 0)
		return true;
	for (int i = 0; i < CF_GROUPS; i++)
		if ((x->groups >> i & 1) != 0 && (cf_groups[i].members >> person & 1) != 0)
			return true;
	return false;
}

static bool
is_open(const struct cf_access *x)
{
	return x->people == 0 && x->groups == 0;
}

bool
cf_may_read(const struct cf_content *c, int person)
{
	if (c == NULL || !cf_space_visible(c->space, person))
		return false;
	if (c->status == CF_DRAFT && c->author != person)
		return false;
	for (; c != NULL; c = c->parent)
		if (!is_open(&c->read) && !cf_access_has(&c->read, person))
			return false;
	return true;
}

bool
cf_may_edit(const struct cf_content *c, int person)
{
	if (!cf_may_read(c, person))
		return false;
	if (c->type == CF_COMMENT || c->type == CF_ATTACHMENT)
		return c->type == CF_COMMENT || c->parent == NULL || cf_may_edit(c->parent, person);
	return is_open(&c->update) || cf_access_has(&c->update, person);
}

int64_t
cf_label_id(struct cf_wiki *w, const char *name)
{
	size_t i = 0;

	while (i < w->label_count && !str_eq(w->label[i], name))
		i++;
	if (i == w->label_count) {
		w->label = sb_room(w->arena, (void *)w->label, w->label_count, sizeof *w->label);
		w->label[w->label_count++] = arena_strdup(w->arena, name);
	}
	return 131073 + (int64_t)i;
}

bool
cf_has_label(const struct cf_content *c, const char *name)
{
	for (size_t i = 0; i < c->label_count; i++)
		if (str_eq(c->label[i], name))
			return true;
	return false;
}

void
cf_label_put(struct cf_wiki *w, struct cf_content *c, const char *name)
{
	size_t at;

	if (cf_has_label(c, name))
		return;
	at = (size_t)(cf_label_id(w, name) - 131073);
	c->label = sb_room(w->arena, (void *)c->label, c->label_count, sizeof *c->label);
	c->label[c->label_count++] = w->label[at];
}

bool
cf_label_drop(struct cf_content *c, const char *name)
{
	for (size_t i = 0; i < c->label_count; i++)
		if (str_eq(c->label[i], name)) {
			memmove((void *)&c->label[i], &c->label[i + 1], (c->label_count - i - 1) * sizeof *c->label);
			c->label_count--;
			return true;
		}
	return false;
}

const char *
cf_id_text(struct arena *a, const struct cf_content *c)
{
	return arena_printf(a, "%s%lld", c->type == CF_ATTACHMENT ? "att" : "", (long long)c->id);
}
