/*
 * The seed. For each row of sb_works: make the issue as of its day, decide from
 * its age how far it has come (old: done; then the closed, the active and the
 * future sprint; then the backlog), and walk it there through the workflow with
 * sb_change_*, so that its history is what a real site would have logged. Comments,
 * work logs, sub-tasks and links follow. Days are counted back from the site's
 * start; nothing lies after it but dates that are planned.
 */
#include "sandbox/sb_seed.h"

#include "base/str.h"
#include "sandbox/sb_agile.h"
#include "sandbox/sb_seed_text.h"

#include <string.h>

#define HOUR ((int64_t)3600 * 1000)
#define DAY (24 * HOUR)
enum { FIRST_DAY = 150, SPRINT_1 = 1, SPRINT_2 = 2, SPRINT_3 = 3, SPRINT_DAYS = 14, BOARD = 1 };

enum stage { OLD_DONE, SPRINT_CLOSED, SPRINT_ACTIVE, SPRINT_FUTURE, BACKLOG };

struct seed {
	struct sb_site *site;
	int64_t now;
	struct sb_issue *epic[SB_PROJECTS];
	struct sb_issue *previous[SB_PROJECTS]; /* for links */
};

static uint32_t
pick(struct seed *s, uint32_t limit)
{
	return sb_draw(&s->site->random, limit);
}

static bool
chance(struct seed *s, uint32_t percent)
{
	return pick(s, 100) < percent;
}

/*
 * That day at some time of a working day; a weekend becomes the Friday before, and what
 * would be in the future a time of the last hour but one. Draws the same numbers whatever the time
 * is, so that a seed makes the same company on every day.
 */
static int64_t
work_time(struct seed *s, int64_t ms)
{
	int64_t day = ms / DAY;
	int64_t weekday = (day + 4) % 7; /* 0: Sunday */
	int64_t time = 7 * HOUR + (int64_t)pick(s, 10 * 60 * 60) * 1000, late = pick(s, 3600 * 1000);
	int64_t at;

	if (weekday == 0)
		day -= 2;
	else if (weekday == 6)
		day -= 1;
	at = day * DAY + time;
	return at < s->now - HOUR ? at : s->now - HOUR - late;
}

/* Two weeks each, from Wednesday to Wednesday. */
static void
make_sprints(struct seed *s)
{
	static const struct sb_sprint row[] = {
		{ .id = SPRINT_1,
		    .name = "SHOP Sprint 23",
		    .goal = "New search is live in all markets",
		    .state = SB_CLOSED },
		{ .id = SPRINT_2, .name = "SHOP Sprint 24", .goal = "Guests can order", .state = SB_ACTIVE },
		{ .id = SPRINT_3, .name = "SHOP Sprint 25", .goal = "", .state = SB_FUTURE },
	};
	int64_t day = s->now / DAY - 5, weekday = (day + 4) % 7; /* 0: Sunday */
	int64_t start = (day - (weekday + 4) % 7 - SPRINT_DAYS) * DAY + 9 * HOUR;

	for (size_t i = 0; i < LEN(row); i++) {
		struct sb_sprint *p;

		s->site->sprint = sb_room(s->site->arena, s->site->sprint, i, sizeof *p);
		p = &s->site->sprint[s->site->sprint_count++];
		*p = row[i];
		p->board = BOARD;
		p->project = SB_SHOP;
		p->start_ms = start + (int64_t)i * SPRINT_DAYS * DAY;
		p->end_ms = p->start_ms + SPRINT_DAYS * DAY - HOUR;
		p->complete_ms = p->state == SB_CLOSED ? p->end_ms : 0;
	}
}

static void
make_boards(struct seed *s)
{
	static const struct sb_board row[] = {
		{ .id = BOARD,
		    .project = SB_SHOP,
		    .filter = SB_FILTER_SHOP,
		    .scrum = true,
		    .name = "SHOP board",
		    .jql = "project = SHOP ORDER BY Rank ASC" },
		{ .id = BOARD + 1,
		    .project = SB_OPS,
		    .filter = SB_FILTER_OPS,
		    .name = "OPS board",
		    .jql = "project = OPS ORDER BY Rank ASC" },
	};

	s->site->board = arena_array(s->site->arena, 4, sizeof *row);
	memcpy(s->site->board, row, sizeof row);
	s->site->board_count = LEN(row);
}

