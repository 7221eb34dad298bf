/*
 * From a body to a draft. take_fields goes through "fields" and "update", asks the
 * field table whether the field may be set here, and hands the value to the function
 * of its kind. Every fault is noted under its field, as Jira does, and the rest is
 * still looked at, so that one answer names all of them.
 */
#include "sandbox/sb_take.h"

#include "base/clock.h"
#include "base/str.h"
#include "sandbox/sb_text.h"

#include <string.h>

#define NOT_ON_SCREEN "Field '%s' cannot be set. It is not on the appropriate screen, or unknown."
enum { MAX_SUMMARY = 255, MAX_LABEL = 255, MAX_EXTRAS = 50 };

void
sb_draft_init(struct sb_draft *d, const struct sb_issue *old)
{
	memset(d, 0, sizeof *d);
	d->old = old;
	d->project = -1;
	if (old != NULL) {
		memcpy(d->value, old->value, sizeof d->value);
		d->project = old->project;
		d->type = sb_id(old, F_ISSUETYPE);
	}
}

static void
push_id(struct sb_rq *rq, struct sb_value *out, int64_t id)
{
	sb_value_push(rq->site, out, (struct sb_atom){ .id = id });
}

int
sb_take_person(struct sb_rq *rq, const char *field, json *v)
{
	const char *word;
	int who;

	if (json_is_null(v))
		return -2;
	if (!yyjson_is_obj(v)) {
		sb_refuse(
		    rq, field, rq->site->dc ? "data was not an object" : "Specify a valid 'accountId' for the user.");
		return -1;
	}
	if (rq->site->dc) {
		word = json_get_str(v, "name");
		who = word != NULL                     ? sb_person_by_name(word)
		      : json_get_str(v, "key") != NULL ? sb_person_by_key(json_get_str(v, "key"))
						       : -1;
		if (word == NULL && json_get(v, "name") != NULL && json_is_null(json_get(v, "name")))
			return -2;
		if (who < 0)
			sb_refuse(rq, field, "User '%s' does not exist.", word != NULL ? word : "");
		return who;
	}
	word = json_get_str(v, "accountId");
	if (word == NULL)
		word = json_get_str(v, "id");
	if (word == NULL && (json_get(v, "accountId") != NULL || json_get(v, "id") != NULL))
		return -2;
	who = word != NULL ? sb_person_by_account(word) : -1;
	if (who < 0)
		sb_refuse(rq, field,
		    word != NULL ? "User '%s' cannot be assigned issues."
				 : "Specify a valid 'accountId' for the user.%s",
		    word != NULL ? word : "");
	return who;
}

const char *
sb_take_doc(struct sb_rq *rq, const char *field, json *v)
{
	const char *text, *fault;

	if (rq->adf) {
		fault = sb_adf_fault(v);
		if (fault != NULL) {
			sb_refuse(rq, field, "%s", fault);
			return NULL;
		}
		text = json_text(rq->site->arena, v, NULL);
	} else if ((text = json_str(v)) == NULL) {
		sb_refuse(rq, field, "Operation value must be a string");
		return NULL;
	}
	if (strlen(rq->adf ? sb_plain(rq->arena, text) : text) > SB_MAX_BODY) {
		sb_refuse(
		    rq, field, "The entered text is too long. It exceeds the allowed limit of 32,767 characters.");
		return NULL;
	}
	/* A string that looks like ADF would be shown as a document: keep it one. */
	if (!rq->adf && sb_is_adf(text))
		return arena_printf(rq->site->arena, " %s", text);
	return arena_strdup(rq->site->arena, text);
}

static void
take_text(struct sb_rq *rq, enum sb_field_no f, const char *id, json *v, struct sb_value *out)
{
	const char *s = json_str(v);

	if (s == NULL)
		sb_refuse(rq, id, "Operation value must be a string");
	else if (f == F_SUMMARY && strlen(s) > MAX_SUMMARY)
		sb_refuse(rq, id, "Summary must be less than 255 characters.");
	else if (f == F_SUMMARY && strpbrk(s, "\r\n") != NULL)
		sb_refuse(rq, id, "The summary is invalid because it contains newline characters.");
	else if (!str_blank(s))
		*out = sb_one_text(rq->site, s);
}

