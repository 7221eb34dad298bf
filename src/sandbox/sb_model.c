/*
 * The site's state and the one way to change an issue. Whoever writes (a route or
 * the seed) begins a change, sets fields and ends it; the change log, the time of
 * the update and what follows from a status are made here, so they are the same for
 * every way of writing.
 */
#include "sandbox/sb_model.h"

#include "base/clock.h"
#include "base/str.h"
#include "sandbox/cf_model.h"
#include "sandbox/sb_seed.h"

#include <string.h>

enum { FIRST_ISSUE_ID = 10001, FIRST_ID = 10100, TICK_MS = 1000 };

struct sb_site *
sb_site_new(bool dc, const char *base, uint64_t seed, int64_t now_ms)
{
	struct arena *a = arena_new();
	struct sb_site *site = arena_alloc(a, sizeof *site);

	site->arena = a;
	site->dc = dc;
	site->base = arena_strdup(a, base);
	site->now_ms = now_ms;
	site->start_ms = now_ms != 0 ? now_ms : clock_wall_ms();
	site->random = seed;
	site->next_id = FIRST_ID;
	for (size_t i = 0; i < SB_PROJECTS; i++)
		site->next_number[i] = 1;
	sb_seed(site);
	site->wiki = cf_wiki_new(site);
	return site;
}

void
sb_site_free(struct sb_site *site)
{
	if (site != NULL)
		arena_free(site->arena);
}

int64_t
sb_now(const struct sb_site *site)
{
	return site->now_ms != 0 ? site->now_ms : clock_wall_ms();
}

void
sb_tick(struct sb_site *site)
{
	if (site->now_ms != 0)
		site->now_ms += TICK_MS;
}

/* splitmix64: small, and the same on every machine. */
uint32_t
sb_draw(uint64_t *state, uint32_t limit)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	z ^= z >> 31;
	return limit == 0 ? 0 : (uint32_t)((z >> 32) % limit);
}

/* Capacity is the next power of two (at least 4), so it needs no place of its own. */
void *
sb_room(struct arena *a, void *array, size_t n, size_t size)
{
	char *p = array;

	if (n == 0)
		p = arena_array(a, 4, size);
	else if (n >= 4 && (n & (n - 1)) == 0)
		p = arena_grow(a, array, n * size, 2 * n * size);
	memset(p + n * size, 0, size);
	return p;
}

bool
sb_may_see(int person, int project)
{
	return person >= 0 && project >= 0 && (sb_people[person].projects & (1U << project)) != 0;
}

struct sb_issue *
sb_issue_by_id(const struct sb_site *site, int64_t id)
{
	int64_t place = id - FIRST_ISSUE_ID;

	if (place < 0 || (uint64_t)place >= site->issue_count || site->issue[place]->deleted)
		return NULL;
	return site->issue[place];
}

struct sb_issue *
sb_issue_find(const struct sb_site *site, const char *id_or_key)
{
	int64_t id;

	if (str_int(id_or_key, 1, INT64_MAX, &id) == 0)
		return sb_issue_by_id(site, id);
	for (size_t i = 0; i < site->issue_count; i++)
		if (!site->issue[i]->deleted && str_ieq(site->issue[i]->key, id_or_key))
			return site->issue[i];
	return NULL;
}

struct sb_issue *
sb_issue_add(struct sb_site *site, int project)
{
	struct sb_issue *issue = arena_alloc(site->arena, sizeof *issue);

	site->issue = sb_room(site->arena, site->issue, site->issue_count, sizeof(struct sb_issue *));
	issue->id = FIRST_ISSUE_ID + (int64_t)site->issue_count;
	issue->project = project;
	issue->number = site->next_number[project]++;
	issue->key = arena_printf(site->arena, "%s-%d", sb_projects[project].key, issue->number);
	issue->left_seconds = -1;
	issue->value[F_PROJECT] = sb_one_id(site, project);
	issue->value[F_RANK] = sb_one_text(site, arena_printf(site->arena, "0|i%05x:", (unsigned)issue->id));
	site->issue[site->issue_count++] = issue;
	return issue;
}

struct sb_sprint *
sb_sprint_by_id(const struct sb_site *site, int64_t id)
{
	for (size_t i = 0; i < site->sprint_count; i++)
		if (site->sprint[i].id == id && !site->sprint[i].deleted)
			return &site->sprint[i];
	return NULL;
}

struct sb_comment *
sb_comment_add(struct sb_site *site, struct sb_issue *issue, int author, const char *body)
{
	struct sb_comment *c;

	issue->comment = sb_room(site->arena, issue->comment, issue->comment_count, sizeof *c);
	c = &issue->comment[issue->comment_count++];
	c->id = site->next_id++;
	c->author = c->update_author = author;
	c->created_ms = c->updated_ms = sb_now(site);
	c->body = body;
	return c;
}