static int
worker(struct seed *s, int project)
{
	if (chance(s, 18))
		return SB_ME;
	for (;;) {
		int who = (int)pick(s, SB_PEOPLE);

		if (sb_people[who].active && (sb_people[who].skills & (1U << project)) != 0)
			return who;
	}
}

static const char *
words(struct seed *s, const struct sb_words *list, size_t n, char kind)
{
	size_t fit = 0, chosen;

	for (size_t i = 0; i < n; i++)
		fit += list[i].kind == kind;
	chosen = pick(s, (uint32_t)fit);
	for (size_t i = 0; i < n; i++)
		if (list[i].kind == kind && chosen-- == 0)
			return list[i].text;
	return "";
}

/* text with its %s replaced */
static const char *
filled(struct seed *s, const char *text, const char *name)
{
	const char *at = strstr(text, "%s");

	if (at == NULL)
		return text;
	return arena_printf(s->site->arena, "%.*s%s%s", (int)(at - text), text, name, at + 2);
}

static void
set(struct seed *s, struct sb_issue *issue, enum sb_field_no f, struct sb_value value)
{
	if (sb_field_id(s->site, f) != NULL)
		issue->value[f] = value;
}

static struct sb_issue *
make_issue(struct seed *s, int project, int64_t type, const char *summary, int64_t created)
{
	struct sb_site *site = s->site;
	struct sb_issue *issue = sb_issue_add(site, project);
	static const int reporters[] = { SB_ME, 2, 3, 4, 5, 6, 6, 7, 7, 8, 9, 11 };
	int reporter = reporters[pick(s, LEN(reporters))];

	set(s, issue, F_ISSUETYPE, sb_one_id(site, type));
	set(s, issue, F_SUMMARY, sb_one_text(site, summary));
	set(s, issue, F_STATUS, sb_one_id(site, SB_TODO));
	set(s, issue, F_PRIORITY, sb_one_id(site, chance(s, 60) ? 3 : 1 + pick(s, 5)));
	set(s, issue, F_REPORTER, sb_one_id(site, reporter));
	set(s, issue, F_CREATOR, sb_one_id(site, reporter));
	set(s, issue, F_CREATED, sb_one_id(site, created));
	set(s, issue, F_UPDATED, sb_one_id(site, created));
	set(s, issue, F_STATUSCHANGED, sb_one_id(site, created));
	issue->watchers = 1U << reporter;
	return issue;
}

/* What the create screen would have held. */
static void
dress(struct seed *s, struct sb_issue *issue, const struct sb_work *w, char kind)
{
	struct sb_site *site = s->site;
	static const double points[] = { 1, 2, 3, 3, 5, 5, 8 };
	const char *component = sb_named_by_id(SB_COMPONENT, w->component)->name;

	set(s, issue, F_DESCRIPTION,
	    sb_one_text(site, filled(s, words(s, sb_descriptions, sb_description_count, kind), component)));
	set(s, issue, F_COMPONENTS, sb_one_id(site, w->component));
	set(s, issue, F_TEAM,
	    sb_one_id(site, w->project == SB_OPS    ? w->component == 10001 ? 10103 : 10100
			    : w->component == 10005 ? 10102
						    : 10101));
	for (uint32_t n = pick(s, 3); n > 0; n--) {
		struct sb_atom label = { .text = sb_label_words[pick(s, (uint32_t)sb_label_word_count)] };

		if (!sb_value_has(&sb_field_table[F_LABELS], &issue->value[F_LABELS], &label))
			sb_value_push(site, &issue->value[F_LABELS], label);
	}
	if (kind == 'E') {
		set(s, issue, F_EPICNAME, sb_one_text(site, w->summary));
		set(s, issue, F_GOLIVE, sb_one_id(site, (s->now / DAY + 10 + pick(s, 60)) * DAY));
	} else if (chance(s, 85))
		set(s, issue, F_POINTS, sb_one_number(site, points[pick(s, LEN(points))]));
	if (w->project == SB_SHOP && kind != 'T')
		for (int64_t m = 10110; m <= 10113; m++)
			if (chance(s, 40))
				sb_value_push(site, &issue->value[F_MARKETS], (struct sb_atom){ .id = m });
	if (kind == 'S' && chance(s, 70))
		set(s, issue, F_ACCEPTANCE,
		    sb_one_text(
			site, "* works with the keyboard alone\n* is measured\n* is mentioned in the release notes"));
	if (kind == 'B') {
		set(s, issue, F_ENVIRONMENT, sb_one_text(site, chance(s, 50) ? "production" : "staging, Firefox 132"));
		set(s, issue, F_VERSIONS, sb_one_id(site, w->project == SB_OPS ? 10000 : 10004));
	}
}