static void
take_label(struct sb_rq *rq, const char *id, json *v, struct sb_value *out)
{
	const char *s = json_str(v);
	struct sb_atom atom = { .text = s };

	if (s == NULL)
		sb_refuse(rq, id, "Operation value must be a string");
	else if (strpbrk(s, " \t\n") != NULL)
		sb_refuse(rq, id, "The label '%s' contains spaces which is invalid.", s);
	else if (*s == '\0' || strlen(s) > MAX_LABEL)
		sb_refuse(rq, id, "The label '%s' is too long or empty.", s);
	else if (!sb_value_has(&sb_field_table[F_LABELS], out, &atom)) {
		atom.text = arena_strdup(rq->site->arena, s);
		sb_value_push(rq->site, out, atom);
	}
}

static void
take_date(struct sb_rq *rq, const char *id, json *v, struct sb_value *out)
{
	const char *s = json_str(v);
	int64_t ms = 0;

	if (s == NULL)
		sb_refuse(rq, id, "Operation value must be a string");
	else if (*s == '\0')
		return;
	else if (strlen(s) != 10 || clock_parse(s, &ms) == -1)
		sb_refuse(rq, id, "Operation value must be in the date format: yyyy-MM-dd");
	else {
		/* A date without a zone is read in the process's zone; the site's days are UTC. */
		if (clock_parse(arena_printf(rq->arena, "%sT00:00:00.000Z", s), &ms) == 0)
			push_id(rq, out, ms);
	}
}

static bool
is_option(enum sb_field_no f)
{
	return sb_field_table[f].catalogue == SB_OPTION_TEAM || sb_field_table[f].catalogue == SB_OPTION_MARKET;
}

/* word did not name anything that the field takes; by is "id" or "name". */
static void
refuse_named(struct sb_rq *rq, enum sb_field_no f, const char *id, const char *by, const char *word)
{
	if (f == F_ISSUETYPE)
		sb_refuse(rq, id, rq->site->dc ? "valid issue type is required" : "Specify a valid issue type");
	else if (f == F_PRIORITY && str_eq(by, "id"))
		sb_refuse(rq, id, "The priority selected is invalid.");
	else if (is_option(f))
		sb_refuse(rq, id, "Option %s '%s' is not valid", str_eq(by, "id") ? by : "value", word);
	else
		sb_refuse(rq, id, "%s %s '%s' is not valid",
		    f == F_COMPONENTS                       ? "Component"
		    : f == F_FIXVERSIONS || f == F_VERSIONS ? "Version"
							    : sb_field_name(rq->site, f),
		    by, word);
}

/* Another type of the same level: only a move could do more. */
static bool
may_become(const struct sb_draft *d, const struct sb_named *type)
{
	return d->old == NULL || type->level == sb_named_by_id(SB_TYPE, sb_id(d->old, F_ISSUETYPE))->level;
}

static void
take_named(
    struct sb_rq *rq, const struct sb_draft *d, enum sb_field_no f, const char *id, json *v, struct sb_value *out)
{
	const struct sb_field *field = &sb_field_table[f];
	const char *member = is_option(f) ? "value" : "name", *name = json_get_str(v, member);
	const char *number = json_scalar(rq->arena, json_get(v, "id"));
	const struct sb_named *n = NULL;
	int64_t wanted = 0;

	if (!yyjson_is_obj(v) && rq->site->dc) {
		sb_refuse(rq, id, "data was not an object");
		return;
	}
	if (number == NULL && name == NULL) {
		sb_refuse(rq, id, "Specify a valid 'id' or '%s' for %s", member, sb_field_name(rq->site, f));
		return;
	}
	if (number == NULL)
		n = sb_named_by_name(field->catalogue, name, d->project);
	else if (str_int(number, 0, INT32_MAX, &wanted) == 0)
		n = sb_named_by_id(field->catalogue, wanted);
	if (n == NULL || !sb_named_in(field->catalogue, n, d->project) || (f == F_ISSUETYPE && !may_become(d, n)))
		refuse_named(rq, f, id, number != NULL ? "id" : "name", number != NULL ? number : name);
	else if (!sb_value_has(field, out, &(struct sb_atom){ .id = n->id }))
		push_id(rq, out, n->id);
}