struct sb_worklog *
sb_worklog_add(struct sb_site *site, struct sb_issue *issue, int author, int64_t seconds)
{
	struct sb_worklog *w;

	issue->worklog = sb_room(site->arena, issue->worklog, issue->worklog_count, sizeof *w);
	w = &issue->worklog[issue->worklog_count++];
	w->id = site->next_id++;
	w->author = author;
	w->seconds = seconds;
	w->created_ms = w->updated_ms = w->started_ms = sb_now(site);
	return w;
}

struct sb_link *
sb_link_add(struct sb_site *site, int64_t type, int64_t outward, int64_t inward)
{
	struct sb_link *l;

	site->link = sb_room(site->arena, site->link, site->link_count, sizeof *l);
	l = &site->link[site->link_count++];
	l->id = site->next_id++;
	l->type = type;
	l->outward = outward;
	l->inward = inward;
	return l;
}

void
sb_value_push(struct sb_site *site, struct sb_value *value, struct sb_atom atom)
{
	value->v = sb_room(site->arena, value->v, value->n, sizeof atom);
	value->v[value->n++] = atom;
}

struct sb_value
sb_one_id(struct sb_site *site, int64_t id)
{
	struct sb_value value = { NULL, 0 };

	sb_value_push(site, &value, (struct sb_atom){ .id = id });
	return value;
}

struct sb_value
sb_one_text(struct sb_site *site, const char *text)
{
	struct sb_value value = { NULL, 0 };

	sb_value_push(site, &value, (struct sb_atom){ .text = arena_strdup(site->arena, text) });
	return value;
}

struct sb_value
sb_one_number(struct sb_site *site, double number)
{
	struct sb_value value = { NULL, 0 };

	sb_value_push(site, &value, (struct sb_atom){ .number = number });
	return value;
}

static bool
atom_equal(const struct sb_field *f, const struct sb_atom *a, const struct sb_atom *b)
{
	switch (f->kind) {
	case SB_TEXT:
	case SB_DOC:
	case SB_LABEL: return str_eq(a->text, b->text);
	case SB_NUMBER: return !(a->number < b->number) && !(a->number > b->number);
	case SB_DATE:
	case SB_DATETIME:
	case SB_USER:
	case SB_NAMED:
	case SB_SPRINT:
	case SB_ISSUE:
	case SB_PROJECT: return a->id == b->id;
	case SB_COMPUTED: break;
	}
	BUG("a computed field has no value");
}

bool
sb_value_has(const struct sb_field *f, const struct sb_value *value, const struct sb_atom *atom)
{
	for (size_t i = 0; i < value->n; i++)
		if (atom_equal(f, &value->v[i], atom))
			return true;
	return false;
}

bool
sb_value_equal(const struct sb_field *f, const struct sb_value *a, const struct sb_value *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!atom_equal(f, &a->v[i], &b->v[i]))
			return false;
	return true;
}

int64_t
sb_id(const struct sb_issue *issue, enum sb_field_no f)
{
	return issue->value[f].n == 0 ? -1 : issue->value[f].v[0].id;
}

const char *
sb_text(const struct sb_issue *issue, enum sb_field_no f)
{
	return issue->value[f].n == 0 ? "" : issue->value[f].v[0].text;
}

const char *
sb_atom_text(const struct sb_site *site, struct arena *a, const struct sb_field *f, const struct sb_atom *atom)
{
	const struct sb_named *named;
	const struct sb_sprint *sprint;
	const struct sb_issue *issue;

	switch (f->kind) {
	case SB_TEXT:
	case SB_DOC:
	case SB_LABEL: return atom->text;
	case SB_NUMBER: return arena_printf(a, "%.10g", atom->number);
	case SB_DATE: return arena_strndup(a, clock_iso(a, atom->id), 10);
	case SB_DATETIME: return clock_iso(a, atom->id);
	case SB_USER: return sb_people[atom->id].display;
	case SB_NAMED: named = sb_named_by_id(f->catalogue, atom->id); return named != NULL ? named->name : "";
	case SB_SPRINT: sprint = sb_sprint_by_id(site, atom->id); return sprint != NULL ? sprint->name : "";
	case SB_ISSUE: issue = sb_issue_by_id(site, atom->id); return issue != NULL ? issue->key : "";
	case SB_PROJECT: return sb_projects[atom->id].key;
	case SB_COMPUTED: break;
	}
	BUG("a computed field has no value");
}

const char *
sb_atom_id(const struct sb_site *site, struct arena *a, const struct sb_field *f, const struct sb_atom *atom)
{
	switch (f->kind) {
	case SB_USER: return site->dc ? sb_people[atom->id].key : sb_people[atom->id].account_id;
	case SB_NAMED:
	case SB_SPRINT:
	case SB_ISSUE: return arena_printf(a, "%lld", (long long)atom->id);
	case SB_PROJECT: return arena_printf(a, "%d", sb_projects[atom->id].id);
	case SB_TEXT:
	case SB_DOC:
	case SB_LABEL:
	case SB_NUMBER:
	case SB_DATE:
	case SB_DATETIME:
	case SB_COMPUTED: return NULL;
	}
	BUG("unknown kind");
}