static void
log_one(struct seed *s, struct sb_issue *issue, int author, int64_t at, enum sb_field_no f, struct sb_value value)
{
	struct sb_change *c;

	if (sb_field_id(s->site, f) == NULL)
		return;
	c = sb_change_begin(s->site, issue, author, at);
	sb_change_set(s->site, issue, c, f, value);
	sb_change_end(s->site, issue, c);
}

static void
log_status(struct seed *s, struct sb_issue *issue, int author, int64_t at, int64_t status, int64_t resolution)
{
	struct sb_change *c = sb_change_begin(s->site, issue, author, at);

	sb_change_status(s->site, issue, c, status, resolution);
	sb_change_end(s->site, issue, c);
}

static void
talk(struct seed *s, struct sb_issue *issue, char kind, int64_t from, int64_t to, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		int64_t at = from + (to - from) * (i + 1) / (count + 1);
		int author = worker(s, issue->project);
		struct sb_comment *c =
		    sb_comment_add(s->site, issue, author, words(s, sb_remarks, sb_remark_count, kind));

		c->created_ms = c->updated_ms = at;
		issue->watchers |= 1U << author;
		if (at > sb_id(issue, F_UPDATED))
			issue->value[F_UPDATED] = sb_one_id(s->site, at);
	}
}

static void
book_work(struct seed *s, struct sb_issue *issue, int author, int64_t from, int64_t to)
{
	uint32_t n = 1 + pick(s, 3);

	issue->estimate_seconds = (4 + pick(s, 12)) * 3600;
	for (uint32_t i = 0; i < n; i++) {
		struct sb_worklog *w = sb_worklog_add(s->site, issue, author, (1 + pick(s, 10)) * 1800);

		w->started_ms = from + (to - from) * i / n;
		w->created_ms = w->updated_ms = w->started_ms + w->seconds * 1000;
		w->comment = i == 0 ? "First look, and a plan." : NULL;
	}
}

/* From work begun at start to the status; times follow each other up to end. */
static void
walk(struct seed *s, struct sb_issue *issue, int64_t start, int64_t end, int64_t status, char kind)
{
	static const int64_t other[] = { SB_RES_WONT, SB_RES_CANNOT, SB_RES_DUPLICATE };
	int who = sb_id(issue, F_ASSIGNEE) >= 0 ? (int)sb_id(issue, F_ASSIGNEE) : worker(s, issue->project);
	int64_t step = (end - start) / 8, resolution = SB_RES_DONE;

	log_one(s, issue, who, start, F_ASSIGNEE, sb_one_id(s->site, who));
	issue->watchers |= 1U << who;
	if (status == SB_TODO)
		return;
	if (status == SB_DONE && kind != 'E' && chance(s, 10))
		resolution = other[pick(s, kind == 'B' ? 3 : 1)];
	if (resolution != SB_RES_DONE) {
		log_status(s, issue, who, end, SB_DONE, resolution);
		return;
	}
	log_status(s, issue, who, start + step, SB_IN_PROGRESS, 0);
	if (kind != 'E' && chance(s, 30))
		book_work(s, issue, who, start + step, end - step);
	if (status == SB_IN_PROGRESS)
		return;
	if (kind != 'E') {
		log_status(s, issue, who, start + 3 * step, SB_IN_REVIEW, 0);
		if (chance(s, 15)) {
			log_status(s, issue, worker(s, issue->project), start + 4 * step, SB_IN_PROGRESS, 0);
			log_status(s, issue, who, start + 6 * step, SB_IN_REVIEW, 0);
		}
	}
	if (status == SB_IN_REVIEW)
		return;
	log_status(s, issue, who, end, SB_DONE, SB_RES_DONE);
	talk(s, issue, 'D', end, end + 10 * 60 * 1000, chance(s, 35) ? 1 : 0);
	if (status == SB_REOPENED)
		log_status(s, issue, 6, end + 2 * HOUR, SB_REOPENED, 0);
}