/* One sprint is sent; those that are over stay with the issue. */
static void
take_sprint(struct sb_rq *rq, const struct sb_draft *d, const char *id, json *v, struct sb_value *out)
{
	const struct sb_sprint *s;

	if (d->old != NULL)
		for (size_t i = 0; i < d->old->value[F_SPRINT].n; i++)
			if (sb_sprint_by_id(rq->site, d->old->value[F_SPRINT].v[i].id)->state == SB_CLOSED)
				push_id(rq, out, d->old->value[F_SPRINT].v[i].id);
	if (json_is_null(v))
		return;
	if (!yyjson_is_int(v)) {
		sb_refuse(rq, id, "Number value expected as the Sprint id.");
		return;
	}
	s = sb_sprint_by_id(rq->site, json_int(v, -1));
	if (s == NULL)
		sb_refuse(rq, id, "Sprint with id %lld does not exist.", (long long)json_int(v, -1));
	else if (s->state == SB_CLOSED)
		sb_refuse(rq, id, "Issue can be assigned only active or future sprints.");
	else
		push_id(rq, out, s->id);
}

static void
take_issue(
    struct sb_rq *rq, const struct sb_draft *d, enum sb_field_no f, const char *id, json *v, struct sb_value *out)
{
	const char *word = f == F_EPICLINK ? json_str(v) : json_get_str(v, "key");
	const struct sb_issue *parent;
	const struct sb_named *mine = sb_named_by_id(SB_TYPE, d->type), *its;

	if (f == F_EPICLINK && word != NULL && *word == '\0')
		return;
	if (word == NULL && f == F_PARENT)
		word = json_scalar(rq->arena, json_get(v, "id"));
	if (word == NULL) {
		sb_refuse(rq, id, f == F_PARENT ? "data was not an object" : "Operation value must be a string");
		return;
	}
	parent = sb_issue_find(rq->site, word);
	if (parent == NULL || !sb_may_see(rq->me, parent->project)) {
		sb_refuse(rq, id, "Could not find issue by id or key.");
		return;
	}
	its = sb_named_by_id(SB_TYPE, sb_id(parent, F_ISSUETYPE));
	if (f == F_EPICLINK && its->level != 1)
		sb_refuse(rq, id, "The issue with key '%s' is not an epic.", parent->key);
	else if (f == F_PARENT && mine != NULL &&
		 (its->level != mine->level + 1 || (mine->level < 0 && parent->project != d->project)))
		sb_refuse(rq, rq->site->dc ? "parent" : "parentId",
		    rq->site->dc ? "Issue '%s' can not be the parent of this issue."
				 : "Given parent issue does not belong to appropriate hierarchy.%.0s",
		    parent->key);
	else
		push_id(rq, out, parent->id);
}

/* One value or one element of a list; *out grows. null is for the caller. */
static void
take_atom(struct sb_rq *rq, const struct sb_draft *d, enum sb_field_no f, json *v, struct sb_value *out)
{
	const char *id = sb_field_id(rq->site, f), *text;
	int n;

	switch (sb_field_table[f].kind) {
	case SB_TEXT: take_text(rq, f, id, v, out); break;
	case SB_DOC:
		if ((text = sb_take_doc(rq, id, v)) != NULL && *text != '\0')
			*out = sb_one_text(rq->site, text);
		break;
	case SB_LABEL: take_label(rq, id, v, out); break;
	case SB_NUMBER:
		if (!yyjson_is_num(v))
			sb_refuse(rq, id, "Operation value must be a number");
		else
			*out = sb_one_number(rq->site, yyjson_get_num(v));
		break;
	case SB_DATE: take_date(rq, id, v, out); break;
	case SB_USER:
		n = sb_take_person(rq, id, v);
		if (n >= 0 && f == F_ASSIGNEE && (!sb_people[n].active || !sb_may_see(n, d->project)))
			sb_refuse(rq, id, "User '%s' cannot be assigned issues.",
			    rq->site->dc ? sb_people[n].name : sb_people[n].account_id);
		else if (n >= 0)
			push_id(rq, out, n);
		break;
	case SB_NAMED: take_named(rq, d, f, id, v, out); break;
	case SB_SPRINT: take_sprint(rq, d, id, v, out); break;
	case SB_ISSUE: take_issue(rq, d, f, id, v, out); break;
	case SB_DATETIME:
	case SB_PROJECT:
	case SB_COMPUTED: sb_refuse(rq, id, NOT_ON_SCREEN, id);
	}
}