struct sb_change *
sb_change_begin(struct sb_site *site, struct sb_issue *issue, int author, int64_t at_ms)
{
	struct sb_change *c;

	issue->change = sb_room(site->arena, issue->change, issue->change_count, sizeof *c);
	c = &issue->change[issue->change_count];
	c->author = author;
	c->at_ms = at_ms;
	return c;
}

static void
log_item(struct sb_site *site, struct sb_change *c, struct sb_item item)
{
	c->item = sb_room(site->arena, c->item, c->item_count, sizeof item);
	c->item[c->item_count++] = item;
}

/* All atoms of a value as one text, the way the change log writes lists. */
static const char *
joined(struct sb_site *site, const struct sb_field *f, const struct sb_value *value, bool ids)
{
	struct arena *a = site->arena;
	const char *all = NULL;

	for (size_t i = 0; i < value->n; i++) {
		const char *one = ids ? sb_atom_id(site, a, f, &value->v[i]) : sb_atom_text(site, a, f, &value->v[i]);

		if (one == NULL)
			return NULL;
		all = all == NULL ? one : arena_printf(a, "%s%s%s", all, f->kind == SB_LABEL ? " " : ", ", one);
	}
	return all;
}

/* Components, versions and options of many are logged one item for each that came or went, as Jira does. */
static void
log_each(struct sb_site *site, struct sb_change *c, enum sb_field_no no, const struct sb_value *old,
    const struct sb_value *new)
{
	const struct sb_field *f = &sb_field_table[no];
	struct arena *a = site->arena;

	for (size_t i = 0; i < old->n; i++)
		if (!sb_value_has(f, new, &old->v[i]))
			log_item(site, c,
			    (struct sb_item){ .field = no,
				.from = sb_atom_id(site, a, f, &old->v[i]),
				.from_text = sb_atom_text(site, a, f, &old->v[i]) });
	for (size_t i = 0; i < new->n; i++)
		if (!sb_value_has(f, old, &new->v[i]))
			log_item(site, c,
			    (struct sb_item){ .field = no,
				.to = sb_atom_id(site, a, f, &new->v[i]),
				.to_text = sb_atom_text(site, a, f, &new->v[i]) });
}

void
sb_change_set(
    struct sb_site *site, struct sb_issue *issue, struct sb_change *c, enum sb_field_no no, struct sb_value value)
{
	const struct sb_field *f = &sb_field_table[no];
	struct sb_value *old = &issue->value[no];

	if (sb_value_equal(f, old, &value))
		return;
	if ((f->flags & SB_LOGGED) != 0 && c != NULL) {
		if (f->kind == SB_NAMED && (f->flags & SB_MANY) != 0)
			log_each(site, c, no, old, &value);
		else
			log_item(site, c,
			    (struct sb_item){ .field = no,
				.from = joined(site, f, old, true),
				.from_text = joined(site, f, old, false),
				.to = joined(site, f, &value, true),
				.to_text = joined(site, f, &value, false) });
	}
	*old = value;
}

void
sb_change_end(struct sb_site *site, struct sb_issue *issue, struct sb_change *c)
{
	if (c->item_count == 0)
		return;
	c->id = site->next_id++;
	issue->change_count++;
	if (c->at_ms > sb_id(issue, F_UPDATED))
		issue->value[F_UPDATED] = sb_one_id(site, c->at_ms);
}

void
sb_change_status(struct sb_site *site, struct sb_issue *issue, struct sb_change *c, int64_t status, int64_t resolution)
{
	const struct sb_named *old = sb_named_by_id(SB_STATUS, sb_id(issue, F_STATUS));
	const struct sb_named *new = sb_named_by_id(SB_STATUS, status);

	sb_change_set(site, issue, c, F_STATUS, sb_one_id(site, status));
	if (old == NULL || old->level != new->level)
		issue->value[F_STATUSCHANGED] = sb_one_id(site, c->at_ms);
	if (new->level == SB_CAT_DONE) {
		sb_change_set(site, issue, c, F_RESOLUTION, sb_one_id(site, resolution > 0 ? resolution : SB_RES_DONE));
		issue->value[F_RESOLUTIONDATE] = sb_one_id(site, c->at_ms);
	} else {
		sb_change_set(site, issue, c, F_RESOLUTION, (struct sb_value){ NULL, 0 });
		issue->value[F_RESOLUTIONDATE] = (struct sb_value){ NULL, 0 };
	}
}

int64_t
sb_seconds_spent(const struct sb_issue *issue)
{
	int64_t sum = 0;

	for (size_t i = 0; i < issue->worklog_count; i++)
		sum += issue->worklog[i].seconds;
	return sum;
}

int64_t
sb_seconds_left(const struct sb_issue *issue)
{
	int64_t left = issue->left_seconds >= 0 ? issue->left_seconds : issue->estimate_seconds - sb_seconds_spent(issue);

	return left > 0 ? left : 0;
}

int64_t
sb_parent_id(const struct sb_issue *issue)
{
	int64_t id = sb_id(issue, F_PARENT);

	if (id < 0)
		id = sb_id(issue, F_EPICLINK);
	return id < 0 ? 0 : id;
}