static void
into_sprint(struct seed *s, struct sb_issue *issue, int64_t at, int64_t first, int64_t second)
{
	struct sb_value value = sb_one_id(s->site, first);

	if (issue->project != SB_SHOP || sb_id(issue, F_ISSUETYPE) == SB_EPIC)
		return;
	log_one(s, issue, 7, at, F_SPRINT, value);
	if (second != 0) {
		struct sb_value both = sb_one_id(s->site, first);

		sb_value_push(s->site, &both, (struct sb_atom){ .id = second });
		log_one(s, issue, 7, sb_sprint_by_id(s->site, first)->complete_ms, F_SPRINT, both);
	}
}

static void
make_subtasks(struct seed *s, struct sb_issue *parent, int64_t at, int64_t status)
{
	uint32_t n = 1 + pick(s, 3), word = pick(s, (uint32_t)sb_subtask_word_count);

	for (uint32_t i = 0; i < n; i++) {
		struct sb_issue *sub = make_issue(
		    s, parent->project, SB_SUBTASK, sb_subtask_words[(word + i) % sb_subtask_word_count], at);

		sub->value[F_PARENT] = sb_one_id(s->site, parent->id);
		sub->value[F_COMPONENTS] = parent->value[F_COMPONENTS];
		set(s, sub, F_TEAM, parent->value[F_TEAM]);
		if (status == SB_DONE || chance(s, 30)) {
			int64_t start = at + HOUR, end = work_time(s, at + DAY);

			walk(s, sub, start, end > start ? end : start + HOUR, SB_DONE, 'T');
		}
	}
}

static void
make_links(struct seed *s, struct sb_issue *issue)
{
	struct sb_issue *same = s->previous[issue->project], *other = s->previous[!issue->project];

	if (sb_id(issue, F_RESOLUTION) == SB_RES_DUPLICATE && same != NULL)
		sb_link_add(s->site, SB_LINK_DUPLICATE, issue->id, same->id);
	else if (chance(s, 14) && same != NULL)
		sb_link_add(s->site, SB_LINK_BLOCKS, same->id, issue->id);
	else if (chance(s, 8) && other != NULL)
		sb_link_add(s->site, SB_LINK_RELATES, issue->id, other->id);
	s->previous[issue->project] = issue;
}

/* Things were made field by field; the log is told in the order of time. */
static void
put_in_order(struct sb_issue *issue)
{
	for (size_t i = 1; i < issue->change_count; i++)
		for (size_t j = i; j > 0 && issue->change[j - 1].at_ms > issue->change[j].at_ms; j--) {
			struct sb_change later = issue->change[j - 1];
			int64_t id = later.id;

			issue->change[j - 1] = issue->change[j];
			later.id = issue->change[j - 1].id;
			issue->change[j - 1].id = id;
			issue->change[j] = later;
		}
}

static enum stage
stage_of(uint32_t permille)
{
	static const uint32_t until[] = {
		[OLD_DONE] = 420, [SPRINT_CLOSED] = 560, [SPRINT_ACTIVE] = 730, [SPRINT_FUTURE] = 850
	};

	for (size_t i = 0; i < LEN(until); i++)
		if (permille < until[i])
			return (enum stage)i;
	return BACKLOG;
}