static void
take_value(struct sb_rq *rq, struct sb_draft *d, enum sb_field_no f, json *v)
{
	struct sb_value value = { NULL, 0 };
	const struct sb_field *field = &sb_field_table[f];

	d->touched[f] = true;
	if (f == F_SPRINT)
		take_atom(rq, d, f, v, &value);
	else if (json_is_null(v))
		;
	else if ((field->flags & SB_MANY) != 0 && !yyjson_is_arr(v))
		sb_refuse(rq, sb_field_id(rq->site, f), "data was not an array");
	else if ((field->flags & SB_MANY) != 0)
		for (struct json_iter it = json_iter(v); json_next(&it);)
			take_atom(rq, d, f, it.value, &value);
	else
		take_atom(rq, d, f, v, &value);
	d->value[f] = value;
}

/* [{"add": x}, {"remove": y}, {"set": z}] */
static void
take_operations(struct sb_rq *rq, struct sb_draft *d, enum sb_field_no f, json *list)
{
	const struct sb_field *field = &sb_field_table[f];
	const char *id = sb_field_id(rq->site, f);

	if (!yyjson_is_arr(list)) {
		sb_refuse(rq, id, "data was not an array");
		return;
	}
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		json *set = json_get(it.value, "set"), *add = json_get(it.value, "add"),
		     *del = json_get(it.value, "remove");
		struct sb_value one = { NULL, 0 }, kept = { NULL, 0 };

		if (set != NULL) {
			take_value(rq, d, f, set);
			continue;
		}
		if ((field->flags & SB_MANY) == 0 || f == F_SPRINT || (add == NULL && del == NULL)) {
			sb_refuse(
			    rq, id, "Operation 'add', 'remove' or unknown is not supported for the field '%s'", id);
			return;
		}
		d->touched[f] = true;
		take_atom(rq, d, f, add != NULL ? add : del, &one);
		for (size_t i = 0; i < d->value[f].n; i++)
			if (add != NULL || !sb_value_has(field, &one, &d->value[f].v[i]))
				sb_value_push(rq->site, &kept, d->value[f].v[i]);
		if (add != NULL && one.n == 1 && !sb_value_has(field, &kept, &one.v[0]))
			sb_value_push(rq->site, &kept, one.v[0]);
		d->value[f] = kept;
	}
}

static bool
is_extra(const char *id)
{
	return str_eq(id, "comment") || str_eq(id, "issuelinks") || str_eq(id, "worklog") || str_eq(id, "timetracking");
}

void
sb_take_fields(struct sb_rq *rq, struct sb_draft *d, unsigned screen)
{
	json *part[2] = { json_get(rq->body, "fields"), json_get(rq->body, "update") };

	for (int i = 0; i < 2; i++) {
		if (part[i] != NULL && !yyjson_is_obj(part[i])) {
			sb_fail(rq, 400, "'%s' must be an object.", i == 0 ? "fields" : "update");
			return;
		}
		for (struct json_iter it = json_iter(part[i]); json_next(&it);) {
			int f = sb_field_by_id(rq->site, it.key);

			if ((i == 1 && is_extra(it.key)) || (d->old == NULL && (f == F_PROJECT || f == F_ISSUETYPE)))
				continue;
			if (f < 0 || !sb_field_on(rq->site, f, screen, d->type))
				sb_refuse(rq, it.key, NOT_ON_SCREEN, it.key);
			else if (d->touched[f] && i == 1)
				sb_refuse(rq, it.key, "Field '%s' is in both 'fields' and 'update'.", it.key);
			else if (i == 0)
				take_value(rq, d, f, it.value);
			else
				take_operations(rq, d, f, it.value);
		}
	}
}

void
sb_take_required(struct sb_rq *rq, const struct sb_draft *d, unsigned screen)
{
	for (int f = 0; f < SB_FIELDS; f++) {
		const char *id = sb_field_id(rq->site, f);

		if ((sb_field_table[f].flags & SB_REQUIRED) == 0 || !sb_field_on(rq->site, f, screen, d->type) ||
		    d->value[f].n > 0)
			continue;
		if (f == F_SUMMARY)
			sb_refuse(rq, id, "You must specify a summary of the issue.");
		else
			sb_refuse(rq, id, "%s is required.", sb_field_name(rq->site, f));
	}
	if (d->old == NULL && d->type == SB_SUBTASK && d->value[F_PARENT].n == 0) {
		if (rq->site->dc)
			sb_refuse(
			    rq, "issuetype", "Issue type is a sub-task but parent issue key or id not specified.");
		else
			sb_refuse(rq, "parentId", "Issue type is a sub-task but parent issue key or id not specified.");
	}
}

static void
extra_comment(struct sb_rq *rq, struct sb_issue *issue, json *add)
{
	const char *body = sb_take_doc(rq, "comment", json_get(add, "body"));

	if (body != NULL && issue != NULL)
		sb_comment_add(rq->site, issue, rq->me, body);
}

static void
extra_link(struct sb_rq *rq, struct sb_issue *issue, json *add)
{
	const char *type = json_path_str(add, "type.name");
	const struct sb_named *t = type != NULL ? sb_named_by_name(SB_LINKTYPE, type, -1) : NULL;
	const char *out = json_path_str(add, "outwardIssue.key"), *in = json_path_str(add, "inwardIssue.key");
	const struct sb_issue *other = out != NULL  ? sb_issue_find(rq->site, out)
				       : in != NULL ? sb_issue_find(rq->site, in)
						    : NULL;

	if (t == NULL)
		sb_refuse(rq, "issuelinks", "No issue link type with name '%s' found.", type != NULL ? type : "");
	else if (other == NULL || !sb_may_see(rq->me, other->project))
		sb_refuse(rq, "issuelinks", "The issue no longer exists.");
	else if (issue != NULL)
		sb_link_add(rq->site, t->id, out != NULL ? issue->id : other->id, out != NULL ? other->id : issue->id);
}

/* "1d 4h 30m" in seconds; a day has eight hours, a week five days. -1: not a time. */
int64_t
sb_take_span(const char *s)
{
	int64_t sum = 0;

	while (*s != '\0') {
		int64_t n = 0;

		if (*s == ' ') {
			s++;
			continue;
		}
		if (*s < '0' || *s > '9')
			return -1;
		while (*s >= '0' && *s <= '9' && n < 100000)
			n = n * 10 + (*s++ - '0');
		switch (*s) {
		case 'w': sum += n * 5 * 8 * 3600; break;
		case 'd': sum += n * 8 * 3600; break;
		case 'h': sum += n * 3600; break;
		case 'm': sum += n * 60; break;
		default: return -1;
		}
		s++;
	}
	return sum;
}

/* "timetracking": [{"edit": {"originalEstimate": "1d", "remainingEstimate": "4h"}}] */
static void
extra_estimates(struct sb_rq *rq, struct sb_issue *issue, json *edit)
{
	const char *original = json_get_str(edit, "originalEstimate"), *left = json_get_str(edit, "remainingEstimate");

	if ((original == NULL && left == NULL) || (original != NULL && sb_take_span(original) < 0) || (left != NULL && sb_take_span(left) < 0)) {
		sb_refuse(rq, "timetracking", "Invalid time tracking value.");
		return;
	}
	if (issue != NULL && original != NULL)
		issue->estimate_seconds = sb_take_span(original);
	if (issue != NULL && left != NULL)
		issue->left_seconds = sb_take_span(left);
}

void
sb_take_extras(struct sb_rq *rq, struct sb_issue *issue)
{
	json *update = json_get(rq->body, "update");
	static const struct {
		const char *field;
		void (*take)(struct sb_rq *, struct sb_issue *, json *);
	} kind[] = {
		{ "comment", extra_comment },
		{ "issuelinks", extra_link },
	};

	for (size_t i = 0; i < LEN(kind); i++) {
		if (json_len(json_get(update, kind[i].field)) > MAX_EXTRAS) {
			sb_refuse(rq, kind[i].field, "Too many operations.");
			return;
		}
		for (struct json_iter it = json_iter(json_get(update, kind[i].field)); json_next(&it);) {
			if (json_get(it.value, "add") == NULL)
				sb_refuse(rq, kind[i].field, "Only the operation 'add' is supported here.");
			else
				kind[i].take(rq, issue, json_get(it.value, "add"));
		}
	}
	for (struct json_iter it = json_iter(json_get(update, "timetracking")); json_next(&it);)
		extra_estimates(rq, issue, json_get(it.value, "edit"));
	if (json_get(update, "worklog") != NULL)
		sb_refuse(rq, "worklog", NOT_ON_SCREEN, "worklog");
}

void
sb_draft_store(struct sb_rq *rq, const struct sb_draft *d, struct sb_issue *issue, struct sb_change *c)
{
	for (int f = 0; f < SB_FIELDS; f++)
		if (d->touched[f])
			sb_change_set(rq->site, issue, c, f, d->value[f]);
}