/* How an issue of this stage lived until now. */
static void
live(struct seed *s, struct sb_issue *issue, enum stage stage, char kind)
{
	static const int64_t mixed[] = { SB_TODO, SB_TODO, SB_IN_PROGRESS, SB_IN_PROGRESS, SB_IN_REVIEW, SB_DONE,
		SB_DONE };
	int64_t created = sb_id(issue, F_CREATED), start = 0, end = 0, status = SB_TODO;
	const struct sb_sprint *sprint = s->site->sprint;
	int64_t version = issue->project == SB_OPS ? 10001 : 10005;

	switch (stage) {
	case OLD_DONE:
		start = work_time(s, created + (1 + (int64_t)pick(s, 5)) * DAY);
		end = work_time(s, start + (1 + (int64_t)pick(s, 6)) * DAY);
		status = chance(s, 92) ? SB_DONE : SB_TODO;
		version = issue->project == SB_OPS ? 10000 : chance(s, 50) ? 10003 : 10004;
		break;
	case SPRINT_CLOSED:
		start = work_time(s, sprint[0].start_ms + (int64_t)pick(s, 6) * DAY);
		end = work_time(s, start + (1 + (int64_t)pick(s, 4)) * DAY);
		status = chance(s, 75) ? SB_DONE : kind == 'B' ? SB_REOPENED : SB_IN_PROGRESS;
		into_sprint(s, issue, sprint[0].start_ms - HOUR, SPRINT_1, status == SB_DONE ? 0 : SPRINT_2);
		break;
	case SPRINT_ACTIVE:
		start = work_time(s, sprint[1].start_ms + (int64_t)pick(s, 5) * DAY);
		end = work_time(s, start + (1 + (int64_t)pick(s, 3)) * DAY);
		status = mixed[pick(s, LEN(mixed))];
		into_sprint(s, issue, sprint[1].start_ms - HOUR, SPRINT_2, 0);
		if (chance(s, 40))
			set(s, issue, F_DUEDATE, sb_one_id(s->site, (s->now / DAY - 2 + pick(s, 9)) * DAY));
		break;
	case SPRINT_FUTURE: into_sprint(s, issue, work_time(s, s->now - 2 * DAY), SPRINT_3, 0); break;
	case BACKLOG: version = 0; break;
	}
	if (kind == 'E')
		status = stage == OLD_DONE && created < s->now - 130 * DAY ? SB_DONE
			 : start != 0                                      ? SB_IN_PROGRESS
									   : SB_TODO;
	if (version != 0 && kind != 'E')
		set(s, issue, F_FIXVERSIONS, sb_one_id(s->site, version));
	talk(s, issue, kind == 'B' ? 'B' : 'S', created, end > created ? end : s->now - HOUR,
	    chance(s, 55) ? 1 + pick(s, 4) : 0);
	if (chance(s, 12))
		log_one(s, issue, 7, created + HOUR, F_PRIORITY, sb_one_id(s->site, 2));
	if (start != 0) {
		if (start <= created)
			start = created + HOUR;
		walk(s, issue, start, end > start ? end : start + 30 * 60 * 1000, status, kind);
	} else if (chance(s, 50))
		log_one(s, issue, 7, created + 2 * HOUR, F_ASSIGNEE, sb_one_id(s->site, worker(s, issue->project)));
	if ((kind == 'S' || kind == 'T') && stage != BACKLOG && chance(s, 45))
		make_subtasks(s, issue, start != 0 ? start : created + HOUR, status);
}

/* What every demo can count on, whatever the dice say: OPS-9 has work logged, a link and a page on the web. */
static void
make_trimmings(struct seed *s)
{
	struct sb_issue *issue = sb_issue_find(s->site, "OPS-9"), *other = sb_issue_find(s->site, "OPS-2");
	struct sb_worklog *w;

	if (issue == NULL || other == NULL)
		return;
	w = sb_worklog_add(s->site, issue, SB_ME, 5400);
	w->created_ms = w->updated_ms = w->started_ms = s->now - 30 * DAY;
	sb_link_add(s->site, SB_LINK_RELATES, issue->id, other->id);
	issue->remote = sb_room(s->site->arena, issue->remote, issue->remote_count, sizeof *issue->remote);
	issue->remote[issue->remote_count++] = (struct sb_remote_link){ .id = s->site->next_id++,
		.relationship = "is described in",
		.object = "{\"url\":\"https://wiki.halden.example/runbooks/databases\",\"title\":\"Runbook: moving a database\"}" };
}

void
sb_seed(struct sb_site *site)
{
	struct seed s = { .site = site, .now = site->start_ms };

	make_sprints(&s);
	make_boards(&s);
	for (size_t i = 0; i < sb_work_count; i++) {
		const struct sb_work *w = &sb_works[i];
		uint32_t permille = (uint32_t)(i * 1000 / sb_work_count);
		bool loose = w->kind >= 'a';
		char kind = (char)(loose ? w->kind - 'a' + 'A' : w->kind);
		int64_t type = kind == 'E' ? SB_EPIC : kind == 'S' ? SB_STORY : kind == 'T' ? SB_TASK : SB_BUG;
		int64_t created =
		    work_time(&s, s.now - FIRST_DAY * DAY + (int64_t)permille * (FIRST_DAY - 1) * DAY / 1000);
		struct sb_issue *issue = make_issue(&s, w->project, type, w->summary, created);

		dress(&s, issue, w, kind);
		if (kind == 'E')
			s.epic[w->project] = issue;
		else if (!loose && s.epic[w->project] != NULL)
			set(&s, issue, site->dc ? F_EPICLINK : F_PARENT, sb_one_id(site, s.epic[w->project]->id));
		live(&s, issue, stage_of(permille), kind);
		make_links(&s, issue);
	}
	make_trimmings(&s);
	for (size_t i = 0; i < site->issue_count; i++)
		put_in_order(site->issue[i]);
	sb_seed_attachments(site);
}
